-- Grain: as list_inputs: what the published lists were made from. Built when all tables of lists are, so that a run that breaks
-- off before does not take lists for made; list_customers of the next refresh compares with it.
-- depends_on: {{ ref('recommendations') }}, {{ ref('recommendation_evidence') }}
-- depends_on: {{ ref('short_lists') }}, {{ ref('customers') }}
select
    customer_id,
    product_id,
    digest
from {{ ref('list_inputs') }}
