-- Grain: search × trial: settings of sources that were tried on the labels of the newest tuning cutoff, and the chosen ones.
-- Lossy: numbers of few customers are withheld.
{%- set is_shown = 'evaluated_customer_count >= ' ~ var('smallest_published_cell') %}
select
    search,
    trial,
    half_life_days,
    step_weight,
    factors,
    regularization,
    alpha,
    penalty_share,
    pattern_share,
    case when {{ is_shown }} then evaluated_customer_count end as evaluated_customer_count,
    case when {{ is_shown }} then ndcg_at_k end as ndcg_at_k,
    case when {{ is_shown }} then discovery_ndcg_at_k end as discovery_ndcg_at_k,
    case when {{ is_shown }} then difference end as difference,
    case when {{ is_shown }} then standard_error end as standard_error,
    is_chosen
from {{ ref('source_trials') }}
