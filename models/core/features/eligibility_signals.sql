-- Grain: cutoff × customer × product with a signal on whether, or how high, the product may be shown. is_disliked: the newest
-- verdict before the cutoff is a dislike. If a like and a dislike have the same time, the dislike counts, because showing a
-- disliked product costs more than omitting a liked one. dislike_similarity: similarity of the product to the most similar
-- disliked product. A like is an interaction and adds to strength instead. unclicked_count and week_count: number of impressions,
-- only at test and live, where lists are assembled. A click or purchase after the cutoff is in the future and is ignored.
{%- set half_life_days = 7 %}   {#- age in days at which an impression without a click counts half #}
with verdicts as (
    select
        cutoffs.cutoff_id,
        customers.customer_index,
        products.product_index,
        feedback.verdict,
        row_number() over (
            partition by cutoffs.cutoff_id, customers.customer_index, products.product_index
            order by feedback.given_at desc nulls last, feedback.verdict asc nulls last, feedback.record_id asc nulls last
        ) as newest
    from {{ ref('clean_feedback') }} as feedback
    inner join {{ ref('clean_customers') }} as customers on feedback.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on feedback.product_id = products.product_id
    inner join {{ ref('cutoffs') }} as cutoffs on feedback.given_at < cutoffs.cutoff_at
),

dislikes as (
    select
        cutoff_id,
        customer_index,
        product_index
    from verdicts
    where newest = 1 and verdict = 'dislike'
),

similar_products as (
    select
        dislikes.cutoff_id,
        dislikes.customer_index,
        content_pairs.similar_product_index as product_index,
        max(content_pairs.similarity) as similarity
    from dislikes
    inner join {{ ref('content_pairs') }} as content_pairs
        on
            dislikes.cutoff_id = content_pairs.cutoff_id
            and dislikes.product_index = content_pairs.product_index
    group by dislikes.cutoff_id, dislikes.customer_index, content_pairs.similar_product_index
),

impressions as (
    select
        cutoffs.cutoff_id,
        customers.customer_index,
        products.product_index,
        ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('shown.shown_at') }}) / 86400.0 as age_days,
        coalesce(shown.clicked_at < cutoffs.cutoff_at, false)
        or coalesce(shown.purchased_at < cutoffs.cutoff_at, false) as has_effect
    from {{ ref('clean_impressions') }} as shown
    inner join {{ ref('clean_customers') }} as customers on shown.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on shown.product_id = products.product_id
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            shown.shown_at < cutoffs.cutoff_at
            and cutoffs.purpose <> 'tune'
),

shown_counts as (
    select
        cutoff_id,
        customer_index,
        product_index,
        {{ stable_sum('case when not has_effect then power(0.5, age_days / ' ~ half_life_days ~ ') end') }} as unclicked_count,
        count(*) filter (where age_days <= 7) as week_count
    from impressions
    group by cutoff_id, customer_index, product_index
),

signals as (
    {%- for table, values in {
        'dislikes': ['true', '0.0', '0.0', '0'],
        'similar_products': ['false', 'similarity', '0.0', '0'],
        'shown_counts': ['false', '0.0', 'coalesce(unclicked_count, 0.0)', 'week_count'],
    }.items() %}
    select
        cutoff_id,
        customer_index,
        product_index,
        {{ values[0] }} as is_disliked,
        {{ values[1] }} as dislike_similarity,
        {{ values[2] }} as unclicked_count,
        {{ values[3] }} as week_count
    from {{ table }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    cutoff_id,
    customer_index,
    product_index,
    bool_or(is_disliked) as is_disliked,
    cast(max(dislike_similarity) as double) as dislike_similarity,
    cast(max(unclicked_count) as double) as unclicked_count,
    cast(max(week_count) as bigint) as week_count
from signals
group by cutoff_id, customer_index, product_index
