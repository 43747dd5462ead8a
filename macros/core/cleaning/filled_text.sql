{#- A known name, or else the value that its missing-value policy assigns: an estimate, the explicit value unknown (also if there
    is no estimate), or NULL. -#}
{% macro filled_text(known, policy, estimate) -%}
    coalesce(
        {{ known }},
        case when {{ policy }} = 'mode' then {{ estimate }} end,
        case when {{ policy }} in ('mode', 'unknown') then 'unknown' end
    )
{%- endmacro %}
