-- Grain: cutoff × customer who gets a list there. tier is the data that the list can use, the first that applies: `history`;
-- `fold_in`, a history that began after als was fitted (if als_start is frozen, and in a refresh), so that als solves the
-- customer vector against the product vectors it has; `survey`, stated tastes that match products of the catalogue; `context`, at
-- least a country; `popularity`.
-- Blend weights are interpolated between activity bands. Each band is represented by the middle of its customers on the tuning
-- cutoffs, on the logarithm of interactions. neighbour_band is the band whose middle is on the other side of the customer.
-- neighbour_share is the weight of that band in a linear interpolation between the two middles.
with model_moments as (
    select
        cutoff_id,
        min(fitted_at) as fitted_at
    from {{ ref('als_product_factors') }}
    group by cutoff_id
),

surveyed as (
    select
        cells.cutoff_id,
        cells.customer_index
    from {{ ref('survey_cells') }} as cells
    inner join {{ ref('survey_candidates') }} as answered
        on
            cells.cutoff_id = answered.cutoff_id
            and cells.survey_cell = answered.cell
),

bands as (
    select
        *,
        lag(activity_band) over (order by middle nulls last) as band_below,
        lag(middle) over (order by middle nulls last) as middle_below,
        lead(activity_band) over (order by middle nulls last) as band_above,
        lead(middle) over (order by middle nulls last) as middle_above
    from {{ ref('activity_band_middles') }}
),

known as (
    select
        customers.cutoff_id,
        customers.customer_index,
        customers.interaction_count,
        customers.activity_band,
        customers.has_history,
        case
            when customers.has_history and activity.first_interaction_at >= model_moments.fitted_at then 'fold_in'
            when customers.has_history then 'history'
            when surveyed.customer_index is not null then 'survey'
            when coalesce(usual.{{ usual_dimensions() | join(', usual.') }}) is not null then 'context'
            else 'popularity'
        end as tier,
        case when customers.has_history then ln(customers.interaction_count) end as log_count
    from {{ ref('cutoff_customers') }} as customers
    left join model_moments on customers.cutoff_id = model_moments.cutoff_id
    left join {{ ref('customer_activity') }} as activity
        on
            customers.cutoff_id = activity.cutoff_id
            and customers.customer_index = activity.customer_index
    left join surveyed
        on
            customers.cutoff_id = surveyed.cutoff_id
            and customers.customer_index = surveyed.customer_index
    left join {{ ref('usual_contexts') }} as usual
        on
            customers.cutoff_id = usual.cutoff_id
            and customers.customer_index = usual.customer_index
)

select
    known.cutoff_id,
    known.customer_index,
    known.interaction_count,
    known.activity_band,
    known.has_history,
    known.tier,
    case when known.log_count >= bands.middle then bands.band_above else bands.band_below end as neighbour_band,
    coalesce(
        case
            when known.log_count >= bands.middle then (known.log_count - bands.middle) / (bands.middle_above - bands.middle)
            else (bands.middle - known.log_count) / (bands.middle - bands.middle_below)
        end,
        0
    ) as neighbour_share
from known
left join bands on known.activity_band = bands.activity_band
