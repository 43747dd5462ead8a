-- Grain: customer × recommended product × source × evidence_rank. What the score of a recommendation is made of: its strongest
-- contributions by source and, within the sources that read histories, by the customer's own products, each with its share of
-- what the source saw. Sources are named where they are among the strongest of the recommendation, as readers show them, or are
-- the strongest that knows evidence, from which the reason is taken; naming all makes four times the rows. All others are
-- together in the source `other`. Row 0 is what no single product explains: the weaker ones together, or a source that knows no
-- evidence. All rows of a recommendation add up to its score; assert_evidence_adds_up_to_the_score.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
{%- set named_sources = 3 %}
with known as (
    select distinct
        cutoff_id,
        customer_index,
        product_index,
        source
    from {{ ref('product_evidence') }}
),

ranked as (
    select
        contributions.cutoff_id,
        contributions.customer_index,
        contributions.product_index,
        contributions.part,
        contributions.contribution,
        known.source is not null as has_evidence,
        row_number() over (
            partition by contributions.customer_index, contributions.product_index
            order by abs(contributions.contribution) desc nulls last, contributions.part asc nulls last
        ) as strength_rank,
        row_number() over (
            partition by contributions.customer_index, contributions.product_index
            order by
                case when known.source is null then 1 else 0 end asc nulls last,
                contributions.contribution desc nulls last,
                contributions.part asc nulls last
        ) as evidence_place
    from {{ ref('list_contributions') }} as contributions
    left join known
        on
            contributions.cutoff_id = known.cutoff_id
            and contributions.customer_index = known.customer_index
            and contributions.product_index = known.product_index
            and contributions.part = known.source
    where contributions.contribution <> 0
),

named as (
    select
        cutoff_id,
        customer_index,
        product_index,
        case
            when strength_rank <= {{ named_sources }} or (has_evidence and evidence_place = 1) then part
            else 'other'
        end as source,
        contribution
    from ranked
),

contributions as (
    select
        cutoff_id,
        customer_index,
        product_index,
        source,
        {{ stable_sum('contribution') }} as contribution
    from named
    group by cutoff_id, customer_index, product_index, source
),

shares as (
    select
        contributions.customer_index,
        contributions.product_index,
        contributions.source,
        contributions.contribution as total_contribution,
        evidence.evidence_rank,
        evidence.evidence_index,
        evidence.evidence_score / evidence.total_score as evidence_share
    from contributions
    left join {{ ref('product_evidence') }} as evidence
        on
            contributions.cutoff_id = evidence.cutoff_id
            and contributions.customer_index = evidence.customer_index
            and contributions.product_index = evidence.product_index
            and contributions.source = evidence.source
),

-- What is left of a share of 1 beyond rounding.
rests as (
    select
        customer_index,
        product_index,
        source,
        max(total_contribution) as total_contribution,
        1 - coalesce({{ stable_sum('evidence_share') }}, 0) as evidence_share
    from shares
    group by customer_index, product_index, source
),

rows_of_evidence as (
    select
        customer_index,
        product_index,
        source,
        cast(evidence_rank as bigint) as evidence_rank,
        evidence_index,
        total_contribution * evidence_share as contribution
    from shares
    where evidence_rank is not null
    union all
    select
        customer_index,
        product_index,
        source,
        cast(0 as bigint) as evidence_rank,
        cast(null as integer) as evidence_index,
        total_contribution * evidence_share as contribution
    from rests
    where abs(evidence_share) > 1e-9
)

select
    customers.customer_id,
    products.product_id,
    evidence.source,
    evidence.evidence_rank,
    evidence_products.product_id as evidence_product_id,
    evidence.contribution
from rows_of_evidence as evidence
inner join {{ ref('clean_customers') }} as customers on evidence.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on evidence.product_index = products.product_index
left join {{ ref('clean_products') }} as evidence_products on evidence.evidence_index = evidence_products.product_index
