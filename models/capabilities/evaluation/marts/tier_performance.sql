-- Grain: cutoff (test, live) × cold-start tier: number of customers, share of full lists, and accuracy of the lists on test in
-- the served mode. Accuracy is mean nDCG at k with its bootstrap interval, beside the nDCG of the popularity source for the same
-- customers. A tier with fewer than evaluation_fewest_customers customers is not evaluated. An empty tier has a row, so that its
-- absence is visible. Lossy: tiers with few customers, and tiers that would reveal them by difference to the total, show only
-- their name (macro suppressed_cells).
{%- set k = var('evaluation_k') %}
with tiers as (
    select
        cutoffs.cutoff_id,
        tiers.tier
    from {{ ref('cutoffs') }} as cutoffs
    cross join ({{ literal_rows('tier', ['history', 'fold_in', 'survey', 'context', 'popularity']) }}) as tiers
    where cutoffs.purpose in ('test', 'live')
),

totals as (
    select
        cutoff_id,
        count(*) as customer_count
    from {{ ref('customer_tiers') }}
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
        customers.tier,
        count(*) as customer_count,
        count(*) filter (where lengths.product_count >= {{ var('list_length') }}) as full_list_count,
        count(*) filter (where lengths.product_count is null) as empty_list_count
    from {{ ref('customer_tiers') }} as customers
    left join lengths
        on
            customers.cutoff_id = lengths.cutoff_id
            and customers.customer_index = lengths.customer_index
    group by customers.cutoff_id, customers.tier
),

counted as (
    select
        tiers.cutoff_id,
        tiers.tier,
        coalesce(listed.customer_count, 0) as customer_count,
        cast(coalesce(listed.customer_count, 0) as double) / nullif(totals.customer_count, 0) as customer_share,
        cast(listed.full_list_count as double) / listed.customer_count as full_list_share,
        coalesce(listed.empty_list_count, 0) as empty_list_count
    from tiers
    left join totals on tiers.cutoff_id = totals.cutoff_id
    left join listed
        on
            tiers.cutoff_id = listed.cutoff_id
            and tiers.tier = listed.tier
),

published as (
    {{ suppressed_cells('counted', 'customer_count', ['tier'], [['cutoff_id']]) | indent(4) }}
)

select
    tiers.cutoff_id,
    tiers.tier,
    {%- for number in ['customer_count', 'customer_share', 'full_list_share', 'empty_list_count'] %}
    case when not tiers.is_suppressed then tiers.{{ number }} end as {{ number }},
    {%- endfor %}
    cast({{ k }} as integer) as k,
    case when not tiers.is_suppressed then coalesce(judged.customer_count, 0) end as evaluated_count,
    judged.value as ndcg_at_k,
    judged.ci_low,
    judged.ci_high,
    popularity.value as popularity_ndcg_at_k
from published as tiers
left join {{ ref('model_performance') }} as judged
    on
        tiers.cutoff_id = judged.cutoff_id
        and tiers.tier = judged.slice_value
        and judged.slice = 'tier'
        and judged.mode = '{{ served_mode() }}'
        and judged.metric = 'ndcg_at_k'
        and judged.k = {{ k }}
        and judged.source = 'assembled'
left join {{ ref('model_performance') }} as popularity
    on
        tiers.cutoff_id = popularity.cutoff_id
        and tiers.tier = popularity.slice_value
        and popularity.slice = 'tier'
        and popularity.mode = '{{ served_mode() }}'
        and popularity.metric = 'ndcg_at_k'
        and popularity.k = {{ k }}
        and popularity.source = 'popularity'
