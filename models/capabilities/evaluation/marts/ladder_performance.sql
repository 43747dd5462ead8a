-- Grain: cutoff (test, live) × rung of the ladder. How many customers stand on each rung, whether their lists are full, and
-- what the lists are worth on test, in the served mode: mean nDCG at k with its bootstrap interval, beside what popularity
-- alone would have been worth to the same customers. A rung of fewer than evaluation_fewest_customers customers isn't
-- measured; an empty one has a row, so that its absence is seen. Lossy: of rungs with few customers, and of those by which
-- they could be told from all, only the name is published (macro suppressed_cells).
{%- set k = var('evaluation_k') %}
with ladder as (
    select
        cutoffs.cutoff_id,
        rungs.rung
    from {{ ref('cutoffs') }} as cutoffs
    cross join ({{ literal_rows('rung', ['history', 'fold_in', 'survey', 'context', 'popularity']) }}) as rungs
    where cutoffs.purpose in ('test', 'live')
),

totals as (
    select
        cutoff_id,
        count(*) as customer_count
    from {{ ref('customer_rungs') }}
    group by cutoff_id
),

lengths as (
    select
        cutoff_id,
        customer_index,
        count(*) as product_count
    from {{ ref('assembled_lists') }}
    where
        mode = '{{ served_mode() }}'
        and list_rank <= {{ var('list_length') }}
    group by cutoff_id, customer_index
),

listed as (
    select
        customers.cutoff_id,
        customers.rung,
        count(*) as customer_count,
        count(*) filter (where lengths.product_count >= {{ var('list_length') }}) as full_list_count,
        count(*) filter (where lengths.product_count is null) as empty_list_count
    from {{ ref('customer_rungs') }} as customers
    left join lengths
        on
            customers.cutoff_id = lengths.cutoff_id
            and customers.customer_index = lengths.customer_index
    group by customers.cutoff_id, customers.rung
),

counted as (
    select
        ladder.cutoff_id,
        ladder.rung,
        coalesce(listed.customer_count, 0) as customer_count,
        cast(coalesce(listed.customer_count, 0) as double) / nullif(totals.customer_count, 0) as customer_share,
        cast(listed.full_list_count as double) / listed.customer_count as full_list_share,
        coalesce(listed.empty_list_count, 0) as empty_list_count
    from ladder
    left join totals on ladder.cutoff_id = totals.cutoff_id
    left join listed
        on
            ladder.cutoff_id = listed.cutoff_id
            and ladder.rung = listed.rung
),

published as (
    {{ suppressed_cells('counted', 'customer_count', ['rung'], [['cutoff_id']]) | indent(4) }}
)

select
    ladder.cutoff_id,
    ladder.rung,
    {%- for number in ['customer_count', 'customer_share', 'full_list_share', 'empty_list_count'] %}
    case when not ladder.is_suppressed then ladder.{{ number }} end as {{ number }},
    {%- endfor %}
    cast({{ k }} as integer) as k,
    case when not ladder.is_suppressed then coalesce(judged.customer_count, 0) end as judged_count,
    judged.value as ndcg_at_k,
    judged.ci_low,
    judged.ci_high,
    popularity.value as popularity_ndcg_at_k
from published as ladder
left join {{ ref('model_performance') }} as judged
    on
        ladder.cutoff_id = judged.cutoff_id
        and ladder.rung = judged.slice_value
        and judged.slice = 'rung'
        and judged.mode = '{{ served_mode() }}'
        and judged.metric = 'ndcg_at_k'
        and judged.k = {{ k }}
        and judged.source = 'assembled'
left join {{ ref('model_performance') }} as popularity
    on
        ladder.cutoff_id = popularity.cutoff_id
        and ladder.rung = popularity.slice_value
        and popularity.slice = 'rung'
        and popularity.mode = '{{ served_mode() }}'
        and popularity.metric = 'ndcg_at_k'
        and popularity.k = {{ k }}
        and popularity.source = 'popularity'
