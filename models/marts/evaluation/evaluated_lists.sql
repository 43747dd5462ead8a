-- Grain: cutoff × mode × source × customer × rank, on the test cutoff, as deep as the largest k. Each source's list as it
-- would stand alone, each method of ordering the pool, and the chosen one as source `hybrid`. Read by customer_metrics.
with test_cutoffs as (
    select cutoff_id from {{ ref('cutoffs') }}
    where purpose = 'test'
)

select
    scores.cutoff_id,
    scores.mode,
    scores.source,
    scores.customer_id,
    scores.source_rank as list_rank,
    scores.product_id
from {{ ref('candidate_scores') }} as scores
inner join test_cutoffs on scores.cutoff_id = test_cutoffs.cutoff_id
where scores.source_rank <= {{ evaluation_depth() }}
union all
select
    ranked.cutoff_id,
    ranked.mode,
    ranked.method as source,
    ranked.customer_id,
    ranked.list_rank,
    ranked.product_id
from {{ ref('ranked_pool') }} as ranked
inner join test_cutoffs on ranked.cutoff_id = test_cutoffs.cutoff_id
where ranked.list_rank <= {{ evaluation_depth() }}
union all
select
    lists.cutoff_id,
    lists.mode,
    'hybrid' as source,
    lists.customer_id,
    lists.list_rank,
    lists.product_id
from {{ ref('blended_lists') }} as lists
inner join test_cutoffs on lists.cutoff_id = test_cutoffs.cutoff_id
where lists.list_rank <= {{ evaluation_depth() }}
