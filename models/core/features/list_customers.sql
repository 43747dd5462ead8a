-- Grain: customer whose lists at `live` this run computes: all customers; in a refresh only those whose lists would change. A
-- list changes if the customer's inputs changed, if the customer has no list, or if a product of the list or of its evidence
-- changed or disappeared. The clock is not an input: a product that becomes due enters the list the next time the list is
-- computed. A refresh computes the lists of all customers in three cases: rules, seeds or the project's files changed; a rule
-- names a segment (segments are assigned later); or a capability affects all lists together (macro seams). The settings of single
-- lists, at the seam list_settings, are inputs of their customers.
-- depends_on: {{ ref('list_inputs') }}, {{ ref('list_rules') }}
{%- set last, lists = built_table('listed_inputs'), built_table('recommendations') %}
{%- set evidence = built_table('recommendation_evidence') %}
{%- set shaping = [] %}
{%- for name in seams() if seam_is_on(name) and name != 'list_settings' %}{% do shaping.append(name) %}{% endfor %}
{%- if run_scope() != 'refresh' or not (last and lists and evidence) or shaping %}
select
    customer_id,
    customer_index
from {{ ref('clean_customers') }}
{%- else %}
with changed as (
    select
        coalesce(inputs.customer_id, last_inputs.customer_id) as customer_id,
        coalesce(inputs.product_id, last_inputs.product_id) as product_id
    from {{ ref('list_inputs') }} as inputs
    full outer join {{ last }} as last_inputs
        on
            coalesce(inputs.customer_id, '') = coalesce(last_inputs.customer_id, '')
            and coalesce(inputs.product_id, '') = coalesce(last_inputs.product_id, '')
    where coalesce(inputs.digest <> last_inputs.digest, true)
),

changes_for_all as (
    select count(*) as change_count
    from changed
    where customer_id is null and product_id is null
),

rules_of_segments as (
    select count(segment) as rule_count
    from {{ ref('list_rules') }}
),

outdated as (
    select customer_id from changed
    where customer_id is not null
    union
    select lists.customer_id
    from {{ lists }} as lists
    inner join changed on lists.product_id = changed.product_id
    union
    select evidence.customer_id
    from {{ evidence }} as evidence
    inner join changed on evidence.evidence_product_id = changed.product_id
    union
    select customers.customer_id
    from {{ ref('clean_customers') }} as customers
    left join {{ lists }} as lists on customers.customer_id = lists.customer_id
    where lists.customer_id is null
)

select
    customers.customer_id,
    customers.customer_index
from {{ ref('clean_customers') }} as customers
cross join changes_for_all
cross join rules_of_segments
left join outdated on customers.customer_id = outdated.customer_id
where outdated.customer_id is not null or changes_for_all.change_count > 0 or rules_of_segments.rule_count > 0
{%- endif %}
