-- Grain: source × cutoff × customer × product that is served × product of the history, for the sources in use whose score is one
-- join of the history away. bought_together and next_purchase add up, over the history, a product's weight × its pair score with
-- the served product. buy_again has a single part, the served product itself. total_score is the
-- source's score of the served product.
{%- set sources = candidate_sources() | map(attribute='source') | list %}
{%- set pair_sources = [
    {'source': 'bought_together', 'history': 'customer_product_strengths', 'weight': 'strength',
        'pairs': 'product_companions', 'served': 'companion_index', 'pair_score': 'pair_score'},
    {'source': 'next_purchase', 'history': 'recent_products', 'weight': 'recent_weight',
        'pairs': 'product_transitions', 'served': 'next_product_index', 'pair_score': 'transition_score'},
] %}
with pair_parts as (
    -- A query there is even where neither source is in use.
    select
        cast(null as string) as source,
        cutoff_id,
        customer_index,
        product_index,
        product_index as evidence_index,
        cast(null as double) as evidence_score
    from {{ ref('explained_lists') }}
    where false
    {%- for row in pair_sources if row.source in sources %}
    union all
    select
        '{{ row.source }}' as source,
        lists.cutoff_id,
        lists.customer_index,
        lists.product_index,
        history.product_index as evidence_index,
        history.{{ row.weight }} * pairs.{{ row.pair_score }} as evidence_score
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref(row.history) }} as history
        on
            lists.cutoff_id = history.cutoff_id
            and lists.customer_index = history.customer_index
    inner join {{ ref(row.pairs) }} as pairs
        on
            lists.cutoff_id = pairs.cutoff_id
            and history.product_index = pairs.product_index
            and lists.product_index = pairs.{{ row.served }}
    {%- endfor %}
)
{%- if 'buy_again' in sources %},

own_candidates as (
    select
        cutoff_id,
        customer_index,
        {{ explode_ranked({'product_index': 'product_indexes', 'score': 'scores'}, 'source_rank') }}
    from {{ ref('buy_again_candidates') }}
)
{%- endif %}

select
    source,
    cutoff_id,
    customer_index,
    product_index,
    evidence_index,
    evidence_score,
    cast(sum(cast(evidence_score as decimal(38, 18))) over (
        partition by source, cutoff_id, customer_index, product_index
    ) as double) as total_score
from pair_parts
{%- if 'buy_again' in sources %}
union all
select
    'buy_again' as source,
    lists.cutoff_id,
    lists.customer_index,
    lists.product_index,
    lists.product_index as evidence_index,
    candidates.score as evidence_score,
    candidates.score as total_score
from {{ ref('explained_lists') }} as lists
inner join own_candidates as candidates
    on
        lists.cutoff_id = candidates.cutoff_id
        and lists.customer_index = candidates.customer_index
        and lists.product_index = candidates.product_index
{%- endif %}
