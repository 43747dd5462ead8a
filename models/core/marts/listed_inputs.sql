-- Grain: as list_inputs. Inputs of the published lists. list_customers of the next refresh compares its inputs with them. Built
-- after all tables of lists, so that an interrupted run does not record inputs of lists that it did not compute.
-- depends_on: {{ ref('recommendations') }}, {{ ref('recommendation_evidence') }}
-- depends_on: {{ ref('short_lists') }}, {{ ref('customers') }}
select
    customer_id,
    product_id,
    digest
from {{ ref('list_inputs') }}
