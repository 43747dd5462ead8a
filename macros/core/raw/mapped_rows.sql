{#- A query of the rows of a mapped raw table (selected_rows). Every contract column is text without control characters, and NULL
    if unmapped or blank. Ids are normalised by bare_id and normal_id, except whole-number columns, which are in normal form
    already. Nearly all texts are visible ASCII and need one comparison. `since` excludes clearly older rows, with a margin of a
    day, which is more than any time-zone offset can shift a time. This first filter for raw_records is cheap enough for every
    row. -#}
{% macro mapped_rows(table, since=none) -%}
    {%- set mapping = var('raw')[table] -%}
    {%- if execute and mapping.ref -%}
        {%- do check_raw_table(mapping_place() ~ ", table '" ~ table ~ "'", table, mapping) -%}
    {%- endif -%}
    {%- set expressions = raw_columns(table) -%}
    {%- set longest = 10000 -%}   {#- maximum number of characters kept per text #}
    {%- set selected = selected_rows(table) -%}
    {%- set whole_numbers = whole_number_columns(selected) if delivered_columns(table) else [] -%}
    select
    {%- for column in raw_contract()[table]['columns'] %}
        {%- set text = 'cast(' ~ column ~ ' as string)' %}
        {%- if column not in expressions %}
        cast(null as string) as {{ column }}
        {%- elif column in whole_numbers %}
        {{ text }} as {{ column }}
        {%- elif column.endswith('_id') %}
        {{ normal_id(column, longest, mapping.id_case) }} as {{ column }}
        {%- else %}
        {%- set plain = without_control_characters(text) %}
        case
            when {{ is_full_match(text, '[!-~][ -~]*') }} and length({{ text }}) <= {{ longest }} then {{ text }}
            when trim({{ plain }}) = '' then null
            else left({{ plain }}, {{ longest }})
        end as {{ column }}
        {%- endif %}{{ ',' if not loop.last or mapping.identity }}
    {%- endfor %}
    {%- if mapping.identity %}
        raw_identity
    {%- endif %}
    from (
        select
        {%- for column in expressions %}
            {%- set is_text_id = column.endswith('_id') and column not in whole_numbers %}
            {{ bare_id('cast(' ~ column ~ ' as string)') ~ ' as ' ~ column if is_text_id else column }}
            {{- ',' if not loop.last or mapping.identity }}
        {%- endfor %}
        {%- if mapping.identity %}
            raw_identity
        {%- endif %}
        from (
            {{ selected | indent(8) }}
        ) as selected
        {%- if since %}
        where {{ may_be_since(table, raw_contract()[table]['time'], since) }}
        {%- endif %}
    ) as bare
{%- endmacro %}
