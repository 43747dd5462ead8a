-- Grain: source × cutoff × customer × product. candidate_lists as rows, for those who want to read in SQL what a source proposes to
-- whom. Builds read the arrays: this is the longest table there is.
{{ config(materialized='view') }}
select
    sources.source,
    lists.cutoff_id,
    lists.customer_index,
    {{ explode_ranked({'product_index': 'lists.product_indexes', 'score': 'lists.scores'}, 'source_rank') }}
from {{ ref('candidate_lists') }} as lists
inner join {{ ref('candidate_sources') }} as sources on lists.place = sources.place
