{#- Sort key of a candidate for a position of a list, given the products already picked; the largest key is the pick. The key has
    the value at nine decimals, then the order by adjusted_score, so that no two candidates of a list share it. NULL for a
    candidate that has a position. With `mmr`, the value falls with the highest similarity to a picked product; with `calibrated`,
    it rises by calibration_gain. -#}
{% macro pick_key(place, weight, other_weight) %}
    {%- if var('diversity_method') == 'mmr' -%}
        {%- set beside = '1 - ' ~ other_weight ~ ' * highest_similarity' -%}
    {%- else -%}
        {%- set beside = calibration_gain(place, other_weight) -%}
    {%- endif -%}
    case
        when list_place is null
            then
                cast(floor(({{ weight }} * adjusted_score + {{ beside }}) * 1000000000) as bigint) * 1000
                + 999 - candidate_rank
    end
{%- endmacro %}
