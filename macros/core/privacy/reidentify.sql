{#- An operation: tells which customer a pseudonym stands for, or the other way round, and notes in the audit log that somebody looked,
    and why. `make reidentify CUSTOMER=… WHY=…` runs it without a log file, which would keep the answer. -#}
{% macro reidentify(customer, why) %}
    {%- if not why -%}{{ exceptions.raise_compiler_error('Say why: make reidentify CUSTOMER=<id or pseudonym> WHY="<reason>".') }}{%- endif -%}
    {%- set identities = package_node('customer_identities') -%}
    {%- set audit_log = package_node('audit_log') -%}
    {%- set relation = adapter.get_relation(identities.database, identities.schema, identities.alias) -%}
    {%- set log_relation = adapter.get_relation(audit_log.database, audit_log.schema, audit_log.alias) -%}
    {%- if relation is none or log_relation is none -%}
        {{ exceptions.raise_compiler_error('Nothing to look into: build the warehouse first (make build).') }}
    {%- endif -%}
    {%- set text = sql_text(customer | string) -%}
    {%- set rows = run_query('select raw_customer_id, customer_id from ' ~ relation ~ ' where customer_id = ' ~ text
        ~ ' or raw_customer_id = ' ~ text ~ ' order by raw_customer_id').rows -%}
    {%- do run_query(audit_entry(log_relation, 'reidentify', relation.schema ~ '.' ~ relation.identifier, rows | length, 'success',
                                 {'why': why})) -%}
    {%- if adapter.type() == 'duckdb' -%}{%- do run_query('commit') -%}{%- endif -%}
    {%- for row in rows -%}{%- do print('customer ' ~ row[0] ~ ' is ' ~ row[1]) -%}{%- endfor -%}
    {%- if not rows -%}{%- do print('Nobody is known by that.') -%}{%- endif -%}
{% endmacro %}
