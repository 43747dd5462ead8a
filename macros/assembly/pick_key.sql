{#- What a candidate is worth at a place of a list beside those already placed, as a number whose largest is the pick: the worth at nine
    decimals, then the order by adjusted_score, so that no two candidates of a list share it. NULL for a candidate that has its place.
    Under `mmr` the worth falls with the highest similarity to those placed; under `calibrated` it rises by what the candidate lowers
    the divergence between the category mix of the history (p) and of the list (q~ = (1 - alpha) q + alpha p): only its own category's
    share moves, so that is p × ln(q~ with it / q~ without it), q counted over as many rows as the list then has. -#}
{% macro pick_key(place) %}
    {%- set weight = 1 - var('diversity_lambda') -%}
    {%- set listed = 1 - var('calibration_alpha') -%}
    {%- set mixed = var('calibration_alpha') ~ ' * history_share' -%}
    {%- if var('diversity_method') == 'mmr' -%}
        {%- set beside = '1 - ' ~ weight ~ ' * highest_similarity' -%}
    {%- else -%}
        {%- set with_it = listed ~ ' * (category_count + 1) / ' ~ place ~ ' + ' ~ mixed -%}
        {%- set without_it = listed ~ ' * category_count / ' ~ place ~ ' + ' ~ mixed -%}
        {%- set beside = weight ~ ' * coalesce(history_share * ln((' ~ with_it ~ ') / nullif(' ~ without_it ~ ', 0)), 0)' -%}
    {%- endif -%}
    case
        when list_place is null
            then
                cast(floor(({{ var('diversity_lambda') }} * adjusted_score + {{ beside }}) * 1000000000) as bigint) * 1000
                + 999 - candidate_rank
    end
{%- endmacro %}
