{#- At the end of a run that built the recommendations: says where they are and shows a few lists with their reasons. -#}
{% macro print_recommendations(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set built = {} -%}
    {%- for result in results if result.status == 'success' -%}
        {%- do built.update({result.node.name: result.node}) -%}
    {%- endfor -%}
    {%- if 'recommendations' not in built or 'clean_products' not in built -%}{{ return('') }}{%- endif -%}
    {%- set examples -%}
        select
            lists.customer_id,
            lists.rank,
            lists.product_id || coalesce(' ' || products.name, '') as product,
            lists.reason_text
        from {{ built.recommendations.relation_name }} as lists
        left join {{ built.clean_products.relation_name }} as products on lists.product_id = products.product_id
        where
            lists.rank <= 3
            and lists.customer_id in (
                select customer_id
                from {{ built.recommendations.relation_name }}
                group by customer_id, rung
                order by row_number() over (partition by rung order by md5(customer_id)), rung
                limit 3
            )
        order by lists.customer_id, lists.rank
    {%- endset -%}
    {%- do log('', info=true) -%}
    {%- do log('Recommendations are in ' ~ target.path ~ ', table ' ~ built.recommendations.schema ~ '.recommendations. For example:', info=true) -%}
    {%- for row in run_query(examples).rows -%}
        {%- if row.rank == 1 -%}{%- do log('  customer ' ~ row.customer_id, info=true) -%}{%- endif -%}
        {%- do log('    ' ~ row.rank ~ '. ' ~ row['product'] ~ ': ' ~ row.reason_text, info=true) -%}
    {%- endfor -%}
{% endmacro %}
