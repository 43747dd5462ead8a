-- Grain: customer × recommended product. Why this product, as a code and as a text with the customer's own history in it:
-- chosen_reasons. A product drawn for exploration says so. A product that no source proposed was put there by the shop. Where
-- nothing that is known of the customer or the product can be said, the reason claims nothing. Popularity in a situation is
-- called popularity as well: on popularity alone are those who refuse personalisation, and no label may name them.
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
        when reasons.source = 'exploration' then 'We show it to learn whether you like it'
        when reasons.source = 'rule' then 'Chosen by us for you'
        else coalesce(reasons.reason_text, 'Recommended for you')
    end as reason_text
from reasons
inner join {{ ref('clean_customers') }} as customers on reasons.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on reasons.product_index = products.product_index
left join {{ ref('clean_products') }} as evidence on reasons.evidence_index = evidence.product_index
