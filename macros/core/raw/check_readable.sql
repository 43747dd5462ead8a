{#- Runs after a staging model. Stops the build if most values of a required column are unusable and these values affect many rows
    of the table. Warns about any column with more than a few unusable values. The message shows three examples and the setting
    that would read them. -#}
{% macro check_readable(table) %}
    {%- if not execute or table not in var('raw') -%}{{ return('') }}{%- endif -%}
    {%- set single_slips = 0.02 -%}   {#- share of the column's delivered values; the rules of cleaning handle smaller shares #}
    {%- set most_of_values = 0.5 -%}   {#- share of the column's delivered values #}
    {%- set many_rows = 0.25 -%}   {#- share of the table's rows #}
    {%- set columns = raw_contract()[table]['columns'] | select('in', column_types().keys() | list) | list -%}
    {%- set counts -%}
        select
            count(*)
            {%- for column in columns %},
            count({{ column }}),
            sum(case when concat('; ', unreadable_values) like '%; {{ column }}=%' then 1 else 0 end),
            sum(case when concat('; ', implausible_values) like '%; {{ column }}=%' then 1 else 0 end)
            {%- endfor %}
        from {{ this }}
    {%- endset -%}
    {%- set row = run_query(counts).rows[0] -%}
    {%- for column in columns -%}
        {%- set place = 1 + 3 * loop.index0 -%}
        {%- set unreadable = (row[place + 1] or 0) | int -%}
        {%- set unusable = unreadable + (row[place + 2] or 0) | int -%}
        {%- set delivered = row[place] | int + unusable -%}
        {%- if unusable > single_slips * delivered -%}
            {%- set type = column_types()[column] -%}
            {%- set notes = 'unreadable_values' if 2 * unreadable >= unusable else 'implausible_values' -%}
            {%- set texts = "select " ~ noted_text(table, column) ~ " as text from " ~ this ~ " where concat('; ', " ~ notes
                ~ ") like '%; "
                ~ column ~ "=%'" -%}
            {%- set shown = regexp_replace_all('text', '[0-9]', '9') if column == 'birth_date' else 'text' -%}
            {%- set examples = run_query("select left(" ~ shown ~ ", 50) from (" ~ texts
                ~ ") as texts group by 1 order by count(*) desc, 1 limit 3").columns[0].values() -%}
            {%- set problem = "can't be read as "
                ~ {'time': 'a time', 'number': 'a number', 'truth': 'true or false'}[type.kind] -%}
            {%- if notes == 'implausible_values' -%}
                {%- set problem = "lie outside " ~ (type.lowest ~ " to " ~ type.highest)
                    | replace('timestamp ', '') | replace("'", '') -%}
            {%- endif -%}
            {%- set message = mapping_place() ~ ", table '" ~ table ~ "': " ~ unusable
                ~ " of " ~ delivered ~ " values of column '" ~ column ~ "' " ~ problem
                ~ ", for example '" ~ examples | join("', '") ~ "'. " ~ readable_advice(table, column, texts, notes) -%}
            {%- set is_needed = column in raw_contract()[table]['required'] or column == 'unit_price' -%}
            {%- if is_needed and unusable > most_of_values * delivered and unusable > many_rows * row[0] | int -%}
                {{ exceptions.raise_compiler_error(message) }}
            {%- endif -%}
            {%- do exceptions.warn(message) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
