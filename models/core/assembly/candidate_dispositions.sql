-- Grain: list × candidate, with its disposition in the assembly. withheld_reason is NULL if the candidate may be shown, else the
-- first of these that applies: not_available, disliked, repeat (never to be shown again), not_due (bought, and not yet due again
-- at the cutoff under the policy replenishable), excluded, shown_too_often (unless a rule pins it), capped. So the customer's own
-- dislikes and purchases take precedence over rules, an exclusion over a cap, and a cap over a pin.
--
-- adjusted_score = relevance × fatigue_factor per impression without a click × factors of boost and bury rules × penalty for
-- similarity to a disliked product.
-- Caps are applied here, before diversity, so that they hold whatever is picked later: of the products under a cap, the best by
-- adjusted_score stay, pinned ones first. A product withheld by one cap still counts in another. Applying caps one after the
-- other would make the result depend on their order.
-- Not lossy: every candidate keeps its row.
-- matches: active rules that apply to the candidate and the customer.
with matches as (
    select
        candidates.list_index,
        candidates.product_index,
        rules.rule_id,
        rules.action,
        rules.amount
    from {{ ref('list_candidates') }} as candidates
    inner join {{ ref('rule_products') }} as rule_products
        on
            candidates.cutoff_id = rule_products.cutoff_id
            and candidates.product_index = rule_products.product_index
    inner join {{ ref('rule_customers') }} as rule_customers
        on
            rule_products.cutoff_id = rule_customers.cutoff_id
            and rule_products.rule_id = rule_customers.rule_id
            and candidates.customer_index = rule_customers.customer_index
    inner join {{ ref('active_rules') }} as rules
        on
            rule_products.cutoff_id = rules.cutoff_id
            and rule_products.rule_id = rules.rule_id
),

rule_effects as (
    select
        list_index,
        product_index,
        min(case when action = 'exclude' then rule_id end) as exclude_rule_id,
        min(case when action in ('boost', 'bury') then rule_id end) as factor_rule_id,
        exp({{ stable_sum("case when action in ('boost', 'bury') then ln(amount) else 0 end") }}) as rule_factor
    from matches
    group by list_index, product_index
),

last_purchases as (
    select
        bought.cutoff_id,
        bought.customer_index,
        bought.product_index,
        bought.purchased_at as last_purchased_at,
        cast({{ dbt.dateadd('hour', 'cast(ceil(cycles.due_after_days * 24) as integer)', 'bought.purchased_at') }} as timestamp)
            as due_at
    from {{ ref('purchase_gaps') }} as bought
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            bought.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose <> 'tune'
    inner join {{ ref('product_cycles') }} as cycles
        on
            bought.cutoff_id = cycles.cutoff_id
            and bought.product_index = cycles.product_index
    where bought.is_last
),

assessed as (
    select
        candidates.*,
        products.category,
        last_purchases.last_purchased_at,
        last_purchases.due_at,
        rule_effects.exclude_rule_id,
        rule_effects.factor_rule_id,
        candidates.relevance
        * power({{ list_setting('fatigue_factor') }}, coalesce(signals.unclicked_count, 0))
        * coalesce(rule_effects.rule_factor, 1)
        * (1 - {{ list_setting('dislike_discount') }} * coalesce(signals.dislike_similarity, 0)) as adjusted_score,
        case
            when offered.product_index is null then 'not_available'
            when signals.is_disliked then 'disliked'
            when
                strengths.product_index is not null
                and (candidates.mode = 'discovery' or coalesce(policies.repeat_policy, 'always') = 'never')
                then 'repeat'
            when
                last_purchases.last_purchased_at is not null
                and coalesce(policies.repeat_policy, {{ list_setting('repeat_policy') }}) = 'replenishable'
                and not coalesce(last_purchases.due_at <= cutoffs.cutoff_at, false)
                then 'not_due'
            when rule_effects.exclude_rule_id is not null then 'excluded'
            when candidates.pin_rule_id is null and signals.week_count >= {{ list_setting('most_impressions_per_week') }}
                then 'shown_too_often'
        end as withheld_reason
    from {{ ref('list_candidates') }} as candidates
    inner join {{ ref('cutoffs') }} as cutoffs on candidates.cutoff_id = cutoffs.cutoff_id
    inner join {{ ref('clean_products') }} as products on candidates.product_index = products.product_index
    left join {{ ref('repeat_policies') }} as policies on lower(products.category) = lower(policies.category)
    left join {{ ref('cutoff_products') }} as offered
        on
            candidates.cutoff_id = offered.cutoff_id
            and candidates.product_index = offered.product_index
    left join {{ ref('eligibility_signals') }} as signals
        on
            candidates.cutoff_id = signals.cutoff_id
            and candidates.customer_index = signals.customer_index
            and candidates.product_index = signals.product_index
    left join {{ ref('customer_product_strengths') }} as strengths
        on
            candidates.cutoff_id = strengths.cutoff_id
            and candidates.customer_index = strengths.customer_index
            and candidates.product_index = strengths.product_index
    left join last_purchases
        on
            candidates.cutoff_id = last_purchases.cutoff_id
            and candidates.customer_index = last_purchases.customer_index
            and candidates.product_index = last_purchases.product_index
    left join rule_effects
        on
            candidates.list_index = rule_effects.list_index
            and candidates.product_index = rule_effects.product_index
    {{- join_list_settings('candidates') }}
),

counted as (
    select
        rules.list_index,
        rules.product_index,
        rules.rule_id,
        rules.amount,
        row_number() over (
            partition by rules.list_index, rules.rule_id
            order by
                assessed.pin_position asc nulls last,
                assessed.adjusted_score desc nulls last,
                assessed.blend_rank asc nulls last,
                assessed.product_index asc nulls last
        ) as cap_rank
    from matches as rules
    inner join assessed
        on
            rules.list_index = assessed.list_index
            and rules.product_index = assessed.product_index
    where rules.action = 'cap' and assessed.withheld_reason is null
),

capped as (
    select
        list_index,
        product_index,
        min(rule_id) as rule_id
    from counted
    where cap_rank > amount
    group by list_index, product_index
)

select
    assessed.list_index,
    assessed.product_index,
    assessed.cutoff_id,
    assessed.mode,
    assessed.customer_index,
    assessed.category,
    assessed.blend_rank,
    assessed.score,
    assessed.relevance,
    assessed.adjusted_score,
    coalesce(assessed.withheld_reason, case when capped.rule_id is not null then 'capped' end) as withheld_reason,
    case
        when assessed.withheld_reason = 'excluded' then assessed.exclude_rule_id
        when assessed.withheld_reason is null
            then coalesce(capped.rule_id, assessed.pin_rule_id, assessed.factor_rule_id)
    end as rule_id,
    assessed.pin_position,
    assessed.is_new_turn,
    assessed.last_purchased_at,
    assessed.due_at
from assessed
left join capped
    on
        assessed.list_index = capped.list_index
        and assessed.product_index = capped.product_index
