{#- The list mode a row of the seed gates is about: `served` is the published one, `other` the one that isn't. -#}
{% macro gate_mode(mode) %}
    {%- set other = 'discovery' if served_mode() == 'all' else 'all' -%}
    case {{ mode }} when 'served' then '{{ served_mode() }}' when 'other' then '{{ other }}' else {{ mode }} end
{%- endmacro %}
