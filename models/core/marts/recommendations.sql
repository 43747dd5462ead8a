-- Grain: customer × rank. The published lists: the assembled list of each customer at `live`, with the customer's tier and the
-- reason shown to the customer. short_lists has the customers with fewer rows. A pinned product that no source proposed has no
-- score; its source is `rule`.
-- Lossy: tier is coarsened (macro published_tier), and rule_id is omitted for rules of one country, so that no row reveals a
-- refused consent or a customer's country.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
select
    customers.customer_id,
    list_ids.list_id,
    lists.list_rank as rank,
    products.product_id,
    lists.score,
    lists.adjusted_score,
    {{ published_tier('lists.tier') }} as tier,
    reasons.source,
    reasons.reason_code,
    reasons.reason_text,
    case when rules.country is null then lists.rule_id end as rule_id,
    lists.is_exploration,
    lists.propensity,
    {{ 'settings.variant' if seam_is_on('list_settings') else 'cast(null as string)' }} as variant,
    coalesce(rhythm.age_days <= {{ var('new_product_days') }}, false) as is_new,
    lists.last_purchased_at is not null as is_repeat,
    cast(lists.last_purchased_at as date) as last_purchased_on,
    cast(lists.due_at as date) as due_on,
    as_of.as_of
from {{ ref('assembled_lists') }} as lists
inner join {{ ref('cutoffs') }} as cutoffs
    on
        lists.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
inner join {{ ref('clean_customers') }} as customers on lists.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on lists.product_index = products.product_index
inner join {{ ref('list_ids') }} as list_ids on lists.customer_index = list_ids.customer_index
inner join {{ ref('recommendation_reasons') }} as reasons
    on
        customers.customer_id = reasons.customer_id
        and products.product_id = reasons.product_id
left join {{ ref('active_rules') }} as rules
    on
        lists.cutoff_id = rules.cutoff_id
        and lists.rule_id = rules.rule_id
left join {{ ref('product_rhythm') }} as rhythm
    on
        lists.cutoff_id = rhythm.cutoff_id
        and lists.product_index = rhythm.product_index
{{- join_list_settings('lists') }}
cross join {{ ref('as_of') }} as as_of
where
    lists.mode = '{{ served_mode() }}'
    and lists.list_rank <= {{ var('list_length') }}
