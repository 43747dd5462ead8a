-- Grain: cutoff (test) × source × side × attribute × protected_group × customer × measure: the contribution of one customer to a
-- sum of a group, in the served mode and for lists of evaluation_k products. Zeros are omitted. source `*`: independent of the
-- lists. Customer measures: customers (1 each), ndcg, hit, personal (1 if the list uses the customer's data), divergence and
-- divergence_customers. divergence is Steck's calibration (RecSys 2018): sum over categories of p ln(p / q~), where p is the mix
-- of the history, q that of the list, and q~ = (1 - alpha) q + alpha p. Product measures: exposure (sum of 1 / log2(1 + rank)),
-- hits, relevant. Terms are rounded to 12 decimals.
with judged as (
    select
        metrics.cutoff_id,
        metrics.source,
        customers.customer_index,
        metrics.ndcg_at_k,
        metrics.hit_rate_at_k,
        metrics.customer_coverage_share
    from {{ ref('customer_metrics') }} as metrics
    inner join {{ ref('clean_customers') }} as customers on metrics.customer_id = customers.customer_id
    where
        metrics.mode = '{{ served_mode() }}'
        and metrics.k = {{ var('evaluation_k') }}
),

lists as (
    select
        lists.cutoff_id,
        lists.source,
        lists.customer_index,
        lists.list_rank,
        lists.product_index
    from {{ ref('evaluated_lists') }} as lists
    inner join judged
        on
            lists.cutoff_id = judged.cutoff_id
            and lists.source = judged.source
            and lists.customer_index = judged.customer_index
    where
        lists.mode = '{{ served_mode() }}'
        and lists.list_rank <= {{ var('evaluation_k') }}
),

labels as (
    select
        cutoff_id,
        customer_index,
        product_index
    from {{ ref('evaluation_labels') }}
    where mode = '{{ served_mode() }}'
),

divergences as (
    {{ category_divergences('lists', ['cutoff_id', 'source', 'customer_index']) }}
),

customer_terms as (
    select distinct
        cutoff_id,
        '*' as source,
        customer_index,
        'customers' as measure,
        cast(1 as double) as term
    from judged
    union all
    select
        cutoff_id,
        source,
        customer_index,
        'ndcg' as measure,
        ndcg_at_k as term
    from judged
    where ndcg_at_k > 0
    union all
    select
        cutoff_id,
        source,
        customer_index,
        'hit' as measure,
        hit_rate_at_k as term
    from judged
    where hit_rate_at_k > 0
    union all
    select
        judged.cutoff_id,
        judged.source,
        judged.customer_index,
        'personal' as measure,
        judged.customer_coverage_share as term
    from judged
    inner join {{ ref('customer_tiers') }} as tiers
        on
            judged.cutoff_id = tiers.cutoff_id
            and judged.customer_index = tiers.customer_index
    left join {{ ref('candidate_sources') }} as sources on judged.source = sources.source
    where
        judged.customer_coverage_share > 0
        and (tiers.tier = 'survey' or {{ is_tier_with_history('tiers.tier') }})
        and coalesce(sources.needs_history or sources.source = 'survey', true)
    union all
    select
        cutoff_id,
        source,
        customer_index,
        'divergence' as measure,
        divergence as term
    from divergences
    where divergence > 0
    union all
    select
        cutoff_id,
        source,
        customer_index,
        'divergence_customers' as measure,
        cast(1 as double) as term
    from divergences
),

product_terms as (
    select
        lists.cutoff_id,
        lists.source,
        lists.customer_index,
        lists.product_index,
        'exposure' as measure,
        ln(2.0) / ln(lists.list_rank + 1) as term
    from lists
    union all
    select
        lists.cutoff_id,
        lists.source,
        lists.customer_index,
        lists.product_index,
        'hits' as measure,
        cast(1 as double) as term
    from lists
    inner join labels
        on
            lists.cutoff_id = labels.cutoff_id
            and lists.customer_index = labels.customer_index
            and lists.product_index = labels.product_index
    union all
    select
        cutoff_id,
        '*' as source,
        customer_index,
        product_index,
        'relevant' as measure,
        cast(1 as double) as term
    from labels
)

select
    terms.cutoff_id,
    terms.source,
    'customer' as side,
    members.attribute,
    members.protected_group,
    members.customer_id,
    terms.measure,
    cast(cast(terms.term as decimal(18, 12)) as double) as term
from customer_terms as terms
inner join {{ ref('customer_groups') }} as members on terms.customer_index = members.customer_index
union all
select
    terms.cutoff_id,
    terms.source,
    'product' as side,
    products.attribute,
    products.protected_group,
    customers.customer_id,
    terms.measure,
    cast(sum(cast(terms.term as decimal(18, 12))) as double) as term
from product_terms as terms
inner join {{ ref('product_groups') }} as products
    on
        terms.cutoff_id = products.cutoff_id
        and terms.product_index = products.product_index
inner join {{ ref('clean_customers') }} as customers on terms.customer_index = customers.customer_index
group by
    terms.cutoff_id,
    terms.source,
    products.attribute,
    products.protected_group,
    customers.customer_id,
    terms.measure
