{#- Reduction of the divergence between the category mix of the history (p) and that of the list (q~ = (1 - alpha) q + alpha p),
    if the candidate fills a position, times `weight`. Only the share of its own category changes, so the gain is p × ln(q~ with
    it / q~ without it), where q is counted over the rows the list then has. Reads history_share and category_count. -#}
{% macro calibration_gain(place, weight) -%}
    {%- set listed = 1 - calibration_alpha() -%}
    {%- set mixed = calibration_alpha() ~ ' * history_share' -%}
    {%- set with_it = listed ~ ' * (category_count + 1) / ' ~ place ~ ' + ' ~ mixed -%}
    {%- set without_it = listed ~ ' * category_count / ' ~ place ~ ' + ' ~ mixed -%}
    {{ weight }} * coalesce(history_share * ln(({{ with_it }}) / nullif({{ without_it }}, 0)), 0)
{%- endmacro %}
