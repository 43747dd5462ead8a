{#- Runs before anything is built: drops the incremental tables of this run that were built from other SQL, macros, seeds or vars
    (see input_fingerprint), so that they are rebuilt. Otherwise a changed rule would leave rows judged by the old rule in the
    table. Tables with the strategy lists_of_customers are dropped if the run computes all lists, because that costs less than
    replacing the rows. Histories (of segments) use another strategy and are kept. -#}
{% macro forget_outdated() %}
    {%- if not execute or builds_nothing() -%}{{ return('') }}{%- endif -%}
    {%- for node in package_nodes()
        if node.config.incremental_strategy in ['reopen', 'lists_of_customers'] and node.unique_id in selected_resources -%}
        {%- set relation = load_cached_relation(api.Relation.create(node.database, node.schema, node.alias)) -%}
        {%- set is_outdated = run_scope() in ['all', 'lists'] if node.config.incremental_strategy == 'lists_of_customers'
            else relation and table_comment(relation) != 'Built from inputs ' ~ input_fingerprint(node) -%}
        {%- if relation and is_outdated -%}
            {%- do adapter.drop_relation(relation) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
