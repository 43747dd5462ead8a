-- Grain: cutoff × product × next product (the product itself among them): how often the second was in one of the next
-- most_lags steps after a step with the first. Steps follow each other in chains: in the chain `orders` a step is a visit with
-- purchases, in a chain `visit <n>` it is a moment of the n-th visit, so that order follows order whatever was looked at between,
-- and click follows click. A step's number hangs on what came before alone, so cutoffs share it. In a step a product is undone
-- when the last of its interactions there was. An occasion is a pair of such steps; it weighs less per lag and by its age.
-- confidence is the weight of the occasions with both over that of the occasions with the first, prior_occasions more, so that
-- rare products promise little; the next product's event weight counts, so that a look is a tenth of a purchase. lift is
-- confidence over what it is after any product. Lossy: steps of more than largest_step products, since pairs grow with the
-- square and wholesale says little of what follows what; pairs of fewer than fewest_occasions; and all but the most_successors
-- with the highest transition_score = confidence × ln(1 + lift).
{%- set most_lags, lag_weight, half_life_days, largest_step = 3, 0.5, 180, 50 %}
{%- set fewest_occasions, prior_occasions, most_successors = 2, 10, 50 %}
with placed as (
    select
        customer_index,
        'orders' as chain_name,
        dense_rank() over (partition by customer_index order by session_number asc nulls last) as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
    where event_type = 'purchase'
    union all
    select
        customer_index,
        'visit ' || cast(session_number as string) as chain_name,
        dense_rank() over (partition by customer_index, session_number order by session_position asc nulls last) as step,
        product_index,
        occurred_at,
        undone_at,
        weight
    from {{ ref('interactions') }}
),

step_products as (
    select
        customer_index,
        chain_name,
        step,
        product_index,
        max(occurred_at) as occurred_at,
        case when count(undone_at) = count(*) then max(undone_at) end as undone_at,
        max(weight) as weight
    from placed
    group by customer_index, chain_name, step, product_index
),

steps as (
    select
        customer_index,
        chain_name,
        step,
        max(occurred_at) as occurred_at
    from step_products
    group by customer_index, chain_name, step
    having count(*) <= {{ largest_step }}
),

lags as ({{ literal_rows('lag', range(1, most_lags + 1)) }}),

occasions as (
    select
        cutoffs.cutoff_id,
        cutoffs.cutoff_at,
        firsts.customer_index,
        firsts.chain_name,
        firsts.step as first_step,
        seconds.step as second_step,
        power({{ lag_weight }}, lags.lag - 1) * power(
            0.5,
            ({{ epoch_seconds('cutoffs.cutoff_at') }} - {{ epoch_seconds('seconds.occurred_at') }})
            / 86400.0 / {{ half_life_days }}
        ) as weight
    from steps as firsts
    cross join lags
    inner join steps as seconds
        on
            firsts.customer_index = seconds.customer_index
            and firsts.chain_name = seconds.chain_name
            and firsts.step + lags.lag = seconds.step
    inner join {{ ref('cutoffs') }} as cutoffs on seconds.occurred_at < cutoffs.cutoff_at
),

firsts as (
    select
        occasions.*,
        products.product_index
    from occasions
    inner join step_products as products
        on
            occasions.customer_index = products.customer_index
            and occasions.chain_name = products.chain_name
            and occasions.first_step = products.step
            and {{ is_history('products', 'occasions') }}
),

seconds as (
    select
        occasions.cutoff_id,
        occasions.customer_index,
        occasions.chain_name,
        occasions.first_step,
        occasions.second_step,
        occasions.weight * products.weight as weight,
        products.product_index
    from occasions
    inner join step_products as products
        on
            occasions.customer_index = products.customer_index
            and occasions.chain_name = products.chain_name
            and occasions.second_step = products.step
            and {{ is_history('products', 'occasions') }}
),

totals as (
    select
        cutoff_id,
        {{ stable_sum('weight') }} as weight
    from occasions
    group by cutoff_id
),

first_totals as (
    select
        cutoff_id,
        product_index,
        {{ stable_sum('weight') }} as weight
    from firsts
    group by cutoff_id, product_index
),

second_totals as (
    select
        cutoff_id,
        product_index,
        {{ stable_sum('weight') }} as weight
    from seconds
    group by cutoff_id, product_index
),

pairs as (
    select
        firsts.cutoff_id,
        firsts.product_index,
        seconds.product_index as next_product_index,
        count(*) as occasion_count,
        {{ stable_sum('seconds.weight') }} as weight
    from firsts
    inner join seconds
        on
            firsts.cutoff_id = seconds.cutoff_id
            and firsts.customer_index = seconds.customer_index
            and firsts.chain_name = seconds.chain_name
            and firsts.first_step = seconds.first_step
            and firsts.second_step = seconds.second_step
    group by firsts.cutoff_id, firsts.product_index, seconds.product_index
    having count(*) >= {{ fewest_occasions }}
),

measured as (
    select
        pairs.cutoff_id,
        pairs.product_index,
        pairs.next_product_index,
        pairs.occasion_count,
        pairs.weight / (first_totals.weight + {{ prior_occasions }}) as confidence,
        pairs.weight / (first_totals.weight + {{ prior_occasions }})
        * totals.weight / second_totals.weight as lift
    from pairs
    inner join totals on pairs.cutoff_id = totals.cutoff_id
    inner join first_totals
        on
            pairs.cutoff_id = first_totals.cutoff_id
            and pairs.product_index = first_totals.product_index
    inner join second_totals
        on
            pairs.cutoff_id = second_totals.cutoff_id
            and pairs.next_product_index = second_totals.product_index
    inner join {{ ref('cutoff_products') }} as offered
        on
            pairs.cutoff_id = offered.cutoff_id
            and pairs.next_product_index = offered.product_index
    where pairs.weight > 0
),

ranked as (
    select
        *,
        confidence * ln(1 + lift) as transition_score,
        row_number() over (
            partition by cutoff_id, product_index
            order by confidence * ln(1 + lift) desc nulls last, next_product_index asc nulls last
        ) as transition_rank
    from measured
)

select
    cutoff_id,
    product_index,
    next_product_index,
    occasion_count,
    confidence,
    lift,
    transition_score
from ranked
where transition_rank <= {{ most_successors }}
