{#- A name as it is known; where it isn't, what its policy in missing_value_policies puts there: an estimate, an explicit unknown
    (also where nothing could be estimated), or nothing. -#}
{% macro filled_text(known, policy, estimate) -%}
    coalesce(
        {{ known }},
        case when {{ policy }} = 'mode' then {{ estimate }} end,
        case when {{ policy }} in ('mode', 'unknown') then 'unknown' end
    )
{%- endmacro %}
