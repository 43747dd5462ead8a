-- Grain: tune cutoff × sweep of the factorisation als. Loss where it learns and where it doesn't, and what its lists are worth on
-- what was held out: a held-out loss that rises while the other one falls, or an nDCG past its best, is overfitting. Loss is
-- reported, never gated on.
select
    curves.cutoff_id,
    curves.iteration,
    curves.train_loss,
    curves.train_objective,
    curves.held_out_loss,
    {{ var('als_curve_k') }} as k,
    curves.train_ndcg_at_k,
    curves.ndcg_at_k,
    curves.recall_at_k,
    curves.customer_count,
    curves.iteration = stopping.iterations as is_chosen
from {{ ref('als_curves') }} as curves
cross join {{ ref('als_stopping') }} as stopping
