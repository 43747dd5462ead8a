-- Grain: band of activity with a customer on tune. Where the band's customers lie on average, in the logarithm of their
-- interactions. customer_tiers interpolates blend weights between these middles; like the weights they are learned on tune.
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
