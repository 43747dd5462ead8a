{#- A query of the rows of a mapped raw table: every contract column as text, NULL where unmapped or blank, and, where the mapping
    names the columns by which rows are told apart, their values as raw_identity. `since` leaves out what is clearly older, by a
    day more than any offset in the text can shift it: a first sieve for raw_records, cheap enough for every row. In the docs the SQL
    names the source instead of its files, so that lineage of columns finds it. -#}
{% macro mapped_rows(table, since=none) -%}
    {%- set mapping = var('raw')[table] -%}
    {%- set expressions = raw_columns(table) -%}
    {%- set is_for_docs = execute and invocation_args_dict.which == 'generate' -%}
    {%- set longest = 10000 -%}   {#- characters kept of a text #}
    {%- set conditions = ['(' ~ mapping.where ~ ')'] if mapping.where else [] -%}
    {%- set time_column = raw_contract()[table]['time'] -%}
    {%- if since and not mapping.group_by and not column_format(table, 'time_format', time_column) -%}
        {%- set text = 'cast(' ~ expressions[time_column] ~ ' as string)' -%}
        {%- set time = "try_cast(case when " ~ text ~ " like '____-%' then " ~ text ~ ' end as timestamp)' -%}
        {%- do conditions.append('coalesce(' ~ time ~ ' >= ' ~ since ~ " - interval '1' day or not "
            ~ plausible_range(time_column, time ~ " - interval '1' day") ~ ', true)') -%}
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
    from {{ source('raw', table) if is_for_docs and not mapping.source else raw_relation(table) }}
    {%- if conditions %}
    where {{ conditions | join(' and ') }}
    {%- endif %}
    {%- if mapping.group_by %}
    group by {{ mapping.group_by }}
    {%- endif %}
{%- endmacro %}
