-- Grain: cutoff × mode × source × customer × rank, on the test cutoff, as deep as the largest k. Each source's list as it
-- would stand alone, each method of ordering the pool, the chosen one as source `hybrid`, and what assembly
-- makes of it as `assembled`.
with numbered as (
    select
        list_index,
        source,
        source_rank as list_rank,
        product_index
    from {{ ref('candidate_scores') }}
    union all
    select
        list_index,
        method as source,
        list_rank,
        product_index
    from {{ ref('ranked_pool') }}
)

select
    lists.cutoff_id,
    lists.mode,
    numbered.source,
    lists.customer_id,
    numbered.list_rank,
    products.product_id
from numbered
inner join {{ ref('lists') }} as lists
    on
        numbered.list_index = lists.list_index
        and lists.purpose = 'test'
inner join {{ ref('clean_products') }} as products on numbered.product_index = products.product_index
where numbered.list_rank <= {{ evaluation_depth() }}
{%- for source, model in [('hybrid', 'blended_lists'), ('assembled', 'assembled_lists')] %}
union all
select
    lists.cutoff_id,
    lists.mode,
    '{{ source }}' as source,
    lists.customer_id,
    lists.list_rank,
    lists.product_id
from {{ ref(model) }} as lists
inner join {{ ref('cutoffs') }} as cutoffs
    on
        lists.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'test'
where lists.list_rank <= {{ evaluation_depth() }}
{%- endfor %}
