{#- Runs at the end of a run: for each built table with the meta `verdicts`, prints the number of verdicts per status, and the
    messages of the statuses that the meta names: {title, condition (SQL, which rows are verdicts), printed (statuses)}. -#}
{% macro print_gate_results(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- for result in results if result.status == 'success' and result.node.config.get('meta', {}).get('verdicts') -%}
        {%- set verdicts = result.node.config.meta.verdicts -%}
        {%- set found = ' from ' ~ result.node.relation_name ~ ' where ' ~ verdicts.condition -%}
        {%- set counts = [] -%}
        {%- for row in run_query('select status, count(*)' ~ found ~ ' group by status order by status').rows -%}
            {%- do counts.append(row[1] ~ ' ' ~ row[0]) -%}
        {%- endfor -%}
        {%- do log(verdicts.title ~ ': ' ~ counts | join(', ') ~ '.', info=true) -%}
        {%- set messages = "select message" ~ found ~ " and status in ('" ~ verdicts.printed | join("', '") ~ "') order by status, message" -%}
        {%- for row in run_query(messages).rows -%}{%- do log('  ' ~ row[0], info=true) -%}{%- endfor -%}
    {%- endfor -%}
{% endmacro %}
