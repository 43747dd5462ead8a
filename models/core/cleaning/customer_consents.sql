-- Grain: customer who ever decided on a purpose. The newest decision per purpose, of two at the same second the refusal. It
-- holds at every cutoff, also at those before it: who withdraws takes the past along. NULL where the customer never said
-- anything of the purpose; what holds then is up to vars (macro has_consent).
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
