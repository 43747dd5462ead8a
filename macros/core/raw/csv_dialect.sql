{#- How the CSV files of a mapping are written, as {delimiter, quote, escape, encoding}: what the mapping says (a tab as a tab,
    '\t' or tab), else a comma, double quotes that are doubled within a value, and UTF-8; and the longest line they may have, in bytes. -#}
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
