{#- At the end of a run that judged the gates, or groups: says which hold, and the message of each that doesn't. Of fairness only failures
    are told one by one; what may be chance is counted. -#}
{% macro print_gate_results(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set judged = {'gate_results': ('Gates', 'true', "'fail', 'warn'"), 'fairness_audits': ('Fairness', 'is_gate', "'fail'")} -%}
    {%- for result in results if result.status == 'success' and result.node.name in judged -%}
        {%- set title, condition, told = judged[result.node.name] -%}
        {%- set counts = run_query(
            'select status, count(*) from ' ~ result.node.relation_name ~ ' where ' ~ condition ~ ' group by status order by status'
        ) -%}
        {%- set said = [] -%}
        {%- for row in counts.rows -%}{%- do said.append(row[1] ~ ' ' ~ row[0]) -%}{%- endfor -%}
        {%- do log(title ~ ': ' ~ said | join(', ') ~ '.', info=true) -%}
        {%- set failures = "select message from " ~ result.node.relation_name
            ~ " where " ~ condition ~ " and status in (" ~ told ~ ") order by status, message" -%}
        {%- for row in run_query(failures).rows -%}{%- do log('  ' ~ row[0], info=true) -%}{%- endfor -%}
    {%- endfor -%}
{% endmacro %}
