-- Grain: customer × recommended product × source × evidence_rank. Contributions to the score of a recommendation: the strongest
-- ones by source and, within sources that use histories, by the customer's own products, each with its share of the source's
-- score.
-- list_contributions decides which sources are listed; the source of the reason is always listed, and the others are summed as
-- the source `other`. evidence_rank 0 is the part that no single product explains: the weaker products together, or a source
-- without evidence. The rows of a recommendation add up to its score (assert_evidence_adds_up_to_the_score).
-- If context_popularity is the only popularity source of a row, it is published as popularity. Plain popularity alone would
-- identify customers who refuse personalisation.
{%- set has_popularity = array_contains('parts', "'popularity'") ~ ' or ' ~ array_contains('reason_sources', "'popularity'") %}
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
with named as (
    select
        customer_index,
        product_index,
        {{ has_popularity }} as has_popularity,
        {{ explode_ranked({'source': 'parts', 'contribution': 'contributions'}, 'part_number') }}
    from {{ ref('list_contributions') }}
),

possible_reasons as (
    select
        customer_index,
        product_index,
        parts,
        {{ has_popularity }} as has_popularity,
        {{ explode_ranked({'source': 'reason_sources', 'contribution': 'reason_contributions'}, 'reason_rank') }}
    from {{ ref('list_contributions') }}
),

-- Contribution of the source of the reason, if it would otherwise be part of `other`.
reasons as (
    select
        possible.customer_index,
        possible.product_index,
        possible.has_popularity,
        possible.source,
        possible.contribution
    from possible_reasons as possible
    inner join {{ ref('chosen_reasons') }} as chosen
        on
            possible.customer_index = chosen.customer_index
            and possible.product_index = chosen.product_index
            and possible.source = chosen.source
    where not {{ array_contains('possible.parts', 'possible.source') }} and possible.contribution <> 0
),

contributions as (
    select
        named.customer_index,
        named.product_index,
        named.has_popularity,
        named.source,
        named.contribution - coalesce(reasons.contribution, 0) as contribution
    from named
    left join reasons
        on
            named.source = 'other'
            and named.customer_index = reasons.customer_index
            and named.product_index = reasons.product_index
    union all
    select
        customer_index,
        product_index,
        has_popularity,
        source,
        contribution
    from reasons
),

evidence as (
    {{ product_evidence() }}
)

select
    customers.customer_id,
    products.product_id,
    case
        when contributions.source = 'context_popularity' and not contributions.has_popularity then 'popularity'
        else contributions.source
    end as source,
    cast(coalesce(evidence.evidence_rank, 0) as bigint) as evidence_rank,
    evidence_products.product_id as evidence_product_id,
    contributions.contribution * coalesce(evidence.evidence_score / evidence.total_score, 1) as contribution
from contributions
inner join {{ ref('clean_customers') }} as customers on contributions.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on contributions.product_index = products.product_index
left join evidence
    on
        contributions.customer_index = evidence.customer_index
        and contributions.product_index = evidence.product_index
        and contributions.source = evidence.source
left join {{ ref('clean_products') }} as evidence_products on evidence.evidence_index = evidence_products.product_index
