-- Grain: cutoff (test) × source × side × attribute × protected_group × measure: the terms of the group's customers summed, in the
-- sample (first place of the array) and in each bootstrap replicate. Every group is drawn by itself (its means are taken over its
-- own weights), so the bootstrap is stratified; weights are those of bootstrap_weights, so that differences are paired. Decimals,
-- so that sums don't depend on the order of rows. unit_count: customers with a term.
{%- set places = range(1, var('bootstrap_replicates') + 2) %}
{%- set sums = [] %}
{%- for place in places %}
{%- do sums.append('cast(sum(weights.weight_' ~ place ~ ' * terms.term) as double)') %}
{%- endfor %}
with weights as (
    select
        {%- for place in places %}
        cast(substring(concat('1', weights), {{ place }}, 1) as decimal(1, 0)) as weight_{{ place }},
        {%- endfor %}
        customer_id
    from {{ ref('bootstrap_weights') }}
)

select
    terms.cutoff_id,
    terms.source,
    terms.side,
    terms.attribute,
    terms.protected_group,
    terms.measure,
    count(*) as unit_count,
    {{ array_of(sums) }} as sums
from {{ ref('fairness_terms') }} as terms
inner join weights on terms.customer_id = weights.customer_id
group by
    terms.cutoff_id,
    terms.source,
    terms.side,
    terms.attribute,
    terms.protected_group,
    terms.measure
