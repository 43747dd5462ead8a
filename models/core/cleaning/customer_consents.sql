-- Grain: customer with at least one consent decision. The newest decision per purpose; if two have the same time, the refusal.
-- The decision applies at every cutoff, including earlier ones: a withdrawal also covers the past. NULL if the customer never
-- decided on the purpose; vars set the default then (macro has_consent).
with decisions as (
    select
        customer_id,
        purpose,
        is_granted,
        row_number() over (
            partition by customer_id, purpose order by changed_at desc nulls last, is_granted asc nulls last
        ) as newest
    from {{ ref('consent_dispositions') }}
    where rejection_reason is null
)

select
    customer_id,
    bool_or(case when purpose = 'personalisation' then is_granted end) as is_personalisation_granted,
    bool_or(case when purpose = 'analytics' then is_granted end) as is_analytics_granted,
    bool_or(case when purpose = 'marketing' then is_granted end) as is_marketing_granted
from decisions
where newest = 1
group by customer_id
