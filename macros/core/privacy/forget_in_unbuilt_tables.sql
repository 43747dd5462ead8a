{#- Runs at the end of a run of scope lists or refresh: the statements that delete customers from the tables that this run did not
    build. They delete customers who are no longer in customer_identities, and customers who refuse the purpose in the table's
    meta `consent`. If a table also has neutral rows of customers who refuse, its meta `personal_rows` is the condition for the
    rows to delete. They also delete rows that offer a product that is no longer recommendable, in the column that the table's
    meta `offers` names. -#}
{% macro forget_in_unbuilt_tables(results) %}
    {%- if not execute or builds_nothing() or run_scope() not in ['lists', 'refresh'] -%}{{ return('') }}{%- endif -%}
    {%- set built = [] -%}
    {%- for result in results if result.status == 'success' -%}{%- do built.append(result.node.unique_id) -%}{%- endfor -%}
    {%- if package_node('clean_customers').unique_id not in built -%}{{ return('') }}{%- endif -%}
    {%- set known = 'select customer_id from ' ~ package_node('customer_identities').relation_name -%}
    {%- for node in package_nodes()
        if node.resource_type == 'model' and node.unique_id not in built and node.config.materialized in ['table', 'incremental'] -%}
        {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- if relation and 'customer_id' in node.columns %}
            {{ delete_rows(relation, 'customer_id is not null and customer_id not in (' ~ known ~ ')') }};
            {%- if node.config.meta.consent %}
            {%- set refusing -%}
                customer_id in (
                    select customers.customer_id
                    from ({{ known }}) as customers
                    left join {{ package_node('customer_consents').relation_name }} as consents
                        on customers.customer_id = consents.customer_id
                    where not {{ has_consent('consents', node.config.meta.consent) }}
                )
                and {{ node.config.meta.personal_rows or 'true' }}
            {%- endset %}
            {{ delete_rows(relation, refusing) }};
            {%- endif %}
        {%- endif %}
        {%- if relation and node.config.meta.offers %}
            {%- set withdrawn -%}
                {{ node.config.meta.offers }} not in (
                    select products.product_id
                    from {{ package_node('clean_products').relation_name }} as products
                    inner join {{ package_node('cutoff_products').relation_name }} as offered
                        on products.product_index = offered.product_index
                    where offered.cutoff_id = 'live'
                )
            {%- endset %}
            {{ delete_rows(relation, withdrawn) }};
        {%- endif %}
        {%- if relation and 'record_values' in node.columns and 'customer_id' not in node.columns %}
            {%- set shown = "nullif(regexp_extract(record_values, '\"customer_id\":\"([^\"]+)\"', 1), '')" %}
            {{ delete_rows(relation, shown ~ ' is not null and ' ~ shown ~ ' not in (' ~ known ~ ')') }};
        {%- endif %}
    {%- endfor %}
{% endmacro %}
