{#- Runs at the end of a run: for each test that did not pass and whose meta `prints` names its message column, prints the
    messages. -#}
{% macro print_messages(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set most = 10 -%}   {#- messages per test #}
    {%- for result in results if result.status in ('warn', 'fail') and result.node.config.get('meta', {}).get('prints') -%}
        {%- set messages = 'select ' ~ result.node.config.meta.prints ~ ' from (' ~ result.node.compiled_code ~ ') as found' -%}
        {%- for row in run_query(messages ~ ' order by 1 limit ' ~ most).rows -%}
            {%- do log(('Warning: ' if result.status == 'warn' else 'Failed: ') ~ row[0], info=true) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
