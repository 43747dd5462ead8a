{#- A query of the rows of a mapped raw table: every contract column as text, NULL where unmapped or blank, ids in the form in which they
    meet (bare_id, normal_id), and, where the mapping names the columns by which rows are told apart, their values as raw_identity. `since` leaves
    out what is clearly older, by a day more than any offset in the text can shift it: a first sieve for raw_records, cheap enough for
    every row. The user's expressions stand in one place, the inner query, so that they mean the same in the first build and in later
    ones: a window function may stand there, and not in a condition. In the docs the SQL names the source instead of its files, so that
    lineage of columns finds it. -#}
{% macro mapped_rows(table, since=none) -%}
    {%- set mapping = var('raw')[table] -%}
    {%- set delivered = delivered_columns(table) -%}
    {%- set is_for_docs = execute and invocation_args_dict.which == 'generate' -%}
    {%- set longest = 10000 -%}   {#- characters kept of a text #}
    {%- set expressions = raw_columns(table) -%}
    select
    {%- for column in raw_contract()[table]['columns'] %}
        {%- set text = 'cast(' ~ column ~ ' as string)' %}
        {%- if column not in expressions %}
        cast(null as string) as {{ column }}
        {%- elif column.endswith('_id') %}
        {{ normal_id(column, longest, mapping.id_case) }} as {{ column }}
        {%- else %}
        case
            when trim({{ text }}) = '' then null
            when length({{ text }}) > {{ longest }} then left({{ text }}, {{ longest }})
            else {{ text }}
        end as {{ column }}
        {%- endif %}{{ ',' if not loop.last or mapping.identity }}
    {%- endfor %}
    {%- if mapping.identity %}
        raw_identity
    {%- endif %}
    from (
        select
        {%- for column in expressions %}
            {{ bare_id('cast(' ~ column ~ ' as string)') ~ ' as ' ~ column if column.endswith('_id') else column }}
            {{- ',' if not loop.last or mapping.identity }}
        {%- endfor %}
        {%- if mapping.identity %}
            raw_identity
        {%- endif %}
        from (
            select
            {%- for column, expression in expressions.items() %}
                {{ raw_expression(expression, delivered) }} as {{ column }}{{ ',' if not loop.last or mapping.identity }}
            {%- endfor %}
            {%- if mapping.identity %}
                {%- set told_apart_by = [] %}
                {%- for column in mapping.identity %}{%- do told_apart_by.append(raw_expression(column, delivered)) %}{%- endfor %}
                {{ values_as_json(told_apart_by) }} as raw_identity
            {%- endif %}
            from {{ source('raw', table) if is_for_docs and not mapping.source else raw_relation(table) }}
            {%- if mapping.where %}
            where {{ raw_expression(mapping.where, delivered) }}
            {%- endif %}
            {%- if mapping.group_by %}
            group by {{ raw_expression(mapping.group_by, delivered) }}
            {%- endif %}
        ) as selected
        {%- if since %}
        where {{ may_be_since(table, raw_contract()[table]['time'], since) }}
        {%- endif %}
    ) as bare
{%- endmacro %}
