-- Grain: experiment × customer × attribute: the segment of the customer, for customers of one variant. Attributes are known before
-- the experiment or do not depend on it: the interactions before its start, and the country. The segments of the live cutoff are
-- no attribute, because a variant can change them. Values of fewer than smallest_published_cell customers become `other`, because
-- a rare value identifies a customer.
with attributes as (
    select
        experiment,
        customer_id,
        'activity_band' as attribute,
        {{ activity_band('interaction_count_before') }} as attribute_value
    from {{ ref('experiment_customers') }}
    where not is_crossover
    union all
    select
        customers.experiment,
        customers.customer_id,
        'country' as attribute,
        coalesce(known.country, 'unknown') as attribute_value
    from {{ ref('experiment_customers') }} as customers
    left join {{ ref('clean_customers') }} as known on customers.customer_id = known.customer_id
    where not customers.is_crossover
),

counted as (
    select
        *,
        count(*) over (partition by experiment, attribute, attribute_value) as customer_count
    from attributes
)

select
    experiment,
    customer_id,
    attribute,
    case when customer_count >= {{ var('smallest_published_cell') }} then attribute_value else 'other' end as attribute_value
from counted
