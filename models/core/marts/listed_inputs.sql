-- Grain: as list_inputs. The inputs from which the published lists were made. Built after all tables of lists, so that an
-- interrupted run doesn't record lists it didn't make; list_customers of the next refresh compares with it.
-- depends_on: {{ ref('recommendations') }}, {{ ref('recommendation_evidence') }}
-- depends_on: {{ ref('short_lists') }}, {{ ref('customers') }}
select
    customer_id,
    product_id,
    digest
from {{ ref('list_inputs') }}
