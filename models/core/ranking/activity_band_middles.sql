-- Grain: activity band with a customer on the tuning cutoffs. middle is the mean logarithm of the interaction count of the band's
-- customers. customer_tiers interpolates blend weights between these middles. Like the weights, they are learned on the tuning
-- cutoffs.
select
    customers.activity_band,
    {{ stable_sum('ln(customers.interaction_count)') }} / count(*) as middle
from {{ ref('cutoff_customers') }} as customers
inner join {{ ref('cutoffs') }} as cutoffs
    on
        customers.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'tune'
where customers.has_history
group by customers.activity_band
