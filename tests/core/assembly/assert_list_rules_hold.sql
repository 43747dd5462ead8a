-- Catches an active rule that the published lists violate: an excluded product that is shown, more rows than a cap allows, a
-- pinned product that is missing or at another position, a boost or bury that was not applied. The test derives the rows of each
-- rule from the seed, independently of the assembly models.
-- Only a withheld_reason in candidate_dispositions, another pin or the end of a short list may move a pin. Pins are therefore
-- checked only in the lists that this run computed.
with active as (
    select
        rules.*,
        cutoffs.cutoff_id
    from {{ ref('list_rules') }} as rules
    inner join {{ ref('cutoffs') }} as cutoffs on cutoffs.purpose = 'live'
    cross join {{ ref('as_of') }} as as_of
    where
        coalesce(rules.valid_from <= cast(as_of.as_of as date), true)
        and coalesce(rules.valid_until >= cast(as_of.as_of as date), true)
),

customers as (
    select
        known.customer_id,
        known.country,
        segments.segment
    from {{ ref('clean_customers') }} as known
    left join {{ ref('customer_segments') }} as segments
        on
            known.customer_index = segments.customer_index
            and segments.cutoff_id = 'live'
),

audiences as (
    select
        active.*,
        customers.customer_id
    from active
    inner join customers
        on
            coalesce(active.segment = customers.segment, active.segment is null)
            and coalesce(upper(active.country) = customers.country, active.country is null)
),

lists as (
    select
        lists.*,
        products.category,
        products.brand,
        count(*) over (partition by lists.customer_id) as row_count
    from {{ ref('recommendations') }} as lists
    left join {{ ref('clean_products') }} as products on lists.product_id = products.product_id
),

dispositions as (
    select
        customers.customer_id,
        products.product_id,
        candidates.withheld_reason,
        candidates.pin_position
    from {{ ref('candidate_dispositions') }} as candidates
    inner join {{ ref('clean_customers') }} as customers on candidates.customer_index = customers.customer_index
    inner join {{ ref('clean_products') }} as products on candidates.product_index = products.product_index
    where candidates.cutoff_id = 'live' and candidates.mode = '{{ served_mode() }}'
),

-- Pins that may be shown, per customer: several pins move each other down.
pin_counts as (
    select
        customer_id,
        count(*) as pin_count
    from dispositions
    where withheld_reason is null and pin_position is not null
    group by customer_id
),

shown as (
    select
        audiences.rule_id,
        audiences.action,
        audiences.amount,
        lists.customer_id,
        lists.product_id
    from audiences
    inner join lists
        on
            audiences.customer_id = lists.customer_id
            and case audiences.scope
                when 'product' then audiences.scope_value = lists.product_id
                when 'category' then lower(audiences.scope_value) = lower(lists.category)
                when 'brand' then lower(audiences.scope_value) = lower(lists.brand)
                else true
            end
),

broken as (
    select
        rule_id,
        customer_id,
        'excluded product is shown' as failure
    from shown
    where action = 'exclude'
    union all
    select
        rule_id,
        customer_id,
        'more rows than the cap' as failure
    from shown
    where action = 'cap'
    group by rule_id, customer_id, amount
    having count(*) > amount
    union all
    select
        pins.rule_id,
        pins.customer_id,
        'pinned product is missing or at another position' as failure
    from audiences as pins
    inner join {{ ref('list_customers') }} as computed on pins.customer_id = computed.customer_id
    inner join {{ ref('clean_products') }} as products on pins.scope_value = products.product_id
    left join lists
        on
            pins.customer_id = lists.customer_id
            and pins.scope_value = lists.product_id
    left join pin_counts on pins.customer_id = pin_counts.customer_id
    left join dispositions
        on
            pins.customer_id = dispositions.customer_id
            and pins.scope_value = dispositions.product_id
    where
        pins.action = 'pin'
        and dispositions.withheld_reason is null
        and not coalesce(
            lists.rank = least(pins.amount, lists.row_count)
            or pin_counts.pin_count > 1,
            false
        )
    union all
    select
        shown.rule_id,
        shown.customer_id,
        'boosted or buried product without a rule' as failure
    from shown
    inner join lists
        on
            shown.customer_id = lists.customer_id
            and shown.product_id = lists.product_id
    where shown.action in ('boost', 'bury') and lists.rule_id is null
)

select
    rule_id,
    failure,
    count(*) as list_count
from broken
group by rule_id, failure
