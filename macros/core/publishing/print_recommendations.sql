{#- Runs at the end of a run that built the recommendations: prints their location and, for customers of different tiers, the last
    purchases and the first recommendations with their reasons. -#}
{% macro print_recommendations(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set built = {} -%}
    {%- for result in results if result.status == 'success' and result.node.package_name == 'warehouse_recommender' -%}
        {%- do built.update({result.node.name: result.node}) -%}
    {%- endfor -%}
    {%- for model in ['recommendations', 'purchases', 'clean_customers', 'clean_products'] if model not in built -%}{{ return('') }}{%- endfor -%}
    {%- set examples -%}
        with chosen as (
            select
                customer_id,
                tier,
                row_number() over (partition by tier order by md5(customer_id)) as place
            from (select distinct customer_id, tier from {{ built.recommendations.relation_name }}) as listed
            order by place, tier
            limit 3
        ),

        bought as (
            select
                customers.customer_id,
                coalesce(products.name, products.product_id) as product,
                row_number() over (
                    partition by customers.customer_id order by max(purchases.occurred_at) desc, products.product_id
                ) as place
            from {{ built.purchases.relation_name }} as purchases
            inner join {{ built.clean_customers.relation_name }} as customers
                on purchases.customer_index = customers.customer_index
            inner join chosen on customers.customer_id = chosen.customer_id
            inner join {{ built.clean_products.relation_name }} as products on purchases.product_index = products.product_index
            group by customers.customer_id, products.product_id, products.name
        ),

        last_bought as (
            select
                customer_id,
                {{ string_list('product') }} as products
            from bought
            where place <= 3
            group by customer_id
        )

        select
            lists.customer_id,
            chosen.tier,
            last_bought.products,
            lists.rank,
            lists.product_id || coalesce(' ' || products.name, '') as product,
            lists.reason_text
        from {{ built.recommendations.relation_name }} as lists
        inner join chosen on lists.customer_id = chosen.customer_id
        left join last_bought on lists.customer_id = last_bought.customer_id
        left join {{ built.clean_products.relation_name }} as products on lists.product_id = products.product_id
        where lists.rank <= 3
        order by lists.customer_id, lists.rank
    {%- endset -%}
    {%- do log('', info=true) -%}
    {%- do log('Recommendations are in ' ~ (target.path or 'the warehouse of Spark') ~ ', table ' ~ built.recommendations.schema ~ '.recommendations. For example:', info=true) -%}
    {%- for row in run_query(examples).rows -%}
        {%- if row.rank == 1 -%}
            {%- do log('  customer ' ~ row.customer_id ~ ' (' ~ row.tier ~ '), bought last: ' ~ (row.products or 'nothing'), info=true) -%}
        {%- endif -%}
        {%- do log('    ' ~ row.rank ~ '. ' ~ row['product'] ~ ': ' ~ row.reason_text, info=true) -%}
    {%- endfor -%}
{% endmacro %}
