-- Grain: cutoff × mode × source × slice × k × replicate; replicate 0 is the plain mean over the customers, the others are
-- the bootstrap's. One column per metric. Read by model_performance (intervals) and model_comparisons (intervals of
-- differences).
with weighted_metrics as (
    select
        metrics.*,
        0 as replicate,
        1 as weight
    from {{ ref('customer_metrics') }} as metrics
    union all
    select
        metrics.*,
        weights.replicate,
        weights.weight
    from {{ ref('customer_metrics') }} as metrics
    inner join {{ ref('bootstrap_weights') }} as weights on metrics.customer_id = weights.customer_id
),

slices as (
    {{ literal_rows('slice', ['all', 'with_history', 'without_history']) }}
)

select
    weighted_metrics.cutoff_id,
    weighted_metrics.mode,
    weighted_metrics.source,
    slices.slice,
    weighted_metrics.k,
    weighted_metrics.replicate,
    {%- for metric in metric_columns() %}
    {{ stable_sum('weighted_metrics.weight * weighted_metrics.' ~ metric) }} / sum(weighted_metrics.weight) as {{ metric }},
    {%- endfor %}
    count(*) as customer_count
from weighted_metrics
inner join slices
    on
        slices.slice = 'all'
        or (slices.slice = 'with_history' and weighted_metrics.has_history)
        or (slices.slice = 'without_history' and not weighted_metrics.has_history)
group by
    weighted_metrics.cutoff_id,
    weighted_metrics.mode,
    weighted_metrics.source,
    slices.slice,
    weighted_metrics.k,
    weighted_metrics.replicate
