{#- Relation with the trials that `make tune` recorded for this data set, as texts: the trials file in the folder of the database,
    or no rows if there is none. The choice is made when the model is built, as for raw files. Trials are recorded on DuckDB
    only. -#}
{% macro tuning_records() %}
    {%- set columns = ['study', 'trial', 'sampler', 'parameter', 'value', 'ndcg_at_k', 'difference', 'standard_error', 'customer_count',
                       'is_baseline', 'is_chosen', 'importance'] -%}
    {%- set file = modules.re.sub('[^/]*$', '', target.path or '') ~ var('dataset') ~ '_tuning.csv' -%}
    {%- if execute and adapter.type() == 'duckdb' and run_query('select file from glob(' ~ sql_text(file) ~ ')').rows | length > 0 -%}
        {{ return('(select * from ' ~ read_csv_strictly({'files': [file], 'columns': columns, 'compression': 'none'}, {}) ~ ')') }}
    {%- endif -%}
    {%- set empty = [] -%}
    {%- for column in columns -%}
        {%- do empty.append('cast(null as string) as ' ~ column) -%}
    {%- endfor -%}
    {{ return('(select ' ~ empty | join(', ') ~ ' where 1 = 0)') }}
{% endmacro %}
