-- Grain: list × product of the pool, scored by the ranking method in use: input of purchase_probabilities. Lists of the test
-- cutoffs; of the live cutoff only if the seam ordered_pool reads their probabilities. A view, because purchase_probabilities
-- reads it once, in blocks of lists.
{{ config(materialized='view') }}
select
    pool.list_index,
    pool.product_index,
    lists.mode,
    lists.has_history,
    lists.tier,
    pool.score
from {{ ref('ranked_pool') }} as pool
inner join {{ ref('lists') }} as lists on pool.list_index = lists.list_index
where
    pool.is_chosen
    and lists.purpose in ('test'{{ ", 'live'" if seam_is_on('ordered_pool') }})
    and {{ in_block('pool.list_index') }}
