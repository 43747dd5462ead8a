-- Grain: tuning cutoff × als sweep: loss on training and held-out products, and accuracy of the lists on held-out products. A
-- held-out loss that rises while the training loss falls, or an nDCG past its maximum, is overfitting. Loss is reported, but no
-- gate uses it. Curves of few customers have no row.
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
