{#- One row per raw row of `table`: every contract column as text (NULL if unmapped or blank), record_hash and copy_number.
    record_hash is a hash of the row's contents, not of its position, so it survives a new delivery in another order. Identical
    rows share record_hash and differ in copy_number (1 = first). The hash is computed over the row as JSON: values joined by a
    separator would be equal for ('a|b', 'c') and ('a', 'b|c'), and the second row would be rejected as a duplicate of the first.
    Unmapped columns do not count, unless the mapping lists them under `identity`. An incremental model gets the rows from
    reads_from() on, and the rows without a usable time. The raw customer id is replaced before hashing, so that hashing known
    facts about a person cannot identify that person's rows. See pseudonymised_rows for the rows that are excluded. -#}
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
    {%- set identity = ['raw_identity'] + (['customer_id'] if has_customer else [])
        if mapping.identity else contract['columns'] %}
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

    {#- Only rows with duplicates are sorted. #}
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
