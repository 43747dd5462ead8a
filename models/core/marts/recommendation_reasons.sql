-- Grain: customer × recommended product. Why this product, as a code and as a text with the customer's own history in it. The
-- source that contributed most gives the reason. The text is the first of the source's reason_templates of which every
-- placeholder is known, else its general text in candidate_sources. A product that no source proposed was put there by the shop.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
with evidence as (
    {{ product_evidence() }}
),

-- The product itself is no evidence that tells the customer anything.
telling as (
    select
        lists.customer_index,
        lists.product_index,
        min_by(evidence.evidence_index, evidence.evidence_rank) as evidence_index
    from {{ ref('list_contributions') }} as lists
    inner join evidence
        on
            lists.customer_index = evidence.customer_index
            and lists.product_index = evidence.product_index
            and lists.reason_source = evidence.source
    where evidence.evidence_index <> evidence.product_index
    group by lists.customer_index, lists.product_index
),

now as (
    select
        cutoff_id,
        cutoff_at
    from {{ ref('cutoffs') }}
    where purpose = 'live'
),

last_purchases as (
    select
        gaps.customer_index,
        gaps.product_index,
        gaps.purchase_date
    from {{ ref('purchase_gaps') }} as gaps
    inner join now on gaps.cutoff_id = now.cutoff_id
    where gaps.is_last
),

facts as (
    select
        lists.customer_index,
        lists.product_index,
        lists.reason_source as source,
        products.product_id as evidence_product_id,
        products.name as product_name,
        {{ spoken_month('purchases.purchase_date', 'now.cutoff_at') }} as product_month,
        {{ spoken_month('own_purchases.purchase_date', 'now.cutoff_at') }} as own_month,
        case when round(cycles.cycle_days) > 1 then cast(cast(round(cycles.cycle_days) as bigint) as string) end
            as cycle_days
    from {{ ref('list_contributions') }} as lists
    inner join now on lists.cutoff_id = now.cutoff_id
    left join telling
        on
            lists.customer_index = telling.customer_index
            and lists.product_index = telling.product_index
    left join {{ ref('clean_products') }} as products on telling.evidence_index = products.product_index
    left join last_purchases as purchases
        on
            lists.customer_index = purchases.customer_index
            and telling.evidence_index = purchases.product_index
    left join last_purchases as own_purchases
        on
            lists.customer_index = own_purchases.customer_index
            and lists.product_index = own_purchases.product_index
    left join {{ ref('product_cycles') }} as cycles
        on
            lists.cutoff_id = cycles.cutoff_id
            and lists.product_index = cycles.product_index
            and cycles.cycle_shape > 1
            and own_purchases.product_index is not null
),

-- Which template serves depends on what is known, not on what it is.
known as (
    select distinct
        {%- for column in reason_facts().values() %}
        {{ column }} is not null as has_{{ column }},
        {%- endfor %}
        source
    from facts
    where source is not null
),

preferred as (
    select
        known.*,
        templates.template,
        row_number() over (
            partition by
                {%- for column in reason_facts().values() %}
                known.has_{{ column }},
                {%- endfor %}
                known.source
            order by templates.preference asc nulls last, templates.template asc nulls last
        ) as template_rank
    from known
    inner join {{ ref('reason_templates') }} as templates
        on
            known.source = templates.source
            {%- for placeholder, column in reason_facts().items() %}
            and (templates.template not like '%{{ placeholder }}%' or known.has_{{ column }})
            {%- endfor %}
)

select
    customers.customer_id,
    products.product_id,
    coalesce(facts.source, 'rule') as source,
    coalesce(sources.reason_code, 'chosen_by_us') as reason_code,
    case when preferred.template like '%{product}%' or preferred.template like '%{month}%' then facts.evidence_product_id end
        as evidence_product_id,
    coalesce(
        {{ filled_template('preferred.template', 'facts') }},
        sources.reason_text,
        'Chosen by us for you'
    ) as reason_text
from facts
inner join {{ ref('clean_customers') }} as customers on facts.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on facts.product_index = products.product_index
left join {{ ref('candidate_sources') }} as sources on facts.source = sources.source
left join preferred
    on
        facts.source = preferred.source
        {%- for column in reason_facts().values() %}
        and (facts.{{ column }} is not null) = preferred.has_{{ column }}
        {%- endfor %}
        and preferred.template_rank = 1
