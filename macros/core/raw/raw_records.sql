{#- One row per raw row of `table`: every contract column as text (NULL where unmapped or blank), the row's identity and which
    copy of it this is. The identity is a fingerprint of the contents, not of the position, so that it survives a re-delivery in
    another order: identical rows share `record_hash` and are told apart by `copy_number` (1 = the first). It is taken of the row as
    JSON, because values strung together with a separator are equal for ('a|b', 'c') and ('a', 'b|c'), and the second would be
    rejected as a copy of the first. Columns a mapping leaves out don't count, unless it lists them under `identity`. An
    incremental model gets the rows from reads_from() on, and those without a usable time. The customer's raw id is replaced before,
    so that nobody can find a person by hashing what they know of a row; see pseudonymised_rows for whose rows are left out. -#}
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
    {%- set since = reads_from() %}
    {%- set has_customer = 'customer_id' in contract['columns'] %}
    {%- set identity = ['raw_identity'] + (['customer_id'] if has_customer else []) if mapping.identity else contract['columns'] %}
    with identified as (
        select
            *,
            md5({{ values_as_json(identity) }}) as record_hash
        from (
            {{ pseudonymised_rows(table, since) | indent(12) }}
        ) as mapped
        {%- if since %}
        {%- set time = typed_value(table, contract['time']) %}
        where coalesce({{ time }} >= {{ since }} or not {{ plausible_range(contract['time'], time) }}, true)
        {%- endif %}
    ),

    {#- Only the rows that have copies are sorted. #}
    repeated as (
        select record_hash
        from identified
        group by record_hash
        having count(*) > 1
    )

    select
        identified.*,
        1 as copy_number
    from identified
    left join repeated on identified.record_hash = repeated.record_hash
    where repeated.record_hash is null
    union all
    select
        identified.*,
        row_number() over (partition by identified.record_hash order by identified.record_hash nulls last) as copy_number
    from identified
    inner join repeated on identified.record_hash = repeated.record_hash
    {%- endif %}
{% endmacro %}
