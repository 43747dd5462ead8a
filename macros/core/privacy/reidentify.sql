{#- An operation: looks up the customers of pseudonyms, or the pseudonyms of customers, and records the look-up and its reason in
    the audit log. The id comes from the environment variable CUSTOMER, because dbt writes arguments to run_results.json. Several
    ids come from `file`, one per line. The answers are printed, or written to `to` (write_file) with the columns
    `asked`, `raw_customer_id` and `customer_id`; the latter two are empty for an unknown id. -#}
{% macro reidentify(why='', file='', to='') %}
    {%- do require_duckdb('make reidentify') -%}
    {%- set customer = env_var('CUSTOMER', '') | trim -%}
    {%- if not why or not (customer or file) -%}
        {{ exceptions.raise_compiler_error('State an id and the reason: make reidentify CUSTOMER=<id or pseudonym> WHY="<reason>", or '
            ~ 'FILE=<file with one id per line> [TO=<file.csv>].') }}
    {%- endif -%}
    {%- if invocation_args_dict.get('log_level_file') != 'none' -%}
        {{ exceptions.raise_compiler_error("The log of dbt would keep the answer. Run make reidentify, or dbt with --log-level-file none.") }}
    {%- endif -%}
    {%- set identities = package_node('customer_identities') -%}
    {%- set audit_log = package_node('audit_log') -%}
    {%- set relation = adapter.get_relation(identities.database, identities.schema, identities.alias) -%}
    {%- set log_relation = adapter.get_relation(audit_log.database, audit_log.schema, audit_log.alias) -%}
    {%- if relation is none or log_relation is none -%}
        {{ exceptions.raise_compiler_error('There is no warehouse to look into. Build it first (make build).') }}
    {%- endif -%}
    {%- set asked -%}
        {%- if file -%}
        select
            row_number() over () as place,
            {{ without_outer_blanks('line') }} as asked
        from (select unnest(string_split(content, chr(10))) as line from read_text({{ sql_text(file) }})) as lines
        where {{ without_outer_blanks('line') }} <> ''
        {%- else -%}
        select 1 as place, {{ sql_text(customer) }} as asked
        {%- endif -%}
    {%- endset -%}
    {%- set answers -%}
        with asked as ({{ asked }}),

        known as (
            select raw_customer_id as id, raw_customer_id, customer_id from {{ relation }}
            union
            select customer_id as id, raw_customer_id, customer_id from {{ relation }}
        )

        select
            asked.place,
            asked.asked,
            known.raw_customer_id,
            known.customer_id
        from asked
        left join known on asked.asked = known.id
    {%- endset -%}
    {%- set counts = run_query('select count(distinct place), count(customer_id) from (' ~ answers ~ ') as answers').rows[0] -%}
    {%- set entry = audit_entry(log_relation, 'reidentify', relation.schema ~ '.' ~ relation.identifier, counts[1] | int, 'success',
                                {'why': why}) -%}
    {%- if to -%}
        {%- do write_file(answers, ['asked', 'raw_customer_id', 'customer_id'], 'place', to, entry) -%}
        {%- do print(counts[1] ~ ' answers to ' ~ counts[0] ~ ' ids are in ' ~ to ~ '.') -%}
    {%- else -%}
        {%- set rows = run_query(answers ~ ' order by asked.place, known.raw_customer_id').rows -%}
        {%- do run_query(entry) -%}
        {%- if adapter.type() == 'duckdb' -%}{%- do run_query('commit') -%}{%- endif -%}
        {%- for row in rows -%}
            {%- do print('customer ' ~ row[2] ~ ' is ' ~ row[3] if row[3] else 'No customer has the id ' ~ row[1] ~ '.') -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
