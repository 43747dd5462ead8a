{#- What a candidate is worth at a place of a list beside those already placed, as a number whose largest is the pick: the worth at nine
    decimals, then the order by adjusted_score, so that no two candidates of a list share it. NULL for a candidate that has its place.
    Under `mmr` the worth falls with the highest similarity to those placed; under `calibrated` it rises by
    calibration_gain. -#}
{% macro pick_key(place) %}
    {%- set weight = 1 - var('diversity_lambda') | float -%}
    {%- if var('diversity_method') == 'mmr' -%}
        {%- set beside = '1 - ' ~ weight ~ ' * highest_similarity' -%}
    {%- else -%}
        {%- set beside = calibration_gain(place, weight) -%}
    {%- endif -%}
    case
        when list_place is null
            then
                cast(floor(({{ var('diversity_lambda') }} * adjusted_score + {{ beside }}) * 1000000000) as bigint) * 1000
                + 999 - candidate_rank
    end
{%- endmacro %}
