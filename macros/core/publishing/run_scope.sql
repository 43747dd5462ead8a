{#- Which scope this run builds, by the models that are selected: `all` (seeds included); `lists`, the core and the gates; `refresh`, the
    core without the models tagged `learned`; `part` for everything else. A dbt retry selects nothing and has the scope of the last
    recorded build. Options that leave out nodes or rows make a part: tests that are left out by them prove nothing. -#}
{% macro run_scope() %}
    {%- set args = invocation_args_dict -%}
    {%- if not execute or args.which != 'build' or args.get('select') or args.get('models') or args.get('exclude') or args.get('resource_types')
        or args.get('empty') or args.get('sample')
        or args.get('exclude_resource_types', []) | reject('equalto', 'unit_test') | list -%}
        {{ return('part') }}
    {%- endif -%}
    {%- if not selected_resources -%}{{ return(last_build().scope) }}{%- endif -%}
    {%- set left_out = {'learned': [], 'core': [], 'gates': [], 'others': []} -%}
    {%- set learned = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {%- set kind = 'learned' if 'learned' in node.tags else 'gates' if node.name == 'gate_results'
            else 'core' if node.resource_type == 'model' and node.fqn[1] == 'core' else 'others' -%}
        {%- if kind == 'learned' -%}{%- do learned.append(node.name) -%}{%- endif -%}
        {%- if node.unique_id not in selected_resources -%}{%- do left_out[kind].append(node.name) -%}{%- endif -%}
    {%- endfor -%}
    {%- if left_out.core or left_out.learned not in ([], learned) -%}{{ return('part') }}{%- endif -%}
    {%- if left_out.learned -%}{{ return('refresh') }}{%- endif -%}
    {{ return('part' if left_out.gates else 'lists' if left_out.others else 'all') }}
{% endmacro %}
