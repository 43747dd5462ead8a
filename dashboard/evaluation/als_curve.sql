-- section: learning
-- order: 30
-- title: Learning curve of als
-- unit: nDCG of lists of 10, from 0 to 1, newest tuning cutoff
-- interval: none published: one number per sweep, over the held-out customers
-- read: A sweep is one training pass over all customers and products. The held-out line measures quality. While it rises,
--    more sweeps help. If it falls while the train line rises, als overfits. The ring marks the sweep in use.
-- empty: This release did not train als.

with newest as (
    select
        curve.iteration,
        curve.train_ndcg_at_k,
        curve.ndcg_at_k,
        curve.is_chosen,
        curve.customer_count
    from marts.als_learning_curve as curve
    inner join marts.cutoff_moments as cutoffs on curve.cutoff_id = cutoffs.cutoff_id
    qualify rank() over (order by cutoffs.cutoff_at desc) = 1
),

lines as (
    select
        iteration,
        'train' as measured_on,
        train_ndcg_at_k as ndcg,
        is_chosen,
        customer_count
    from newest
    union all
    select
        iteration,
        'held out' as measured_on,
        ndcg_at_k as ndcg,
        is_chosen,
        customer_count
    from newest
)

select
    iteration,
    measured_on,
    ndcg,
    case when is_chosen then 'in use' else 'not in use' end as in_use,
    customer_count
from lines
order by measured_on, iteration
