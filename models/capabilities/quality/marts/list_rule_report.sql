-- Grain: rule of list_rules for this data set: its effect on the published lists, or the reason why it had none, for authors of
-- rules. The effect is counted over the candidates of the served lists, so removed_count includes candidates that would not have
-- reached the list. A product that a rule excludes for all customers is never a candidate (known_products). Lossy: numbers of
-- rules that apply to few customers are withheld.
{%- set limit = var('smallest_published_cell') | int %}
{%- set many_customers = 'coalesce(audiences.customer_count, 0) not between 1 and ' ~ (limit - 1) %}
with live_rules as (
    select
        rules.rule_id,
        cast(cutoffs.cutoff_at - interval '1' second as date) as rule_date
    from {{ ref('list_rules') }} as rules
    inner join {{ ref('cutoffs') }} as cutoffs on cutoffs.purpose = 'live'
    where coalesce(rules.dataset, '{{ var("dataset") }}') = '{{ var("dataset") }}'
),

scopes as (
    select
        rule_products.rule_id,
        count(*) as product_count,
        count(*) filter (where products.is_available) as available_count,
        count(offered.product_index) as offered_count
    from {{ ref('rule_products') }} as rule_products
    inner join {{ ref('clean_products') }} as products on rule_products.product_index = products.product_index
    left join {{ ref('cutoff_products') }} as offered
        on
            rule_products.cutoff_id = offered.cutoff_id
            and rule_products.product_index = offered.product_index
    where rule_products.cutoff_id = 'live'
    group by rule_products.rule_id
),

audiences as (
    select
        rule_id,
        count(*) as customer_count
    from {{ ref('rule_customers') }}
    where cutoff_id = 'live'
    group by rule_id
),

matches as (
    select
        dispositions.list_index,
        dispositions.product_index,
        dispositions.withheld_reason,
        dispositions.rule_id as applied_rule_id,
        dispositions.pin_position,
        rules.rule_id,
        rules.action
    from {{ ref('candidate_dispositions') }} as dispositions
    inner join {{ ref('rule_products') }} as rule_products
        on
            dispositions.cutoff_id = rule_products.cutoff_id
            and dispositions.product_index = rule_products.product_index
    inner join {{ ref('rule_customers') }} as rule_customers
        on
            rule_products.cutoff_id = rule_customers.cutoff_id
            and rule_products.rule_id = rule_customers.rule_id
            and dispositions.customer_index = rule_customers.customer_index
    inner join {{ ref('active_rules') }} as rules
        on
            rule_products.cutoff_id = rules.cutoff_id
            and rule_products.rule_id = rules.rule_id
    where
        dispositions.cutoff_id = 'live'
        and dispositions.mode = '{{ served_mode() }}'
),

effects as (
    select
        matches.rule_id,
        count(*) as candidate_count,
        count(*) filter (
            where matches.withheld_reason in ('excluded', 'capped') and matches.applied_rule_id = matches.rule_id
        ) as removed_count,
        count(*) filter (
            where
            matches.withheld_reason is null
            and (
                (matches.action in ('boost', 'bury') and matches.pin_position is null)
                or (matches.action = 'pin' and matches.applied_rule_id = matches.rule_id)
            )
        ) as moved_count,
        count(*) filter (where matches.action = 'cap' and matches.withheld_reason is null) as kept_by_cap_count,
        count(lists.list_rank) as listed_count
    from matches
    left join {{ ref('assembled_lists') }} as lists
        on
            matches.list_index = lists.list_index
            and matches.product_index = lists.product_index
    group by matches.rule_id
)

select
    rules.rule_id,
    rules.action,
    rules.scope,
    rules.scope_value,
    rules.amount,
    rules.segment,
    rules.country,
    rules.owner,
    rules.valid_from,
    rules.valid_until,
    rules.why,
    case
        when rules.valid_until < live_rules.rule_date then 'expired'
        when rules.valid_from > live_rules.rule_date then 'not_yet_valid'
        when coalesce(scopes.product_count, 0) = 0 then 'unknown_scope'
        when scopes.available_count = 0 then 'not_available'
        when {{ excludes_for_everybody('rules') }} then 'applied'
        when scopes.offered_count = 0 then 'not_available'
        when coalesce(audiences.customer_count, 0) = 0 then 'no_audience'
        when coalesce(effects.candidate_count, 0) = 0 then 'no_candidate'
        when effects.removed_count + effects.moved_count > 0 then 'applied'
        when effects.kept_by_cap_count > 0 then 'not_binding'
        else 'overruled'
    end as outcome,
    coalesce(scopes.product_count, 0) as product_count,
    case when {{ many_customers }} then coalesce(audiences.customer_count, 0) end as customer_count,
    case when {{ many_customers }} then coalesce(effects.candidate_count, 0) end as candidate_count,
    case when {{ many_customers }} then coalesce(effects.removed_count, 0) end as removed_count,
    case when {{ many_customers }} then coalesce(effects.moved_count, 0) end as moved_count,
    case when {{ many_customers }} then coalesce(effects.listed_count, 0) end as listed_count
from {{ ref('list_rules') }} as rules
inner join live_rules on rules.rule_id = live_rules.rule_id
left join scopes on rules.rule_id = scopes.rule_id
left join audiences on rules.rule_id = audiences.rule_id
left join effects on rules.rule_id = effects.rule_id
