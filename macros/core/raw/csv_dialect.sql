{#- The CSV dialect of a mapping, as {delimiter, quote, escape, encoding, longest_line}. The mapping's settings apply first (a tab
    may be written as a tab, '\t' or tab). The defaults are a comma, double quotes that are doubled within a value, and UTF-8.
    longest_line is in bytes. -#}
{% macro csv_dialect(mapping) %}
    {%- set quote = mapping.get('quote', '"') -%}
    {{ return({
        'delimiter': '\t' if mapping.get('delimiter') in ('\\t', 'tab') else mapping.get('delimiter', ','),
        'quote': quote,
        'escape': mapping.get('escape', quote),
        'encoding': mapping.get('encoding', 'utf-8'),
        'longest_line': 16000000,
    }) }}
{% endmacro %}
