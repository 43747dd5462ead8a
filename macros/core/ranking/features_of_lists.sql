{#- Input of the learned ranker: the CTE `features`, one row per product of the pool of the lists of a relation, and the CTEs it
    needs. Only for customers with a history, in blocks of lists; empty if ranking_method needs no ranker. `pool` is the relation
    with the rows of the pool to compute. -#}
{% macro features_of_lists(lists, pool=ref('pool')) %}
scored_lists as (
    select *
    from {{ lists }}
    where
        {{ is_tier_with_history('tier') }}
        and {{ in_block('list_index') }}
        and {{ ranker_is_used() }}
),

products as (
    select
        product_index,
        category,
        brand
    from {{ ref('clean_products') }}
),

-- The customer's history with each product, per list.
own_strengths as (
    select
        scored_lists.list_index,
        strengths.product_index,
        strengths.strength,
        strengths.interaction_count
    from scored_lists
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            scored_lists.cutoff_id = strengths.cutoff_id
            and scored_lists.customer_index = strengths.customer_index
),

own_purchases as (
    select
        scored_lists.list_index,
        gaps.product_index,
        gaps.purchase_date
    from scored_lists
    inner join {{ ref('purchase_gaps') }} as gaps
        on
            scored_lists.cutoff_id = gaps.cutoff_id
            and scored_lists.customer_index = gaps.customer_index
            and gaps.is_last
),

own_tastes as (
    select
        scored_lists.list_index,
        tastes.attribute,
        tastes.attribute_value,
        tastes.strength_share
    from scored_lists
    inner join {{ ref('customer_tastes') }} as tastes
        on
            scored_lists.cutoff_id = tastes.cutoff_id
            and scored_lists.customer_index = tastes.customer_index
),

product_counts as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('cutoff_products') }}
    group by cutoff_id
),

-- Facts about the customer of each list.
list_facts as (
    select
        scored_lists.list_index,
        scored_lists.purpose,
        scored_lists.mode,
        scored_lists.cutoff_id,
        customers.strength,
        cast(ln(1 + customers.interaction_count) as float) as log_interactions,
        customer_prices.price_level,
        usual.{{ usual_dimensions() | join(',\n        usual.') }}
    from scored_lists
    inner join {{ ref('cutoff_customers') }} as customers
        on
            scored_lists.cutoff_id = customers.cutoff_id
            and scored_lists.customer_index = customers.customer_index
    left join {{ ref('customer_prices') }} as customer_prices
        on
            scored_lists.cutoff_id = customer_prices.cutoff_id
            and scored_lists.customer_index = customer_prices.customer_index
    left join {{ ref('usual_contexts') }} as usual
        on
            scored_lists.cutoff_id = usual.cutoff_id
            and scored_lists.customer_index = usual.customer_index
),

-- Facts about each product as of the cutoff.
product_facts as (
    select
        known.cutoff_id,
        products.product_index,
        products.category,
        products.brand,
        cutoffs.cutoff_at,
        cycles.cycle_days,
        product_prices.price_percentile,
        1 - (known.popularity_rank - 1) / cast(product_counts.product_count as double) as popularity_percentile,
        rhythm.interaction_trend,
        rhythm.new_buyer_share,
        rhythm.repeat_buyer_share
    from {{ ref('cutoff_products') }} as known
    inner join {{ ref('cutoffs') }} as cutoffs on known.cutoff_id = cutoffs.cutoff_id
    inner join products on known.product_index = products.product_index
    inner join product_counts on known.cutoff_id = product_counts.cutoff_id
    {%- for alias, model in [
        ('cycles', 'product_cycles'),
        ('product_prices', 'product_prices'),
        ('rhythm', 'product_rhythm'),
    ] %}
    left join {{ ref(model) }} as {{ alias }}
        on
            known.cutoff_id = {{ alias }}.cutoff_id
            and known.product_index = {{ alias }}.product_index
    {%- endfor %}
),

lifts as (
    select
        cutoff_id,
        context,
        cell,
        product_index,
        cast(ln(lift) as float) as log_lift
    from {{ ref('context_products') }}
    where context in ({{ usual_dimensions() | map('tojson') | join(', ') | replace('"', "'") }})
),

features as (
    select
        pool.list_index,
        list_facts.purpose,
        list_facts.mode,
        pool.product_index,
        pool.pool_rank,
        pool.weighted_score,
        pool.cascade_score,
        pool.log_ranks,
        pool.z_scores,
        cast(pool.weighted_score as float) as blend_score,
        cast(pool.source_count as float) as source_count,
        cast(case when own_strengths.strength is null then 0 else 1 end as float) as is_repeat,
        cast(own_strengths.strength / nullif(list_facts.strength, 0) as float) as strength_share,
        cast(own_strengths.interaction_count as float) as own_interactions,
        cast({{ days_between('own_purchases.purchase_date', 'cast(product_facts.cutoff_at as date)') }} as float) as own_days,
        cast(
            {{ days_between('own_purchases.purchase_date', 'cast(product_facts.cutoff_at as date)') }} / product_facts.cycle_days
            as float
        ) as cycle_position,
        list_facts.log_interactions,
        cast(category_tastes.strength_share as float) as category_share,
        cast(brand_tastes.strength_share as float) as brand_share,
        cast(product_facts.price_percentile - list_facts.price_level as float) as price_gap,
        cast(product_facts.popularity_percentile as float) as popularity_percentile,
        cast(product_facts.interaction_trend as float) as product_trend,
        cast(product_facts.new_buyer_share as float) as new_buyer_share,
        cast(product_facts.repeat_buyer_share as float) as repeat_buyer_share,
        country_lifts.log_lift as country_lift,
        device_lifts.log_lift as device_lift,
        daypart_lifts.log_lift as daypart_lift
    from {{ pool }} as pool
    inner join list_facts
        on
            pool.list_index = list_facts.list_index
            and {{ in_block('pool.list_index') }}
    inner join product_facts
        on
            list_facts.cutoff_id = product_facts.cutoff_id
            and pool.product_index = product_facts.product_index
    {#- own_tastes are joined last: DuckDB estimates few rows after that join, and would build its hash tables from the pool. #}
    {%- for relation in ['own_purchases', 'own_strengths'] %}
    left join {{ relation }}
        on
            pool.list_index = {{ relation }}.list_index
            and pool.product_index = {{ relation }}.product_index
    {%- endfor %}
    {%- for dimension in usual_dimensions() %}
    left join lifts as {{ dimension }}_lifts
        on
            list_facts.cutoff_id = {{ dimension }}_lifts.cutoff_id
            and {{ dimension }}_lifts.context = '{{ dimension }}'
            and list_facts.{{ dimension }} = {{ dimension }}_lifts.cell
            and pool.product_index = {{ dimension }}_lifts.product_index
    {%- endfor %}
    {%- for attribute in ['category', 'brand'] %}
    left join own_tastes as {{ attribute }}_tastes
        on
            pool.list_index = {{ attribute }}_tastes.list_index
            and {{ attribute }}_tastes.attribute = '{{ attribute }}'
            and product_facts.{{ attribute }} = {{ attribute }}_tastes.attribute_value
    {%- endfor %}
)
{%- endmacro %}
