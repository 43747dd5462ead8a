-- Grain: list × product of the pool, of customers with a history: what the learned ranker sees. Per source the score on two
-- scales, in the order of candidate_sources; how many sources agree; how the product stands to the customer's own history,
-- tastes, prices and repeat cycle; what the product is like; and how much likelier it is where, when and on which device the
-- customer usually shops. All as of the cutoff, and of a kind that doesn't drift from one cutoff to the next: shares and places,
-- not counts. NULL where nothing is known. Stored as single precision, which is what the ranker works in. Empty where
-- ranking_method needs no ranker. Filled in blocks of a thousand lists: joined at once, its wide rows need several times the
-- memory of the largest block, and 70,000 lists did not fit into 12 GB.
{{ config(materialized='blocks', blocks_of='lists', block_column='list_index', block_size=1000) }}
with ranked_lists as (
    select *
    from {{ ref('lists') }}
    where
        {{ is_rung_with_history('rung') }}
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

sources as (
    {%- for row in candidate_sources() %}
    select
        '{{ row.source }}' as source,
        {{ loop.index }} as place
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

proposals as (
    select
        pool.list_index,
        pool.product_index,
        sources.place,
        cast({{ normalisations('scores').log_rank }} as float) as log_rank,
        cast({{ normalisations('scores').z_score }} as float) as z_score
    from {{ ref('pool') }} as pool
    inner join ranked_lists on pool.list_index = ranked_lists.list_index
    inner join {{ ref('candidate_scores') }} as scores
        on
            pool.list_index = scores.list_index
            and pool.product_index = scores.product_index
            and {{ in_block('scores.list_index') }}
    inner join sources on scores.source = sources.source
),

source_scores as (
    select
        list_index,
        product_index,
        {{ scores_by_source('log_rank', 'place') }} as log_ranks,
        {{ scores_by_source('z_score', 'place') }} as z_scores
    from proposals
    group by list_index, product_index
),

customer_totals as (
    select
        cutoff_id,
        customer_index,
        {{ stable_sum('strength') }} as strength,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, customer_index
),

-- What is known of a list's customer with a product.
own_strengths as (
    select
        ranked_lists.list_index,
        strengths.product_index,
        strengths.strength
    from ranked_lists
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            ranked_lists.cutoff_id = strengths.cutoff_id
            and ranked_lists.customer_index = strengths.customer_index
),

own_purchases as (
    select
        ranked_lists.list_index,
        gaps.product_index,
        max(gaps.purchase_date) as purchase_date
    from ranked_lists
    inner join {{ ref('purchase_gaps') }} as gaps
        on
            ranked_lists.cutoff_id = gaps.cutoff_id
            and ranked_lists.customer_index = gaps.customer_index
    group by ranked_lists.list_index, gaps.product_index
),

own_tastes as (
    select
        ranked_lists.list_index,
        tastes.attribute,
        tastes.attribute_value,
        tastes.strength_share
    from ranked_lists
    inner join {{ ref('customer_tastes') }} as tastes
        on
            ranked_lists.cutoff_id = tastes.cutoff_id
            and ranked_lists.customer_index = tastes.customer_index
),

product_counts as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('cutoff_products') }}
    group by cutoff_id
),

-- What is known of a list's customer.
list_facts as (
    select
        ranked_lists.list_index,
        ranked_lists.purpose,
        ranked_lists.mode,
        ranked_lists.cutoff_id,
        customer_totals.strength,
        cast(ln(1 + coalesce(customer_totals.interaction_count, 0)) as float) as log_interactions,
        customer_prices.price_level,
        usual.{{ usual_dimensions() | join(',\n        usual.') }}
    from ranked_lists
    left join customer_totals
        on
            ranked_lists.cutoff_id = customer_totals.cutoff_id
            and ranked_lists.customer_index = customer_totals.customer_index
    left join {{ ref('customer_prices') }} as customer_prices
        on
            ranked_lists.cutoff_id = customer_prices.cutoff_id
            and ranked_lists.customer_index = customer_prices.customer_index
    left join {{ ref('usual_contexts') }} as usual
        on
            ranked_lists.cutoff_id = usual.cutoff_id
            and ranked_lists.customer_index = usual.customer_index
),

-- What is known of a product as of a cutoff.
product_facts as (
    select
        known.cutoff_id,
        products.product_index,
        products.category,
        products.brand,
        cutoffs.cutoff_at,
        cycles.cycle_days,
        product_prices.price_percentile,
        1 - (known.popularity_rank - 1) / cast(product_counts.product_count as double) as popularity_place,
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
)

select
    pool.list_index,
    list_facts.purpose,
    list_facts.mode,
    pool.product_index,
    pool.pool_rank,
    pool.weighted_score,
    pool.cascade_score,
    source_scores.log_ranks,
    source_scores.z_scores,
    cast(pool.weighted_score as float) as blend_score,
    cast(pool.source_count as float) as source_count,
    cast(case when own_strengths.strength is null then 0 else 1 end as float) as is_repeat,
    cast(own_strengths.strength / nullif(list_facts.strength, 0) as float) as strength_share,
    cast(
        {{ days_between('own_purchases.purchase_date', 'cast(product_facts.cutoff_at as date)') }} / product_facts.cycle_days
        as float
    ) as cycle_position,
    list_facts.log_interactions,
    cast(category_tastes.strength_share as float) as category_share,
    cast(brand_tastes.strength_share as float) as brand_share,
    cast(product_facts.price_percentile - list_facts.price_level as float) as price_gap,
    cast(product_facts.popularity_place as float) as popularity_place,
    cast(product_facts.interaction_trend as float) as product_trend,
    cast(product_facts.new_buyer_share as float) as new_buyer_share,
    cast(product_facts.repeat_buyer_share as float) as repeat_buyer_share,
    country_lifts.log_lift as country_lift,
    device_lifts.log_lift as device_lift,
    daypart_lifts.log_lift as daypart_lift
from {{ ref('pool') }} as pool
inner join list_facts on pool.list_index = list_facts.list_index
inner join source_scores
    on
        pool.list_index = source_scores.list_index
        and pool.product_index = source_scores.product_index
inner join product_facts
    on
        list_facts.cutoff_id = product_facts.cutoff_id
        and pool.product_index = product_facts.product_index
{%- for relation in ['own_strengths', 'own_purchases'] %}
left join {{ relation }}
    on
        pool.list_index = {{ relation }}.list_index
        and pool.product_index = {{ relation }}.product_index
{%- endfor %}
{%- for attribute in ['category', 'brand'] %}
left join own_tastes as {{ attribute }}_tastes
    on
        pool.list_index = {{ attribute }}_tastes.list_index
        and {{ attribute }}_tastes.attribute = '{{ attribute }}'
        and product_facts.{{ attribute }} = {{ attribute }}_tastes.attribute_value
{%- endfor %}
{%- for dimension in usual_dimensions() %}
left join lifts as {{ dimension }}_lifts
    on
        list_facts.cutoff_id = {{ dimension }}_lifts.cutoff_id
        and {{ dimension }}_lifts.context = '{{ dimension }}'
        and list_facts.{{ dimension }} = {{ dimension }}_lifts.cell
        and pool.product_index = {{ dimension }}_lifts.product_index
{%- endfor %}
