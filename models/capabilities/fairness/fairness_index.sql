-- Grain: check × metric × attribute × source × protected_group × cutoff × severity: every required outcome. Groups are those
-- named in protected_groups, and those that its `*` finds in the data, for the attribute of the check, including intersections.
-- Metrics that compare all groups of an attribute have the group `all`. source `*` of a check expands to every source, every
-- ranking method and the assembled lists, at each test cutoff. Only `assembled`, the lists that customers see, may fail; all
-- others warn at most. Other sources are populations of representation_audit, at the live cutoff. catalogue_share is the share of
-- a product group among the recommendable products of the cutoff.
with groups_known as (
    select distinct
        attribute,
        protected_group
    from {{ ref('customer_groups') }}
    union
    select distinct
        attribute,
        protected_group
    from {{ ref('product_groups') }}
    union
    select
        attribute,
        protected_group
    from {{ ref('protected_groups') }}
    where protected_group <> '*'
),

catalogue as (
    select
        cutoff_id,
        attribute,
        protected_group,
        cast(count(*) as double) / sum(count(*)) over (partition by cutoff_id, attribute) as catalogue_share
    from {{ ref('product_groups') }}
    group by cutoff_id, attribute, protected_group
),

checks as (
    select
        *,
        case
            {%- for metric, traits in fairness_metrics().items() %}
            when metric = '{{ metric }}' then '{{ traits.level }}'
            {%- endfor %}
        end as compared
    from {{ ref('fairness_checks') }}
),

checked_groups as (
    select
        checks.*,
        groups_known.protected_group
    from checks
    inner join groups_known on checks.attribute = groups_known.attribute
    where checks.compared = 'group'
    union all
    select
        checks.*,
        'all' as protected_group
    from checks
    where checks.compared = 'attribute'
),

sources as (
    select
        cutoffs.cutoff_id,
        lists.source,
        '*' as check_source
    from (
        select sources.source from {{ ref('candidate_sources') }} as sources
        union all
        {{ literal_rows('source', ['weighted', 'stacked', 'cascade', 'hybrid', 'assembled']) }}
    ) as lists
    cross join {{ ref('cutoffs') }} as cutoffs
    where cutoffs.purpose = 'test'
    union all
    select
        cutoffs.cutoff_id,
        populations.source,
        populations.source as check_source
    from ({{ literal_rows('source', ['customers', 'interactions', 'training_data', 'exposure']) }}) as populations
    cross join {{ ref('cutoffs') }} as cutoffs
    where cutoffs.purpose = 'live'
)

select
    checked_groups.check_name,
    checked_groups.metric,
    checked_groups.attribute,
    sources.source,
    checked_groups.protected_group,
    sources.cutoff_id,
    case
        when sources.check_source = '*' and sources.source <> 'assembled' then 'warn' else checked_groups.severity
    end as severity,
    sources.check_source <> '*' or sources.source = 'assembled' as is_gate,
    checked_groups.bound,
    catalogue.catalogue_share,
    checked_groups.owner,
    checked_groups.why
from checked_groups
inner join sources on checked_groups.source = sources.check_source
left join catalogue
    on
        sources.cutoff_id = catalogue.cutoff_id
        and checked_groups.attribute = catalogue.attribute
        and checked_groups.protected_group = catalogue.protected_group
