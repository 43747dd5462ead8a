{#- Query: divergence of each list from the category mix of the customer's history, over the categories of the history and the
    listed products with a known category. Lists without such a product, and lists of customers without a history, have no row.
    `lists` is the relation with product_index and the keys; `keys` identify a list and include cutoff_id and customer_index. -#}
{% macro category_divergences(lists, keys) -%}
    {%- set of_lists, of_listed, matching = [], [], [] -%}
    {%- for key in keys -%}
        {%- do of_lists.append('lists.' ~ key) -%}
        {%- do of_listed.append('listed.' ~ key) -%}
        {%- do matching.append('listed.' ~ key ~ ' = counts.' ~ key) -%}
    {%- endfor -%}
    {#- Steck, RecSys 2018: sum over categories of p ln(p / q~), q~ = (1 - alpha) q + alpha p; p of the history, q of the list.
        -#}
    {%- set alpha = calibration_alpha() -%}
    {%- set own = (1 - alpha) ~ ' * coalesce(counts.category_count, 0) / cast(listed.listed_count as double)' -%}
    {%- set blended_in = alpha ~ ' * tastes.strength_share' -%}
    with counts as (
        select
            {{ of_lists | join(', ') }},
            categories.protected_group as category,
            count(*) as category_count,
            sum(count(*)) over (partition by {{ of_lists | join(', ') }}) as listed_count
        from {{ lists }} as lists
        inner join {{ ref('product_groups') }} as categories
            on
                lists.cutoff_id = categories.cutoff_id
                and lists.product_index = categories.product_index
                and categories.attribute = 'category'
        group by {{ of_lists | join(', ') }}, categories.protected_group
    ),

    listed as (
        select distinct
            {{ keys | join(', ') }},
            listed_count
        from counts
    )

    select
        {{ of_listed | join(', ') }},
        {{ stable_sum('tastes.strength_share * ln(tastes.strength_share / (' ~ own ~ ' + ' ~ blended_in ~ '))') }} as divergence
    from listed
    inner join {{ ref('customer_tastes') }} as tastes
        on
            listed.cutoff_id = tastes.cutoff_id
            and listed.customer_index = tastes.customer_index
            and tastes.attribute = 'category'
            and tastes.strength_share > 0
    left join counts
        on
            {{ matching | join(' and ') }}
            and tastes.attribute_value = counts.category
    group by {{ of_listed | join(', ') }}
{%- endmacro %}
