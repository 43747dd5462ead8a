-- Grain: source (position in candidate_sources) × cutoff × customer with candidates from that source. Arrays of candidates, best
-- first, repeats included: up to candidates_per_source products, and up to as many that are new to the customer. A source with
-- shared lists (one per cell, macro candidate_sources) gives each customer the first part of the list of the customer's cell, as
-- long as the customer's history requires.
{{ config(materialized='view') }}
{%- for row in candidate_sources() %}
{%- set source = row.source ~ '_candidates' %}
{%- if row.members %}
select
    {{ loop.index }} as place,
    customers.cutoff_id,
    customers.customer_index,
    {{ first_elements('lists.product_indexes', cell_list_depth('customers.interaction_count')) }} as product_indexes,
    {{ first_elements('lists.scores', cell_list_depth('customers.interaction_count')) }} as scores
from {{ ref('cutoff_customers') }} as customers
inner join {{ ref(row.members) }} as members
    on
        customers.cutoff_id = members.cutoff_id
        and customers.customer_index = members.customer_index
inner join {{ ref(source) }} as lists
    on
        members.cutoff_id = lists.cutoff_id
        and {{ row.cell }} = lists.cell
{% else %}
select
    {{ loop.index }} as place,
    cutoff_id,
    customer_index,
    product_indexes,
    scores
from {{ ref(source) }}
{% endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
