-- Catches a check without an outcome for a group: a group named in protected_groups, a group found by `*`, or all groups
-- together. A check of an undefined attribute, or a check whose outcomes are lost in a join, would never fail.
with outcomes as (
    select
        check_name,
        metric,
        attribute,
        protected_group,
        source,
        count(*) as outcome_count
    from {{ ref('fairness_audits') }}
    group by check_name, metric, attribute, protected_group, source
),

found_groups as (
    select distinct
        attribute,
        protected_group
    from {{ ref('representation_audit') }}
    union
    select
        attribute,
        protected_group
    from {{ ref('protected_groups') }}
    where protected_group <> '*'
),

checks as (
    select
        check_name,
        metric,
        attribute,
        case when source = '*' then 'assembled' else source end as source,
        metric like '%_gap' or metric like '%_disparity' or metric like '%_variation' as is_of_all
    from {{ ref('fairness_checks') }}
),

expected as (
    select
        checks.*,
        found_groups.protected_group
    from checks
    inner join found_groups on checks.attribute = found_groups.attribute
    where not checks.is_of_all
    union all
    select
        checks.*,
        'all' as protected_group
    from checks
    where checks.is_of_all
)

select
    expected.check_name,
    expected.metric,
    expected.attribute,
    expected.source,
    expected.protected_group
from expected
left join outcomes
    on
        expected.check_name = outcomes.check_name
        and expected.metric = outcomes.metric
        and expected.attribute = outcomes.attribute
        and expected.source = outcomes.source
        and expected.protected_group = outcomes.protected_group
where outcomes.outcome_count is null
union all
-- An attribute that is neither in protected_groups nor in protected_intersections is a misspelling.
select
    checks.check_name,
    checks.metric,
    checks.attribute,
    checks.source,
    'attribute is not defined' as protected_group
from checks
left join {{ ref('protected_groups') }} as described on checks.attribute = described.attribute
where
    described.attribute is null
    and checks.attribute not in (
        select intersections.first_attribute || ' & ' || intersections.second_attribute
        from {{ ref('protected_intersections') }} as intersections
    )
