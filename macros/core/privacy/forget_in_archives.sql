{#- Removes every customer who is not in customer_identities from earlier release files, DuckDB or Parquet, and records the number
    of removed rows in the audit log. For every system that keeps releases: call it after a build that fulfilled new erasure
    requests, or by hand as `dbt run-operation forget_in_archives --args '{files: [<path>, …]}'`. -#}
{% macro forget_in_archives(files) %}
    {%- do require_duckdb('forget_in_archives') -%}
    {%- set identities = package_node('customer_identities') -%}
    {%- set audit_log = package_node('audit_log') -%}
    {%- set log_relation = adapter.get_relation(audit_log.database, audit_log.schema, audit_log.alias) -%}
    {%- set known = sql_text(target.path ~ '.known_customers.parquet') -%}
    {%- do run_query('copy (select customer_id from ' ~ identities.relation_name ~ ') to ' ~ known ~ ' (format parquet)') -%}
    {%- set paths = [] -%}
    {%- for file in files -%}{%- do paths.append(sql_text(file)) -%}{%- endfor -%}
    {%- set removed = run_query('select unnest(forget_in_archives([' ~ paths | join(', ') ~ '], ' ~ known ~ '))').columns[0].values() -%}
    {%- for file in files -%}
        {%- do run_query(audit_entry(log_relation, 'erase', file, removed[loop.index0] | int, 'success')) -%}
        {%- do log(removed[loop.index0] ~ ' rows removed from ' ~ file, info=true) -%}
    {%- endfor -%}
    {%- if adapter.type() == 'duckdb' -%}{%- do run_query('commit') -%}{%- endif -%}
{% endmacro %}
