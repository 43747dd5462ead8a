-- Grain: cutoff (test) × mode × cold-start tier × decile of the predicted probability: predicted and observed share of products
-- that customers chose within the horizon. The candidates are the products of the pools of all customers with a relevant
-- product, so a probability is one of customers who choose anything. Probabilities are calibrated on the tuning cutoffs: a
-- difference also shows how the demand changed since then. Lossy: tiers that model_performance doesn't publish, and tiers with a
-- decile of few customers, have no rows.
with fewest as (
    select
        cutoff_id,
        mode,
        tier,
        min(customer_count) as fewest_customers
    from {{ ref('calibration_bins') }}
    group by cutoff_id, mode, tier
)

select
    bins.cutoff_id,
    bins.mode,
    bins.tier,
    bins.bin,
    bins.predicted_share,
    bins.observed_share,
    bins.ci_low,
    bins.ci_high,
    bins.candidate_count,
    performance.customer_count,
    bins.expected_calibration_error,
    bins.error_by_chance
from {{ ref('calibration_bins') }} as bins
inner join fewest
    on
        bins.cutoff_id = fewest.cutoff_id
        and bins.mode = fewest.mode
        and bins.tier = fewest.tier
        and fewest.fewest_customers >= {{ var('smallest_published_cell') }}
inner join {{ ref('model_performance') }} as performance
    on
        bins.cutoff_id = performance.cutoff_id
        and bins.mode = performance.mode
        and bins.tier = performance.slice_value
        and performance.slice = 'tier'
        and performance.source = 'hybrid'
        and performance.metric = 'ndcg_at_k'
        and performance.k = {{ var('evaluation_k') }}
