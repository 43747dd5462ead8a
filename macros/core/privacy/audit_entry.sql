{#- Statement that appends an entry to the audit log. The entry's digest includes the previous one. `details` is a dict, or
    none. -#}
{% macro audit_entry(log_relation, action, object, row_count, outcome, details=none) %}
    {%- set columns = ['entry_number', 'cast(noted_at as string)', 'run_id', 'operator', 'action', 'object', 'row_count', 'outcome',
                       'details'] -%}
    insert into {{ log_relation }}
    select
        entry_number,
        noted_at,
        run_id,
        operator,
        action,
        object,
        row_count,
        outcome,
        details,
        md5({{ values_as_json(columns + ['previous_digest']) }}) as digest
    from (
        select
            coalesce(max(entry_number), 0) + 1 as entry_number,
            timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as noted_at,
            {{ sql_text(invocation_id) }} as run_id,
            {{ operator_name() }} as operator,
            {{ sql_text(action) }} as action,
            {{ sql_text(object) }} as object,
            cast({{ row_count }} as bigint) as row_count,
            {{ sql_text(outcome) }} as outcome,
            cast({{ sql_text(tojson(details, sort_keys=true)) if details else 'null' }} as string) as details,
            coalesce(max_by(digest, entry_number), '') as previous_digest
        from {{ log_relation }}
    ) as entries
{% endmacro %}
