{#- The list mode that is published: 'all' where repeats may be recommended, 'discovery' where they may not (var repeat_policy). -#}
{% macro served_mode() %}
    {%- set modes = {'always': 'all', 'never': 'discovery'} -%}
    {%- if var('repeat_policy') not in modes -%}
        {{ exceptions.raise_compiler_error("Var repeat_policy is '" ~ var('repeat_policy') ~ "'. Accepted: always, never.") }}
    {%- endif -%}
    {{ return(modes[var('repeat_policy')]) }}
{% endmacro %}
