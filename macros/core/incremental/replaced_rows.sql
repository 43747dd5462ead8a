{#- Condition for the rows of an incremental table that its new rows in `found` replace, by the strategy. Only for Spark, which
    writes the whole table again (materialization_incremental_spark). On DuckDB, each strategy has statements of its own. -#}
{% macro replaced_rows(strategy, found) %}
    {%- set key = config.get('unique_key') -%}
    {%- set has_new_key = key ~ ' in (select ' ~ key ~ ' from ' ~ found ~ ')' -%}
    {%- if strategy == 'append' -%}
        {{ return('false') }}
    {%- elif strategy == 'replace' -%}
        {{ return('true') }}
    {%- elif strategy == 'delete+insert' -%}
        {{ return(has_new_key) }}
    {%- elif strategy == 'lists_of_customers' -%}
        {{ return('customer_id in (select customer_id from ' ~ built_table('list_customers') ~ ') or customer_id not in (select customer_id from '
            ~ built_table('clean_customers') ~ ')') }}
    {%- elif strategy == 'reopen' -%}
        {%- set time_column = config.meta_get('time_column') -%}
        {%- set since = reads_from() if time_column else none -%}
        {%- if not since -%}{{ return('true') }}{%- endif -%}
        {{ return(time_column ~ ' >= ' ~ since ~ ' or ' ~ time_column ~ ' is null' ~ (' or ' ~ has_new_key if key else '')) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error(model.name ~ ': the incremental strategy is ' ~ strategy
        ~ '. Accepted on Spark: append, replace, delete+insert, lists_of_customers, reopen.') }}
{% endmacro %}
