-- Warns about a past cutoff without interactions before it: nothing can be learned or measured there, tuning falls back to the
-- default weights, and model_performance stays empty. Remedy: a shorter horizon_days, fewer tune_cutoffs, or more data.
{{ config(severity='warn') }}
select
    cutoffs.cutoff_id,
    cutoffs.cutoff_at
from {{ ref('cutoffs') }} as cutoffs
left join {{ ref('customer_product_strengths') }} as strengths on cutoffs.cutoff_id = strengths.cutoff_id
group by cutoffs.cutoff_id, cutoffs.cutoff_at
having count(strengths.cutoff_id) = 0
