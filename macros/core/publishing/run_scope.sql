{#- Scope of this run, by the selected models: `all` (including seeds); `lists`, the core and the gates; `refresh`, the core
    without the models tagged `learned`; `part` for everything else. A dbt retry selects nothing and has the scope of the last
    recorded build. -#}
{% macro run_scope() %}
    {%- if not execute -%}{{ return('part') }}{%- endif -%}
    {%- if not selected_resources -%}{{ return(last_build().scope if runs_all_tests() else 'part') }}{%- endif -%}
    {%- set left_out = {'learned': [], 'core': [], 'gates': [], 'others': []} -%}
    {%- set learned = [] -%}
    {%- for node in package_nodes() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {%- set kind = 'learned' if 'learned' in node.tags else 'gates' if node.name == 'gate_results'
            else 'core' if node.resource_type == 'model' and node.fqn[1] == 'core' else 'others' -%}
        {%- if kind == 'learned' -%}{%- do learned.append(node.name) -%}{%- endif -%}
        {%- if node.unique_id not in selected_resources -%}{%- do left_out[kind].append(node.name) -%}{%- endif -%}
    {%- endfor -%}
    {%- if left_out.core or left_out.learned not in ([], learned) -%}{{ return('part') }}{%- endif -%}
    {%- if left_out.learned -%}{{ return('refresh') }}{%- endif -%}
    {{ return('part' if left_out.gates else 'lists' if left_out.others else 'all') }}
{% endmacro %}
