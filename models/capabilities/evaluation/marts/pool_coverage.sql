-- Grain: cutoff × mode × slice × source, on the test cutoff: the share of a customer's relevant products that each source
-- proposed, and that all sources together proposed (source `union`, the recall of the pool). Mean over the customers with at
-- least one relevant product. A blend or ranker finds only what the pool contains, so `union` is an upper bound of its recall. A
-- customer without candidates from a source counts 0. Lossy: slices of few customers have no row, nor do slices that would reveal
-- them by difference.
with relevant as (
    select
        modes.mode,
        relevant_products.cutoff_id,
        relevant_products.customer_index,
        relevant_products.product_index,
        customers.has_history
    from {{ ref('relevant_products') }} as relevant_products
    inner join {{ ref('cutoff_customers') }} as customers
        on
            relevant_products.cutoff_id = customers.cutoff_id
            and relevant_products.customer_index = customers.customer_index
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            relevant_products.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where modes.mode = 'all' or not relevant_products.is_repeat
),

relevant_counts as (
    select
        mode,
        cutoff_id,
        customer_index,
        has_history,
        count(*) as relevant_count
    from relevant
    group by mode, cutoff_id, customer_index, has_history
),

found as (
    select
        proposed.source,
        relevant.mode,
        relevant.cutoff_id,
        relevant.customer_index,
        relevant.product_index
    from relevant
    inner join {{ ref('lists') }} as lists
        on
            relevant.mode = lists.mode
            and relevant.cutoff_id = lists.cutoff_id
            and relevant.customer_index = lists.customer_index
    inner join {{ ref('source_lists') }} as proposed
        on
            lists.list_index = proposed.list_index
            and {{ array_contains('proposed.product_indexes', 'relevant.product_index') }}
),

found_counts as (
    select
        source,
        mode,
        cutoff_id,
        customer_index,
        count(*) as found_count
    from found
    group by source, mode, cutoff_id, customer_index
    union all
    select
        'union' as source,
        mode,
        cutoff_id,
        customer_index,
        count(distinct product_index) as found_count
    from found
    group by mode, cutoff_id, customer_index
),

sources as (
    select candidate_sources.source from {{ ref('candidate_sources') }} as candidate_sources
    union all
    select 'union' as source
),

slices as (
    {{ literal_rows('slice', ['all', 'with_history', 'without_history']) }}
),

coverage as (
    select
        relevant_counts.cutoff_id,
        relevant_counts.mode,
        slices.slice,
        sources.source,
        {{ stable_sum('coalesce(found_counts.found_count, 0) / cast(relevant_counts.relevant_count as double)') }}
        / count(*) as relevant_share,
        slices.slice = 'all' as is_all,
        count(*) as customer_count
    from relevant_counts
    inner join slices
        on
            slices.slice = 'all'
            or (slices.slice = 'with_history' and relevant_counts.has_history)
            or (slices.slice = 'without_history' and not relevant_counts.has_history)
    cross join sources
    left join found_counts
        on
            relevant_counts.mode = found_counts.mode
            and relevant_counts.cutoff_id = found_counts.cutoff_id
            and relevant_counts.customer_index = found_counts.customer_index
            and sources.source = found_counts.source
    group by relevant_counts.cutoff_id, relevant_counts.mode, slices.slice, sources.source
),

published as (
    {{ suppressed_cells('coverage', 'customer_count', ['slice'], [['cutoff_id', 'mode', 'source', 'is_all']]) | indent(4) }}
)

select
    cutoff_id,
    mode,
    slice,
    source,
    relevant_share,
    customer_count
from published
where not is_suppressed
