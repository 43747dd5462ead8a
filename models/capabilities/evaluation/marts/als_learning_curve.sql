-- Grain: tune cutoff × sweep of the factorisation als. Loss where it learns and where it doesn't, and what its lists are worth on
-- what was held out: a held-out loss that rises while the other one falls, or an nDCG past its best, is overfitting. Loss is
-- reported, never gated on. Curves of few customers have no row.
select
    cutoff_id,
    iteration,
    train_loss,
    train_objective,
    held_out_loss,
    k,
    train_ndcg_at_k,
    ndcg_at_k,
    recall_at_k,
    customer_count,
    is_chosen
from {{ ref('als_curves') }}
where customer_count >= {{ var('smallest_published_cell') }}
