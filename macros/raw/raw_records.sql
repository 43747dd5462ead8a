{#- One row per raw row of `table`: every contract column as text (NULL where unmapped or blank), the row's identity and which
    copy of it this is. The identity is a fingerprint of the contents, not of the position, so that it survives a re-delivery in
    another order: identical rows share `record_hash` and are told apart by `copy_number` (1 = the first). It is taken of the row as
    JSON, because values strung together with a separator are equal for ('a|b', 'c') and ('a', 'b|c'), and the second would be
    rejected as a copy of the first. -#}
{% macro raw_records(table) %}
    {%- set contract = raw_contract()[table] -%}
    {%- if table not in var('raw') %}
    select
        {%- for column in contract['columns'] %}
        cast(null as string) as {{ column }},
        {%- endfor %}
        cast(null as string) as record_hash,
        cast(null as bigint) as copy_number
    where 1 = 0
    {%- else %}
    {%- set mapping = var('raw')[table] -%}
    {%- set expressions = raw_columns(table) %}
    select
        *,
        row_number() over (partition by record_hash order by record_hash nulls last) as copy_number
    from (
        select
            *,
            md5({{ values_as_json(contract['columns']) }}) as record_hash
        from (
            select
                {%- for column in contract['columns'] %}
                {%- if column in expressions %}
                case when trim(cast({{ expressions[column] }} as string)) <> '' then left(cast({{ expressions[column] }} as string), {{ var('longest_text_characters') }}) end as {{ column }}
                {%- else %}
                cast(null as string) as {{ column }}
                {%- endif %}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ raw_relation(table) }}
            {%- if mapping.where %}
            where {{ mapping.where }}
            {%- endif %}
            {%- if mapping.group_by %}
            group by {{ mapping.group_by }}
            {%- endif %}
        ) as mapped
    ) as identified
    {%- endif %}
{% endmacro %}
