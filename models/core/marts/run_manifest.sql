-- Grain: section × name. Inputs, settings, code and versions of this run: enough to explain why two runs differ, and to repeat
-- one. There is no clock, random id or path, so the same input gives the same rows. The fingerprint of a table is the sum of a
-- hash of each raw row's identity, so that the order of rows does not matter and no sort is needed.
with fingerprints as (
    {%- for table in raw_contract() %}
    select
        '{{ table }}' as raw_table,
        count(*) as row_count,
        -- hash_uniform times 2 to the power of 52 is a whole number, so that the sum is exact
        coalesce(sum(cast({{ hash_uniform('record_id') }} * 4503599627370496 as decimal(38, 0))), 0) as hash_sum
    from {{ ref('stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

entries as (
    select
        'input' as section,
        raw_table as name,
        cast(row_count as string) || ' rows, '
        || md5(cast(row_count as string) || ' ' || cast(hash_sum as string)) as value
    from fingerprints
    union all
    select
        'scope' as section,
        'scope' as name,
        '{{ run_scope() }}' as value
    union all
    select
        'limit' as section,
        source || ' at ' || cutoff_id as name,
        reason as value
    from {{ ref('source_limits') }}
    where
        source in (
            {%- for row in candidate_sources() %}
            '{{ row.source }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
    {%- for name in capabilities() %}
    union all
    select
        'capability' as section,
        '{{ name }}' as name,
        '{{ disabling_switches(name) | join(', ') or 'on' }}' as value
    {%- endfor %}
    {%- if execute %}
    {%- for name, value in manifest_vars().items() %}
    union all
    select
        'var' as section,
        '{{ name }}' as name,
        {{ sql_text(tojson(value, sort_keys=true)) }} as value
    {%- endfor %}
    {%- for name, value in program_versions().items() %}
    union all
    select
        'version' as section,
        '{{ name }}' as name,
        {{ sql_text(value) }} as value
    {%- endfor %}
    union all
    select
        'text' as section,
        'models and macros' as name,
        '{{ files_md5(['models/**/*.sql', 'python_models/**/*.py', 'macros/**/*.sql']) }}' as value
    {%- for name, digest in seed_fingerprints().items() %}
    union all
    select
        'seed' as section,
        '{{ name }}' as name,
        '{{ digest }}' as value
    {%- endfor %}
    {%- endif %}
)

select
    section,
    name,
    value
from entries
