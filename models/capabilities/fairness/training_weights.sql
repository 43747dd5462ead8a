-- Grain: cutoff × customer, or cutoff × product, with a training weight other than the default. Fills the seam training_weights
-- if fairness_balancing_strength or fairness_propensity_strength is above 0. Customer rows: weight of the customer's cells in als
-- and of the customer's lists in the ranker, balance_ratio to the power of fairness_balancing_strength. At 1, a group has the
-- same share of the training weight as of the customers. Product rows: weight of the product's cells in als and of its hits in
-- the ranker, average_ratio to the power of fairness_propensity_strength, at most largest_weight.
{{ config(enabled=seam_is_on('training_weights'), access='protected') }}
{%- set largest_weight = 5.0 %}   {#- als_mitigation_lists uses the same value #}
select
    cutoff_id,
    customer_index,
    cast(null as integer) as product_index,
    power(balance_ratio, {{ var('fairness_balancing_strength') }}) as training_weight
from {{ ref('customer_balances') }}
union all
select
    cutoff_id,
    cast(null as integer) as customer_index,
    product_index,
    least(power(average_ratio, {{ var('fairness_propensity_strength') }}), {{ largest_weight }}) as training_weight
from {{ ref('product_propensities') }}
