-- Grain: source (place in candidate_sources) × cutoff × customer the source has something for. All candidates of all sources, as
-- arrays, best first: those of a customer's own, and of the lists that the customers of a cell share (macro candidate_sources) as
-- much as the customer needs. With repeats: a source gives up to candidates_per_source products, and as many new ones.
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
