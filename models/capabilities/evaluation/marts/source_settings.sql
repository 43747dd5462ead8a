-- Grain: search × trial. Settings of sources that were tried on what customers chose after the newest tuning cutoff, and which
-- were taken. Lossy: what was measured on few customers is withheld.
{%- set is_shown = 'judged_customer_count >= ' ~ var('smallest_published_cell') %}
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
    case when {{ is_shown }} then judged_customer_count end as judged_customer_count,
    case when {{ is_shown }} then ndcg_at_k end as ndcg_at_k,
    case when {{ is_shown }} then discovery_ndcg_at_k end as discovery_ndcg_at_k,
    case when {{ is_shown }} then difference end as difference,
    case when {{ is_shown }} then standard_error end as standard_error,
    is_chosen
from {{ ref('source_trials') }}
