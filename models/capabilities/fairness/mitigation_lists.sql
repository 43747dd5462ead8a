-- Grain: basis × mitigation × strength × tuning cutoff × customer × rank up to evaluation_k: lists with each mitigation applied.
-- basis als: candidates of als, retrained (group_balancing, inverse_propensity) or with debiased customer factors. basis blend:
-- the weighted blend, re-ranked by exposure_floor (with the macros of assembly) or by calibration, step by step as in
-- diversified_candidates; a strength of s corresponds to a diversity_lambda of 1 - s. mitigation none is the baseline of each
-- basis. The learned ranker is not retrained: one fit per trial would cost as much as the rest of the build. protected_group is
-- the product's group of fairness_exposure_attribute, NULL if unknown. is_group_predicted is NULL if the basis has no factors.
with strengths as (
    select distinct strength
    from {{ ref('als_mitigation_lists') }}
    where strength > 0
),

blended as (
    select
        lists.cutoff_id,
        lists.customer_index,
        pool.product_index,
        row_number() over (
            partition by pool.list_index order by pool.pool_rank asc nulls last, pool.product_index asc nulls last
        ) as list_place,
        coalesce(
            (pool.weighted_score - min(pool.weighted_score) over (partition by pool.list_index))
            / nullif(
                max(pool.weighted_score) over (partition by pool.list_index)
                - min(pool.weighted_score) over (partition by pool.list_index), 0
            ), 1
        ) as adjusted_score
    from {{ ref('pool') }} as pool
    inner join {{ ref('lists') }} as lists
        on
            pool.list_index = lists.list_index
            and lists.mode = '{{ served_mode() }}'
    inner join {{ ref('mitigation_customers') }} as customers
        on
            lists.cutoff_id = customers.cutoff_id
            and lists.customer_index = customers.customer_index
    where pool.pool_rank <= {{ var('pool_depth') }}
),

tried as (
    select
        strengths.strength,
        blended.cutoff_id,
        blended.customer_index,
        blended.product_index,
        blended.list_place,
        blended.adjusted_score,
        blended.cutoff_id || ' ' || cast(strengths.strength as string) as trial,
        dense_rank() over (
            order by strengths.strength nulls last, blended.cutoff_id nulls last, blended.customer_index nulls last
        ) as list_index
    from blended
    cross join strengths
),

placed as (
    select
        tried.*,
        memberships.protected_group
    from tried
    left join {{ ref('product_groups') }} as memberships
        on
            tried.cutoff_id = memberships.cutoff_id
            and tried.product_index = memberships.product_index
            and memberships.attribute = '{{ var("fairness_exposure_attribute") }}'
),

floor_trials as (
    select distinct
        trial,
        cutoff_id,
        strength
    from tried
),

targets as (
    select
        floor_trials.trial,
        wanted.protected_group,
        floor_trials.strength * wanted.target_share as target_share
    from floor_trials
    inner join {{ ref('group_targets') }} as wanted on floor_trials.cutoff_id = wanted.cutoff_id
),

{{ floor_counts('placed', 'targets') }},

{{ floored_positions('placed', 'floors') }},

step_0 as (
    select
        tried.list_index,
        tried.product_index,
        tried.strength,
        tried.adjusted_score,
        tried.list_place as candidate_rank,
        products.category,
        coalesce(tastes.strength_share, 0) as history_share,
        0 as category_count,
        cast(null as integer) as list_place
    from tried
    inner join {{ ref('clean_products') }} as products on tried.product_index = products.product_index
    left join {{ ref('customer_tastes') }} as tastes
        on
            tried.cutoff_id = tastes.cutoff_id
            and tried.customer_index = tastes.customer_index
            and tastes.attribute = 'category'
            and products.category = tastes.attribute_value
),
{% for place in range(1, var('evaluation_k') | int + 1) %}
picked_{{ place }} as (
    select
        *,
        max_by(category, pick_key) over (partition by list_index) as picked_category,
        max_by(product_index, pick_key) over (partition by list_index) as picked_index
    from (
        select
            *,
            case
                when list_place is null
                    then
                        cast(
                            floor(((1 - strength) * adjusted_score + {{ calibration_gain(place, 'strength') }}) * 1000000000)
                            as bigint
                        ) * 1000 + 999 - candidate_rank
            end as pick_key
        from step_{{ place - 1 }}
    ) as keyed
),

step_{{ place }} as (
    select
        list_index,
        product_index,
        strength,
        adjusted_score,
        candidate_rank,
        category,
        history_share,
        category_count + case when category = picked_category then 1 else 0 end as category_count,
        case when list_place is null and product_index = picked_index then {{ place }} else list_place end as list_place
    from picked_{{ place }}
),
{% endfor %}
reordered as (
    select
        'exposure_floor' as mitigation,
        list_index,
        product_index,
        list_place
    from floored
    union all
    select
        'calibration' as mitigation,
        list_index,
        product_index,
        cast(list_place as bigint) as list_place
    from step_{{ var('evaluation_k') }}
    where list_place is not null
),

listed as (
    select
        'als' as basis,
        mitigation,
        strength,
        cutoff_id,
        customer_index,
        list_rank,
        product_index,
        is_group_predicted
    from {{ ref('als_mitigation_lists') }}
    union all
    select
        'blend' as basis,
        'none' as mitigation,
        cast(0 as double) as strength,
        cutoff_id,
        customer_index,
        list_place as list_rank,
        product_index,
        cast(null as boolean) as is_group_predicted
    from blended
    where list_place <= {{ var('evaluation_k') }}
    union all
    select
        'blend' as basis,
        reordered.mitigation,
        cast(tried.strength as double) as strength,
        tried.cutoff_id,
        tried.customer_index,
        reordered.list_place as list_rank,
        tried.product_index,
        cast(null as boolean) as is_group_predicted
    from reordered
    inner join tried
        on
            reordered.list_index = tried.list_index
            and reordered.product_index = tried.product_index
    where reordered.list_place <= {{ var('evaluation_k') }}
)

select
    listed.basis,
    listed.mitigation,
    listed.strength,
    listed.cutoff_id,
    listed.customer_index,
    customers.customer_id,
    listed.list_rank,
    listed.product_index,
    memberships.protected_group,
    listed.is_group_predicted
from listed
inner join {{ ref('mitigation_customers') }} as customers
    on
        listed.cutoff_id = customers.cutoff_id
        and listed.customer_index = customers.customer_index
left join {{ ref('product_groups') }} as memberships
    on
        listed.cutoff_id = memberships.cutoff_id
        and listed.product_index = memberships.product_index
        and memberships.attribute = '{{ var("fairness_exposure_attribute") }}'
