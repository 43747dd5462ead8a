-- Grain: tier, and `all`: expected revenue of a list of the live release in this run, if it is shown once. It is the sum over
-- the places of the list of the measured purchase rate of the position times the price of the product, as a mean over lists.
-- The purchase rates are those of all impressions with a complete window, whatever their release. The estimate assumes that the
-- chance of a purchase depends on the position only, not on the product and the customer; it is a plain reference for estimates
-- that do. The interval covers the error of the purchase rates, clustered by customer, not of that assumption. Places without a
-- price, and positions without impressions, count as 0: covered_share states how many places count.
-- Lossy: only lists of customers who consent to personalisation and analytics. Tiers of few customers have no rows.
{%- set z = interval_z() %}
{%- set fewest_buyers = 30 %}   {#- customers; with fewer, the normal interval is too narrow #}
with lists as (
    select
        recommendations.customer_id,
        recommendations.tier,
        recommendations.rank as list_rank,
        cast(products.price as double) as price
    from {{ ref('recommendations') }} as recommendations
    inner join {{ ref('clean_customers') }} as customers
        on
            recommendations.customer_id = customers.customer_id
            and customers.is_personalisation_granted
            and customers.is_analytics_granted
    inner join {{ ref('clean_products') }} as products on recommendations.product_id = products.product_id
),

tiered as (
    select
        tier,
        customer_id,
        list_rank,
        price
    from lists
    union all
    select
        'all' as tier,
        customer_id,
        list_rank,
        price
    from lists
),

tiers as (
    select
        tier,
        count(distinct customer_id) as list_count,
        count(*) as place_count
    from tiered
    group by tier
),

marked as (
    {{ suppressed_cells("(select *, case when tier = 'all' then 'all' else 'tier' end as kind from tiers) as tiers", 'list_count',
        ['tier'], [['kind']]) | indent(4) }}
),

-- One customer at one position.
shown as (
    select
        sums.customer_id,
        try_cast(sums.dimension_value as bigint) as list_rank,
        cast(sum(sums.impression_count) as double) as impressions,
        cast(sum(sums.bought_count) as double) as purchases
    from {{ ref('outcome_sums') }} as sums
    where sums.dimension = 'position' and try_cast(sums.dimension_value as bigint) is not null
    group by sums.customer_id, try_cast(sums.dimension_value as bigint)
),

rates as (
    select
        list_rank,
        {{ stable_sum('impressions') }} as impressions,
        {{ stable_sum('purchases') }} / {{ stable_sum('impressions') }} as purchase_rate
    from shown
    group by list_rank
),

buyers as (
    select
        count(distinct customer_id) as customer_count,
        count(distinct case when purchases > 0 then customer_id end) as buyer_count
    from shown
),

place_prices as (
    select
        tiered.tier,
        tiered.list_rank,
        rates.purchase_rate,
        rates.impressions,
        tiers.place_count,
        count(tiered.price) as priced_count,
        {{ stable_sum('coalesce(tiered.price, 0.0)') }} / max(tiers.list_count) as price_per_list
    from tiered
    inner join tiers on tiered.tier = tiers.tier
    inner join rates on tiered.list_rank = rates.list_rank
    group by tiered.tier, tiered.list_rank, rates.purchase_rate, rates.impressions, tiers.place_count
),

expected as (
    select
        tier,
        {{ stable_sum('price_per_list * purchase_rate') }} as value,
        sum(priced_count) / cast(max(place_count) as double) as covered_share
    from place_prices
    group by tier
),

deviations as (
    select
        place_prices.tier,
        shown.customer_id,
        {{ stable_sum(
            'place_prices.price_per_list * (shown.purchases - place_prices.purchase_rate * shown.impressions)'
            ~ ' / place_prices.impressions'
        ) }} as deviation
    from place_prices
    inner join shown on place_prices.list_rank = shown.list_rank
    group by place_prices.tier, shown.customer_id
),

widths as (
    select
        tier,
        {{ z }} * sqrt({{ stable_sum('deviation * deviation') }} * count(*) / nullif(count(*) - 1, 0)) as half_width
    from deviations
    group by tier
),

judged as (
    select
        marked.tier,
        marked.list_count,
        expected.value,
        widths.half_width,
        coalesce(expected.covered_share, 0.0) as covered_share,
        case
            when buyers.buyer_count >= {{ fewest_buyers }} and expected.value is not null then 'estimated'
            else 'not_enough_data'
        end as status
    from marked
    cross join buyers
    left join expected on marked.tier = expected.tier
    left join widths on marked.tier = widths.tier
    where not marked.is_suppressed
)

select
    this_release.release,
    judged.tier,
    judged.list_count,
    judged.covered_share,
    case when judged.status = 'estimated' then judged.value end as revenue_per_list,
    case when judged.status = 'estimated' then judged.value - judged.half_width end as ci_low,
    case when judged.status = 'estimated' then judged.value + judged.half_width end as ci_high,
    judged.status
from judged
cross join {{ ref('publication') }} as this_release
