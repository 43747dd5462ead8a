-- Grain: source × cutoff × customer × product. candidate_lists as rows, for ad-hoc queries. Builds read the arrays instead,
-- because this would be the longest table of the project.
{{ config(materialized='view') }}
with sources as (
    {%- for row in candidate_sources() %}
    select
        {{ loop.index }} as place,
        '{{ row.source }}' as source
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    sources.source,
    lists.cutoff_id,
    lists.customer_index,
    {{ explode_ranked({'product_index': 'lists.product_indexes', 'score': 'lists.scores'}, 'source_rank') }}
from {{ ref('candidate_lists') }} as lists
inner join sources on lists.place = sources.place
