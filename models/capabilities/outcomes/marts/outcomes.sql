-- Grain: release × dimension × dimension value × metric: what the impressions of a release earned within outcome_window_days. A
-- metric is a ratio of sums over customers; its interval is normal and linear in the sums of each customer (delta method),
-- because the impressions of one customer are correlated. A metric has no rows if its raw column is not mapped.
-- Lossy: cells of fewer than smallest_published_cell customers have no rows, and so have further small cells of the dimension,
-- because the total would reveal them. A metric of purchases is NULL if fewer customers than that bought something.
{%- set z = interval_z() %}
{%- set limit = var('smallest_published_cell') %}
{%- set metrics = {
    'click_through_rate': ('click_count', 'impression_count', is_mapped('impressions', 'clicked_at')),
    'cart_rate': ('cart_count', 'impression_count', is_mapped('impressions', 'added_to_cart_at')),
    'conversion_rate': ('bought_count', 'impression_count', 'true'),
    'revenue_per_mille': ('1000.0 * revenue', 'impression_count', is_mapped('order_lines', 'unit_price')),
    'margin_per_mille': ('1000.0 * margin', 'costed_impression_count', is_mapped('products', 'cost')),
    'revenue_per_order': ('revenue', 'order_count', is_mapped('order_lines', 'unit_price')),
} %}
with cells as (
    select
        release,
        dimension,
        dimension_value,
        count(*) as customer_count,
        sum(impression_count) as impression_count
    from {{ ref('outcome_sums') }}
    group by release, dimension, dimension_value
),

marked as (
    {{ suppressed_cells('cells', 'customer_count', ['dimension_value'], [['release', 'dimension']]) | indent(4) }}
),

ratios as (
    {%- for metric, (numerator, denominator, is_measured) in metrics.items() %}
    select
        release,
        dimension,
        dimension_value,
        '{{ metric }}' as metric,
        cast({{ numerator }} as double) as numerator,
        cast({{ denominator }} as double) as denominator,
        bought_count
    from {{ ref('outcome_sums') }}
    where {{ is_measured }} and {{ denominator }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sums as (
    select
        release,
        dimension,
        dimension_value,
        metric,
        {{ stable_sum('numerator') }} / {{ stable_sum('denominator') }} as value,
        {{ stable_sum('denominator') }} as denominator,
        count(*) as customer_count,
        count(*) filter (where bought_count > 0) as buyer_count
    from ratios
    group by release, dimension, dimension_value, metric
),

deviations as (
    select
        sums.*,
        (ratios.numerator - sums.value * ratios.denominator) / sums.denominator as deviation
    from ratios
    inner join sums
        on
            ratios.release = sums.release
            and ratios.dimension = sums.dimension
            and ratios.dimension_value = sums.dimension_value
            and ratios.metric = sums.metric
),

estimated as (
    select
        release,
        dimension,
        dimension_value,
        metric,
        max(value) as value,
        max(customer_count) as measured_count,
        max(buyer_count) as buyer_count,
        {{ z }} * sqrt({{ stable_sum('deviation * deviation') }} * count(*) / nullif(count(*) - 1, 0)) as half_width
    from deviations
    group by release, dimension, dimension_value, metric
),

judged as (
    select
        estimated.*,
        marked.customer_count,
        marked.impression_count,
        estimated.measured_count >= {{ limit }}
        and (
            estimated.metric in ('click_through_rate', 'cart_rate')
            or estimated.buyer_count = 0
            or estimated.buyer_count >= {{ limit }}
        ) as is_shown
    from estimated
    inner join marked
        on
            estimated.release = marked.release
            and estimated.dimension = marked.dimension
            and estimated.dimension_value = marked.dimension_value
    where not marked.is_suppressed
)

select
    release,
    dimension,
    dimension_value,
    metric,
    customer_count,
    cast(impression_count as bigint) as impression_count,
    case when is_shown then value end as value,
    case when is_shown then value - half_width end as ci_low,
    case when is_shown then value + half_width end as ci_high
from judged
