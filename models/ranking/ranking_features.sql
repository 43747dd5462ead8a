-- Grain: cutoff × mode × customer × product of the pool: what the learned ranker sees. Per source the score on two scales, in the
-- order of candidate_sources; how many sources agree; how the product stands to the customer's own history, tastes, prices and
-- repeat cycle; what the product is like; and how much likelier it is where, when and on which device the customer usually shops.
-- All as of the cutoff, and of a kind that doesn't drift from one cutoff to the next: shares and places, not counts. NULL where
-- nothing is known. Stored as single precision, which is what the ranker works in. Read by ranking_examples, ranker_scores and
-- list_contributions.
with source_scores as (
    select
        pool.cutoff_id,
        pool.mode,
        pool.customer_id,
        pool.product_id,
        {{ scores_by_source('log_rank', 'scores') }} as log_ranks,
        {{ scores_by_source('z_score', 'scores') }} as z_scores
    from {{ ref('pool') }} as pool
    inner join {{ ref('candidate_scores') }} as scores
        on
            pool.cutoff_id = scores.cutoff_id
            and pool.mode = scores.mode
            and pool.customer_id = scores.customer_id
            and pool.product_id = scores.product_id
    group by pool.cutoff_id, pool.mode, pool.customer_id, pool.product_id
),

customer_totals as (
    select
        cutoff_id,
        customer_id,
        {{ stable_sum('strength') }} as strength,
        sum(interaction_count) as interaction_count
    from {{ ref('customer_product_strengths') }}
    group by cutoff_id, customer_id
),

last_purchases as (
    select
        cutoff_id,
        customer_id,
        product_id,
        max(purchase_date) as purchase_date
    from {{ ref('purchase_gaps') }}
    group by cutoff_id, customer_id, product_id
),

product_counts as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('cutoff_products') }}
    group by cutoff_id
)

select
    pool.cutoff_id,
    pool.mode,
    pool.customer_id,
    pool.product_id,
    pool.rung,
    pool.pool_rank,
    pool.weighted_score,
    pool.cascade_score,
    source_scores.log_ranks,
    source_scores.z_scores,
    cast(pool.weighted_score as float) as blend_score,
    cast(pool.source_count as float) as source_count,
    cast(case when strengths.product_id is null then 0 else 1 end as float) as is_repeat,
    cast(strengths.strength / nullif(customer_totals.strength, 0) as float) as strength_share,
    cast(
        {{ days_between('last_purchases.purchase_date', 'cast(cutoffs.cutoff_at as date)') }} / cycles.cycle_days as float
    ) as cycle_position,
    cast(ln(1 + coalesce(customer_totals.interaction_count, 0)) as float) as log_interactions,
    cast(category_tastes.strength_share as float) as category_share,
    cast(brand_tastes.strength_share as float) as brand_share,
    cast(product_prices.price_percentile - customer_prices.price_level as float) as price_gap,
    cast(1 - (popularity.popularity_rank - 1) / cast(product_counts.product_count as double) as float) as popularity_place,
    cast(trends.interaction_trend as float) as product_trend,
    cast(trends.new_buyer_share as float) as new_buyer_share,
    cast(rhythm.repeat_buyer_share as float) as repeat_buyer_share,
    cast(ln(country_lifts.lift) as float) as country_lift,
    cast(ln(device_lifts.lift) as float) as device_lift,
    cast(ln(daypart_lifts.lift) as float) as daypart_lift
from {{ ref('pool') }} as pool
inner join {{ ref('cutoffs') }} as cutoffs on pool.cutoff_id = cutoffs.cutoff_id
inner join product_counts on pool.cutoff_id = product_counts.cutoff_id
inner join {{ ref('clean_products') }} as products on pool.product_id = products.product_id
inner join source_scores
    on
        pool.cutoff_id = source_scores.cutoff_id
        and pool.mode = source_scores.mode
        and pool.customer_id = source_scores.customer_id
        and pool.product_id = source_scores.product_id
left join customer_totals
    on
        pool.cutoff_id = customer_totals.cutoff_id
        and pool.customer_id = customer_totals.customer_id
left join {{ ref('customer_product_strengths') }} as strengths
    on
        pool.cutoff_id = strengths.cutoff_id
        and pool.customer_id = strengths.customer_id
        and pool.product_id = strengths.product_id
left join last_purchases
    on
        pool.cutoff_id = last_purchases.cutoff_id
        and pool.customer_id = last_purchases.customer_id
        and pool.product_id = last_purchases.product_id
left join {{ ref('product_cycles') }} as cycles
    on
        pool.cutoff_id = cycles.cutoff_id
        and pool.product_id = cycles.product_id
{%- for attribute in ['category', 'brand'] %}
left join {{ ref('customer_tastes') }} as {{ attribute }}_tastes
    on
        pool.cutoff_id = {{ attribute }}_tastes.cutoff_id
        and pool.customer_id = {{ attribute }}_tastes.customer_id
        and {{ attribute }}_tastes.attribute = '{{ attribute }}'
        and products.{{ attribute }} = {{ attribute }}_tastes.attribute_value
{%- endfor %}
left join {{ ref('customer_prices') }} as customer_prices
    on
        pool.cutoff_id = customer_prices.cutoff_id
        and pool.customer_id = customer_prices.customer_id
{%- for alias, model in [
    ('product_prices', 'product_prices'),
    ('popularity', 'product_popularity'),
    ('trends', 'product_trends'),
    ('rhythm', 'product_rhythm'),
] %}
left join {{ ref(model) }} as {{ alias }}
    on
        pool.cutoff_id = {{ alias }}.cutoff_id
        and pool.product_id = {{ alias }}.product_id
{%- endfor %}
left join {{ ref('usual_contexts') }} as usual
    on
        pool.cutoff_id = usual.cutoff_id
        and pool.customer_id = usual.customer_id
{%- for dimension in usual_dimensions() %}
left join {{ ref('context_products') }} as {{ dimension }}_lifts
    on
        pool.cutoff_id = {{ dimension }}_lifts.cutoff_id
        and {{ dimension }}_lifts.context = '{{ dimension }}'
        and usual.{{ dimension }} = {{ dimension }}_lifts.cell
        and pool.product_id = {{ dimension }}_lifts.product_id
{%- endfor %}
