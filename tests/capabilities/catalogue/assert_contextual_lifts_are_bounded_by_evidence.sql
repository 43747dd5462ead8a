-- Catches an extreme lift from few interactions. A product with n interactions in the whole shop is at most (1 + n / prior) times
-- more or less likely in a cell, per step from the cell up to `all`. prior is the smallest prior of the steps.
with steps as (
    select
        context,
        max(context_level) as step_count
    from {{ ref('context_cells') }}
    where cutoff_id = 'live' and attribute = 'product'
    group by context
),

priors as (
    select min(prior_interactions) as prior_interactions
    from {{ ref('context_cells') }}
    where cutoff_id = 'live' and attribute = 'product'
),

evidence as (
    select
        cast(attribute_value as integer) as product_index,
        interaction_count
    from {{ ref('context_counts') }}
    where cutoff_id = 'live' and context = 'all' and attribute = 'product'
)

select
    lifts.context,
    lifts.cell,
    lifts.product_index,
    lifts.log_lift
from {{ ref('contextual_lifts') }} as lifts
inner join steps on lifts.context = steps.context
cross join priors
left join evidence on lifts.product_index = evidence.product_index
where
    not coalesce(
        abs(lifts.log_lift)
        <= steps.step_count * ln(1 + coalesce(evidence.interaction_count, 0) / priors.prior_interactions) + 1e-9,
        false
    )
