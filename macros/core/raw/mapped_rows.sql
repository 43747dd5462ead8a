{#- A query of the rows of a mapped raw table: every contract column as text, NULL where unmapped or blank, and, where the mapping
    names the columns by which rows are told apart, their values as raw_identity. `since` leaves out what is clearly older, by a
    day more than any offset in the text can shift it: a first sieve for raw_records, cheap enough for every row. In the docs the SQL
    names the source instead of its files, so that lineage of columns finds it. -#}
{% macro mapped_rows(table, since=none) -%}
    {%- set mapping = var('raw')[table] -%}
    {%- if execute and mapping.ref -%}
        {%- do check_raw_table(mapping_place() ~ ", table '" ~ table ~ "'", table, mapping) -%}
    {%- endif -%}
    {%- set expressions = raw_columns(table) -%}
    {%- set is_for_docs = execute and invocation_args_dict.which == 'generate' -%}
    {%- set longest = 10000 -%}   {#- characters kept of a text #}
    {%- set conditions = ['(' ~ mapping.where ~ ')'] if mapping.where else [] -%}
    {%- if since and not mapping.group_by -%}
        {%- set time = 'try_cast(' ~ expressions[raw_contract()[table]['time']] ~ ' as timestamp)' -%}
        {%- do conditions.append('(' ~ time ~ ' >= ' ~ since ~ " - interval '1' day or " ~ time ~ ' is null)') -%}
    {%- endif -%}
    select
    {%- for column in raw_contract()[table]['columns'] %}
        {%- if column in expressions %}
        {%- set text = 'cast(' ~ expressions[column] ~ ' as string)' %}
        case
            when trim({{ text }}) = '' then null
            when length({{ text }}) > {{ longest }} then left({{ text }}, {{ longest }})
            else {{ text }}
        end as {{ column }}
        {%- else %}
        cast(null as string) as {{ column }}
        {%- endif %}{{ ',' if not loop.last or mapping.identity }}
    {%- endfor %}
    {%- if mapping.identity %}
        {{ values_as_json(mapping.identity) }} as raw_identity
    {%- endif %}
    from {{ source('raw', table) if is_for_docs and not (mapping.source or mapping.ref) else raw_relation(table) }}
    {%- if conditions %}
    where {{ conditions | join(' and ') }}
    {%- endif %}
    {%- if mapping.group_by %}
    group by {{ mapping.group_by }}
    {%- endif %}
{%- endmacro %}
