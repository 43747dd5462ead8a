-- Grain: cutoff (test, live) × customer × product shown to the customer before it. unclicked_count is how often
-- nothing came of it, each time halved per half_life_days of age; a click or purchase after the cutoff is the
-- future.
{%- set half_life_days = 7 %}   {#- days after which an impression without a click counts half #}
with shown as (
    select
        cutoffs.cutoff_id,
        customers.customer_index,
        products.product_index,
        ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('impressions.shown_at') }}) / 86400.0 as age_days,
        coalesce(impressions.clicked_at < cutoffs.cutoff_at, false)
        or coalesce(impressions.purchased_at < cutoffs.cutoff_at, false) as has_effect
    from {{ ref('consented_impressions') }} as impressions
    inner join {{ ref('clean_customers') }} as customers on impressions.customer_id = customers.customer_id
    inner join {{ ref('clean_products') }} as products on impressions.product_id = products.product_id
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            impressions.shown_at < cutoffs.cutoff_at
            and cutoffs.purpose <> 'tune'
)

select
    cutoff_id,
    customer_index,
    product_index,
    coalesce(
        {{ stable_sum('case when not has_effect then power(0.5, age_days / ' ~ half_life_days ~ ') end') }}, 0.0
    ) as unclicked_count,
    count(*) filter (where age_days <= 7) as week_count
from shown
group by cutoff_id, customer_index, product_index
