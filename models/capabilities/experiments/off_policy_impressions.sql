-- Grain: policy × impression with a propensity, in the horizon of a past cutoff. A policy shows the top of its list at the
-- cutoff, which does not depend on these impressions. Its lists come from sources that serve every customer: the customers of the
-- evaluation lists are sampled by purchases in the horizon and would bias the estimate. Policies: popularity (the most popular
-- products), trending (rising products), segment_popularity (the popular products of the customer's segment, or of all customers
-- without a segment). weight is the probability ratio of the policy to the logged propensity. If experiment_propensity_scope is
-- place, weight is 1 / propensity if the policy has the product at the same position, otherwise 0. If it is list, weight is 1 /
-- propensity if the product is among the policy's first list_length products, in any order. policy_expected is the expected
-- number of clicks of the policy at the position, from data before the cutoff. A propensity below one in a million is raised to
-- that value, so that sums remain exact.
{%- set by_list = var('experiment_propensity_scope') == 'list' %}
with ranked as (
    select
        'popularity' as policy,
        cutoff_id,
        'all' as cell,
        product_index,
        popularity_rank as policy_rank
    from {{ ref('cutoff_products') }}
    union all
    select
        'trending' as policy,
        cutoff_id,
        'all' as cell,
        product_index,
        rise_rank as policy_rank
    from {{ ref('trending_products') }}
    union all
    select
        'segment_popularity' as policy,
        cutoff_id,
        'all' as cell,
        product_index,
        popularity_rank as policy_rank
    from {{ ref('cutoff_products') }}
    union all
    select
        'segment_popularity' as policy,
        cutoff_id,
        segment as cell,
        product_index,
        segment_rank as policy_rank
    from {{ ref('segment_products') }}
),

policy_lists as (
    select
        ranked.policy,
        ranked.cutoff_id,
        ranked.cell,
        products.product_id,
        ranked.policy_rank
    from ranked
    inner join {{ ref('clean_products') }} as products on ranked.product_index = products.product_index
),

logged as (
    select
        cutoffs.cutoff_id,
        impressions.*
    from {{ ref('measured_impressions') }} as impressions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            impressions.shown_at >= cutoffs.cutoff_at
            and impressions.shown_at < cutoffs.horizon_ends_at
            and cutoffs.purpose <> 'live'
    where impressions.propensity > 0 and impressions.propensity <= 1
),

segments as (
    select
        segments.cutoff_id,
        customers.customer_id,
        segments.segment
    from {{ ref('customer_segments') }} as segments
    inner join {{ ref('clean_customers') }} as customers on segments.customer_index = customers.customer_index
),

offered as (
    select
        logged.*,
        policies.policy,
        case when policies.policy = 'segment_popularity' then coalesce(segments.segment, 'all') else 'all' end as cell
    from logged
    cross join ({{ literal_rows('policy', ['popularity', 'trending', 'segment_popularity']) }}) as policies
    left join segments
        on
            logged.cutoff_id = segments.cutoff_id
            and logged.customer_id = segments.customer_id
),

places as (
    select distinct
        policy,
        cutoff_id,
        cell,
        list_length,
        position
    from offered
),

place_lifts as (
    select
        places.policy,
        places.cutoff_id,
        places.cell,
        places.list_length,
        places.position,
        {{ stable_sum('coalesce(lifts.click_lift, 1.0)') }}{{ ' / places.list_length' if by_list }} as click_lift
    from places
    inner join policy_lists
        on
            places.policy = policy_lists.policy
            and places.cutoff_id = policy_lists.cutoff_id
            and places.cell = policy_lists.cell
            and {{ 'policy_lists.policy_rank <= places.list_length' if by_list
                else 'places.position = policy_lists.policy_rank' }}
    left join {{ ref('product_click_lifts') }} as lifts
        on
            policy_lists.cutoff_id = lifts.cutoff_id
            and policy_lists.product_id = lifts.product_id
    group by places.policy, places.cutoff_id, places.cell, places.list_length, places.position
)

select
    offered.policy,
    offered.cutoff_id,
    offered.record_id,
    offered.customer_id,
    coalesce(offered.clicked_at < cutoffs.horizon_ends_at, false) as is_clicked,
    case when wanted.product_id is not null then 1.0 / greatest(offered.propensity, 0.000001) else 0.0 end as weight,
    coalesce(rates.click_rate, 0.0) * coalesce(lifts.click_lift, 1.0) as logged_expected,
    coalesce(rates.click_rate, 0.0) * coalesce(place_lifts.click_lift, 0.0) as policy_expected
from offered
inner join {{ ref('cutoffs') }} as cutoffs on offered.cutoff_id = cutoffs.cutoff_id
left join policy_lists as wanted
    on
        offered.policy = wanted.policy
        and offered.cutoff_id = wanted.cutoff_id
        and offered.cell = wanted.cell
        and offered.product_id = wanted.product_id
        and {{ 'wanted.policy_rank <= offered.list_length' if by_list else 'offered.position = wanted.policy_rank' }}
left join {{ ref('position_click_rates') }} as rates
    on
        offered.cutoff_id = rates.cutoff_id
        and offered.position = rates.position
left join {{ ref('product_click_lifts') }} as lifts
    on
        offered.cutoff_id = lifts.cutoff_id
        and offered.product_id = lifts.product_id
left join place_lifts
    on
        offered.policy = place_lifts.policy
        and offered.cutoff_id = place_lifts.cutoff_id
        and offered.cell = place_lifts.cell
        and offered.list_length = place_lifts.list_length
        and offered.position = place_lifts.position
