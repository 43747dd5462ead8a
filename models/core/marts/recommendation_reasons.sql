-- Grain: customer × recommended product. Reason of the recommendation (chosen_reasons), as a code and as a text based on the
-- customer's own history. The reason of a product drawn for exploration states the exploration. The reason of a product that no
-- source proposed states that the shop selected it. If no specific reason is true, the reason makes no claim.
-- context_popularity is published as popularity. Customers who refuse personalisation get popularity alone, and no label may
-- identify them.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
with reasons as (
    select
        lists.customer_index,
        lists.product_index,
        chosen.evidence_index,
        chosen.reason_code,
        chosen.reason_text,
        case
            when lists.is_exploration then 'exploration'
            when cardinality(contributions.reason_sources) = 0 then 'rule'
            else coalesce(chosen.source, {{ array_element('contributions.reason_sources', 1) }})
        end as source
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('list_contributions') }} as contributions
        on
            lists.customer_index = contributions.customer_index
            and lists.product_index = contributions.product_index
    left join {{ ref('chosen_reasons') }} as chosen
        on
            lists.customer_index = chosen.customer_index
            and lists.product_index = chosen.product_index
)

select
    customers.customer_id,
    products.product_id,
    case when reasons.source = 'context_popularity' then 'popularity' else reasons.source end as source,
    case
        when reasons.source = 'exploration' then 'exploration'
        when reasons.source = 'rule' then 'chosen_by_us'
        else coalesce(reasons.reason_code, 'recommended')
    end as reason_code,
    evidence.product_id as evidence_product_id,
    case
        when reasons.source = 'exploration' then 'We show this to learn whether you like it'
        when reasons.source = 'rule' then 'Selected for you by our team'
        else coalesce(reasons.reason_text, 'Recommended for you')
    end as reason_text
from reasons
inner join {{ ref('clean_customers') }} as customers on reasons.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on reasons.product_index = products.product_index
left join {{ ref('clean_products') }} as evidence on reasons.evidence_index = evidence.product_index
