{#- The time from which an incremental model reads its input again, as SQL. It is none if the model reads all input: in the first
    build, with --full-refresh, and for other materializations. Rows more than reopen_days older than the newest settled time were
    already present in the last build. For staging, the newest settled time is the last as_of. For dispositions it is the newest
    kept row: as_of is rebuilt before them, so a build that fails in between would leave a gap. -#}
{% macro reads_from() %}
    {%- if config.get('materialized') != 'incremental' or not remembers_previous_build() -%}{{ return(none) }}{%- endif -%}
    {%- if config.meta_get('settled_by') == 'kept rows' -%}
        {%- set newest = 'select max(' ~ config.meta_get('time_column') ~ ') as newest_at from ' ~ this
            ~ ' where rejection_reason is null' -%}
    {%- else -%}
        {%- set as_of = built_table('as_of') -%}
        {%- set newest = 'select as_of as newest_at from ' ~ as_of if as_of else 'select cast(null as timestamp) as newest_at' -%}
    {%- endif -%}
    {%- set rows = run_query("select newest_at - interval '" ~ var('reopen_days') ~ "' day from (" ~ newest
        ~ ') as settled').rows -%}
    {{ return("timestamp '" ~ rows[0][0] ~ "'" if rows and rows[0][0] else none) }}
{% endmacro %}
