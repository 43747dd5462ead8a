-- Grain: cutoff × customer without a history who named categories when signing up. Customers with the same answers share a
-- survey_cell, and so share one list. Customers with a history have no cell, because a history predicts better than a survey.
select
    customers.cutoff_id,
    customers.customer_index,
    {{ string_list('tastes.category') }} as survey_cell
from {{ ref('cutoff_customers') }} as customers
inner join {{ ref('survey_tastes') }} as tastes
    on
        customers.cutoff_id = tastes.cutoff_id
        and customers.customer_index = tastes.customer_index
where not customers.has_history
group by customers.cutoff_id, customers.customer_index
