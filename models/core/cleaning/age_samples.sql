-- Grain: raw customer row that the estimate of ages by knn or forest needs: one it learns from (age known, see is_fit) or one it
-- is asked for (age NULL). Empty where missing_value_policies asks for neither, so that whoever doesn't estimate doesn't pay.
{{ config(materialized='view') }}
select
    customers.record_id,
    policies.policy,
    customers.known_age as age,
    customers.known_gender as gender,
    customers.known_country as country,
    customers.acquisition_channel,
    customers.preferred_categories
from {{ ref('standard_customers') }} as customers
inner join {{ ref('missing_value_policies') }} as policies
    on
        policies.raw_table = 'customers'
        and policies.column_name = 'age'
        and policies.policy in ('knn', 'forest')
where customers.known_age is null or customers.is_fit
