-- Grain: customer whose published list is shorter than list_length, with the reason. No customer is missing silently: each has a
-- full list in recommendations or a row here. If the assembly withheld candidates, the most frequent kind is the reason.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
with lengths as (
    select
        customer_id,
        count(*) as product_count
    from {{ ref('recommendations') }}
    group by customer_id
),

withheld as (
    select
        customer_index,
        count(*) filter (where withheld_reason in ('excluded', 'capped')) as rule_count,
        count(*) filter (where withheld_reason = 'shown_too_often') as fatigue_count,
        count(*) filter (where withheld_reason in ('repeat', 'not_due')) as repeat_count
    from {{ ref('candidate_dispositions') }}
    where
        cutoff_id = 'live'
        and mode = '{{ served_mode() }}'
        and withheld_reason is not null
    group by customer_index
),

offered as (
    select count(*) as product_count
    from {{ ref('cutoff_products') }}
    where cutoff_id = 'live'
)

select
    known.customer_id,
    coalesce(lengths.product_count, 0) as product_count,
    case
        when offered.product_count = 0 then 'nothing_to_recommend'
        when offered.product_count < {{ var('list_length') }} then 'small_catalogue'
        when withheld.rule_count > 0 and withheld.rule_count >= greatest(withheld.fatigue_count, withheld.repeat_count)
            then 'withheld_by_rules'
        when withheld.fatigue_count > 0 and withheld.fatigue_count >= withheld.repeat_count then 'shown_too_often'
        when withheld.repeat_count > 0 then 'not_due_again'
        else 'catalogue_exhausted'
    end as short_reason
from {{ ref('cutoff_customers') }} as customers
inner join {{ ref('clean_customers') }} as known on customers.customer_index = known.customer_index
cross join offered
left join lengths on known.customer_id = lengths.customer_id
left join withheld on customers.customer_index = withheld.customer_index
where
    customers.cutoff_id = 'live'
    and coalesce(lengths.product_count, 0) < {{ var('list_length') }}
