{#- A type of a contract or seed in the syntax of Spark. -#}
{% macro spark_type(data_type) %}
    {%- set plain = data_type | lower | trim -%}
    {%- if modules.re.search('\\[[0-9]*\\]$', plain) -%}
        {{ return('array<' ~ spark_type(modules.re.sub('\\[[0-9]*\\]$', '', plain)) ~ '>') }}
    {%- endif -%}
    {{ return({'varchar': 'string', 'text': 'string', 'integer': 'int', 'real': 'float'}.get(plain, plain)) }}
{% endmacro %}
