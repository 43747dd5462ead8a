{#- The column names in a CSV header, split at the mapping's delimiter and unquoted. A column without a name is called
    column_<position>, so that the columns after it can still be read. -#}
{% macro csv_columns(header, mapping) %}
    {%- set dialect = csv_dialect(mapping) -%}
    {%- set quote = dialect.quote -%}
    {%- set delimiter = modules.re.escape(dialect.delimiter) -%}
    {%- set plain = '(?:(?!' ~ delimiter ~ ').)*' -%}
    {%- set quoted = modules.re.escape(quote) ~ '(?:[^Q]|QQ)*' | replace('Q', modules.re.escape(quote))
        ~ modules.re.escape(quote) -%}
    {%- set field = '(' ~ (quoted ~ '|' if quote else '') ~ plain ~ ')' -%}
    {%- set columns = [] -%}
    {%- for name in modules.re.findall('(?:^|' ~ delimiter ~ ')' ~ field, header) -%}
        {%- set is_quoted = quote and name | length > 1 and name[0] == quote and name[-1] == quote -%}
        {%- set bare = name[1:-1] | replace(quote ~ quote, quote) if is_quoted else name -%}
        {%- do columns.append(bare | trim or 'column_' ~ loop.index) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
