{#- At the end of a run that judged the gates: says which hold, and the message of each that doesn't. -#}
{% macro print_gate_results(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- for result in results if result.status == 'success' and result.node.name == 'gate_results' -%}
        {%- set counts = run_query('select status, count(*) from ' ~ result.node.relation_name ~ ' group by status order by status') -%}
        {%- set said = [] -%}
        {%- for row in counts.rows -%}{%- do said.append(row[1] ~ ' ' ~ row[0]) -%}{%- endfor -%}
        {%- do log('Gates: ' ~ said | join(', ') ~ '.', info=true) -%}
        {%- set failures = "select message from " ~ result.node.relation_name
            ~ " where status in ('fail', 'warn') order by status, message" -%}
        {%- for row in run_query(failures).rows -%}{%- do log('  ' ~ row[0], info=true) -%}{%- endfor -%}
    {%- endfor -%}
{% endmacro %}
