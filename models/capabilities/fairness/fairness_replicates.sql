-- Grain: cutoff (test) × source × side × attribute × protected_group × replicate (0 = the sample): numerators and denominators of
-- every measure side by side with those of all groups of the attribute together. A source whose lists hit nothing has no sums and
-- counts 0. unit_count: customers of the group; of a group of products, customers who chose one of it.
{%- set measures = ['ndcg', 'hit', 'personal', 'divergence', 'divergence_customers', 'exposure', 'hits'] %}
with base as (
    select
        cutoff_id,
        side,
        attribute,
        protected_group,
        unit_count,
        sums
    from {{ ref('fairness_sums') }}
    where
        source = 'any'
        and measure in ('customers', 'relevant')
),

-- A group of products nobody chose has exposure all the same.
groups_measured as (
    select distinct
        cutoff_id,
        side,
        attribute,
        protected_group
    from {{ ref('fairness_sums') }}
),

sources as (
    select distinct
        cutoff_id,
        source
    from {{ ref('customer_metrics') }}
),

pivoted as (
    select
        {%- for measure in measures %}
        max(sums) filter (where measure = '{{ measure }}') as {{ measure }},
        {%- endfor %}
        cutoff_id,
        source,
        side,
        attribute,
        protected_group
    from {{ ref('fairness_sums') }}
    group by cutoff_id, source, side, attribute, protected_group
),

replicates as ({{ literal_rows('replicate', range(0, var('bootstrap_replicates') + 1)) }}),

unfolded as (
    select
        {%- for measure in measures %}
        coalesce({{ array_element('pivoted.' ~ measure, 'replicates.replicate + 1') }}, 0) as {{ measure }},
        {%- endfor %}
        groups_measured.cutoff_id,
        sources.source,
        groups_measured.side,
        groups_measured.attribute,
        groups_measured.protected_group,
        replicates.replicate,
        coalesce(base.unit_count, 0) as unit_count,
        coalesce({{ array_element('base.sums', 'replicates.replicate + 1') }}, 0) as base
    from groups_measured
    inner join sources on groups_measured.cutoff_id = sources.cutoff_id
    cross join replicates
    left join base
        on
            groups_measured.cutoff_id = base.cutoff_id
            and groups_measured.side = base.side
            and groups_measured.attribute = base.attribute
            and groups_measured.protected_group = base.protected_group
    left join pivoted
        on
            groups_measured.cutoff_id = pivoted.cutoff_id
            and sources.source = pivoted.source
            and groups_measured.side = pivoted.side
            and groups_measured.attribute = pivoted.attribute
            and groups_measured.protected_group = pivoted.protected_group
)

select
    {%- for measure in ['base'] + measures %}
    {{ measure }},
    cast(sum(cast({{ measure }} as decimal(38, 12))) over (
        partition by cutoff_id, source, side, attribute, replicate
    ) as double) as all_{{ measure }},
    {%- endfor %}
    cutoff_id,
    source,
    side,
    attribute,
    protected_group,
    replicate,
    unit_count
from unfolded
