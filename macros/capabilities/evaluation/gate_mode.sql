{#- List mode of a row of the seed gates: `served` is the published mode, `other` the unpublished one. -#}
{% macro gate_mode(mode) %}
    {%- set other = 'discovery' if served_mode() == 'all' else 'all' -%}
    case {{ mode }} when 'served' then '{{ served_mode() }}' when 'other' then '{{ other }}' else {{ mode }} end
{%- endmacro %}
