-- Grain: customer, from the customer table or from activity. Customers who only have order lines or events are included, so that
-- a company without a customer table gets lists and no order of an unregistered customer is lost. Gender and country of these
-- customers are unknown regardless of missing_value_policies, because there is nothing to estimate from. customer_index numbers
-- the customers for matrices, in the order of their ids. Customers without consent to personalisation keep only their id, so they
-- are treated like customers without any data: the last tier.
with registered as (
    select
        customer_id,
        signed_up_at,
        clean_gender,
        clean_country,
        clean_birth_date,
        clean_age,
        is_gender_imputed,
        is_country_imputed,
        is_age_imputed,
        preferred_categories,
        occupation
    from {{ ref('customer_dispositions') }}
    where rejection_reason is null
),

active as (
    select customer_id from {{ ref('order_line_dispositions') }}
    where customer_id is not null and (rejection_reason is null or reversed_at is not null)
    union
    select customer_id from {{ ref('event_dispositions') }}
    where customer_id is not null and rejection_reason is null
),

customers as (
    select
        coalesce(registered.customer_id, active.customer_id) as customer_id,
        registered.customer_id is not null as is_registered,
        registered.signed_up_at,
        case when registered.customer_id is null then 'unknown' else registered.clean_gender end as gender,
        case when registered.customer_id is null then 'unknown' else registered.clean_country end as country,
        registered.clean_birth_date as birth_date,
        registered.clean_age as age,
        coalesce(registered.is_gender_imputed, true) as is_gender_imputed,
        coalesce(registered.is_country_imputed, true) as is_country_imputed,
        coalesce(registered.is_age_imputed, false) as is_age_imputed,
        registered.preferred_categories,
        {{ single_blanks('registered.occupation') }} as occupation
    from registered
    full outer join active on registered.customer_id = active.customer_id
),

customers_with_consents as (
    select
        customers.*,
        {{ has_consent('consents', 'personalisation') }} as is_personalisation_granted,
        {{ has_consent('consents', 'analytics') }} as is_analytics_granted,
        {{ has_consent('consents', 'marketing') }} as is_marketing_granted
    from customers
    left join {{ ref('customer_consents') }} as consents on customers.customer_id = consents.customer_id
)

select
    customer_id,
    cast(row_number() over (order by customer_id nulls last) - 1 as integer) as customer_index,
    is_registered,
    case when is_personalisation_granted then signed_up_at end as signed_up_at,
    case when is_personalisation_granted then gender else 'unknown' end as gender,
    case when is_personalisation_granted then country else 'unknown' end as country,
    case when is_personalisation_granted then birth_date end as birth_date,
    case when is_personalisation_granted then age end as age,
    is_gender_imputed or not is_personalisation_granted as is_gender_imputed,
    is_country_imputed or not is_personalisation_granted as is_country_imputed,
    is_age_imputed and is_personalisation_granted as is_age_imputed,
    case when is_personalisation_granted then preferred_categories end as preferred_categories,
    case when is_personalisation_granted then occupation end as occupation,
    is_personalisation_granted,
    is_analytics_granted,
    is_marketing_granted
from customers_with_consents
