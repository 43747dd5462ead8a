{#- The moment from which an incremental model reads its input again, as SQL; none where it reads everything: in its first build,
    under --full-refresh, and as any other kind of model. Whatever happened more than reopen_days before the newest moment that the model has settled was there in
    the last build. That moment is the last as_of for staging; for dispositions it is the newest kept row, since as_of is built anew
    before them and a build that broke off in between must not leave a gap. -#}
{% macro reads_from() %}
    {%- if config.get('materialized') != 'incremental' or not remembers_previous_build() -%}{{ return(none) }}{%- endif -%}
    {%- if config.meta_get('settled_by') == 'kept rows' -%}
        {%- set newest = 'select max(' ~ config.meta_get('time_column') ~ ') as newest_at from ' ~ this ~ ' where rejection_reason is null' -%}
    {%- else -%}
        {%- set as_of = built_table('as_of') -%}
        {%- set newest = 'select as_of as newest_at from ' ~ as_of if as_of else 'select cast(null as timestamp) as newest_at' -%}
    {%- endif -%}
    {%- set rows = run_query("select newest_at - interval '" ~ var('reopen_days') ~ "' day from (" ~ newest ~ ') as settled').rows -%}
    {{ return("timestamp '" ~ rows[0][0] ~ "'" if rows and rows[0][0] else none) }}
{% endmacro %}
