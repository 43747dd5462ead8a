{#- Parses a number format from an example of the number 1234.56, such as '1.234,56 €', into {before, thousands, decimal, after};
    none if the text is not such an example. -#}
{% macro number_format(example) %}
    {%- set parts = modules.re.fullmatch("([^0-9]*)1([., '\u00a0\u202f]?)234([.,])56([^0-9]*)", example | string) -%}
    {{ return(none if parts is none or parts[2] == parts[3] else {
        'before': parts[1].strip(),
        'thousands': ' ' if parts[2] in ['\u00a0', '\u202f'] else parts[2],
        'decimal': parts[3],
        'after': parts[4].strip(),
    }) }}
{% endmacro %}
