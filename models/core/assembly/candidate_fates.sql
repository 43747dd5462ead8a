-- Grain: cutoff × mode × customer × candidate, with what assembly makes of it. withheld_reason is NULL where it may be
-- shown, else the first that applies of: not_available, disliked, repeat, excluded, shown_too_often (not where a rule
-- pins it), capped. So what the customer has said and has wins over rules, exclusion over a cap, a cap over a pin.
--
-- adjusted_score = relevance × fatigue_factor per impression without a click × factors of the rules that boost or bury
-- × what a dislike of something similar leaves. Caps are kept here, before diversity: of what a cap speaks of, the
-- best by adjusted_score stay, pinned ones first, so that whatever is chosen later the cap holds. A product withheld
-- by one cap still counts in another; to count them one after the other would make the result depend on their order.
-- Lossy in name only: every candidate has its row.
with rule_effects as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        min(case when action = 'exclude' then rule_id end) as exclude_rule_id,
        min(case when action in ('boost', 'bury') then rule_id end) as factor_rule_id,
        exp({{ stable_sum("case when action in ('boost', 'bury') then ln(amount) else 0 end") }}) as rule_factor
    from {{ ref('candidate_rules') }}
    group by cutoff_id, mode, customer_id, product_id
),

judged as (
    select
        candidates.*,
        products.category,
        rule_effects.exclude_rule_id,
        rule_effects.factor_rule_id,
        candidates.relevance
        * coalesce(power({{ var('fatigue_factor') }}, fatigue.unclicked_count), 1)
        * coalesce(rule_effects.rule_factor, 1)
        * (1 - {{ var('dislike_discount') }} * coalesce(shadows.similarity, 0)) as adjusted_score,
        case
            when offered.product_id is null then 'not_available'
            when disliked.product_id is not null then 'disliked'
            when
                strengths.product_id is not null
                and case
                    when candidates.mode = 'discovery' then true
                    when coalesce(policies.repeat_policy, '{{ var("repeat_policy") }}') = 'replenishable'
                        then due.product_id is null
                    else coalesce(policies.repeat_policy, 'always') = 'never'
                end
                then 'repeat'
            when rule_effects.exclude_rule_id is not null then 'excluded'
            when candidates.pin_rule_id is null and fatigue.week_count >= {{ var('most_impressions_per_week') }}
                then 'shown_too_often'
        end as withheld_reason
    from {{ ref('list_candidates') }} as candidates
    inner join {{ ref('clean_products') }} as products on candidates.product_id = products.product_id
    left join {{ ref('repeat_policies') }} as policies on lower(products.category) = lower(policies.category)
    left join {{ ref('cutoff_products') }} as offered
        on
            candidates.cutoff_id = offered.cutoff_id
            and candidates.product_id = offered.product_id
    left join {{ ref('disliked_products') }} as disliked
        on
            candidates.cutoff_id = disliked.cutoff_id
            and candidates.customer_id = disliked.customer_id
            and candidates.product_id = disliked.product_id
    left join {{ ref('dislike_shadows') }} as shadows
        on
            candidates.cutoff_id = shadows.cutoff_id
            and candidates.customer_id = shadows.customer_id
            and candidates.product_id = shadows.product_id
    left join {{ ref('customer_product_strengths') }} as strengths
        on
            candidates.cutoff_id = strengths.cutoff_id
            and candidates.customer_id = strengths.customer_id
            and candidates.product_id = strengths.product_id
    left join {{ ref('due_products') }} as due
        on
            candidates.cutoff_id = due.cutoff_id
            and candidates.customer_id = due.customer_id
            and candidates.product_id = due.product_id
    left join {{ ref('impression_fatigue') }} as fatigue
        on
            candidates.cutoff_id = fatigue.cutoff_id
            and candidates.customer_id = fatigue.customer_id
            and candidates.product_id = fatigue.product_id
    left join rule_effects
        on
            candidates.cutoff_id = rule_effects.cutoff_id
            and candidates.mode = rule_effects.mode
            and candidates.customer_id = rule_effects.customer_id
            and candidates.product_id = rule_effects.product_id
),

counted as (
    select
        rules.cutoff_id,
        rules.mode,
        rules.customer_id,
        rules.product_id,
        rules.rule_id,
        rules.amount,
        row_number() over (
            partition by rules.cutoff_id, rules.mode, rules.customer_id, rules.rule_id
            order by
                judged.pin_position asc nulls last,
                judged.adjusted_score desc nulls last,
                judged.blend_rank asc nulls last,
                judged.product_id asc nulls last
        ) as cap_rank
    from {{ ref('candidate_rules') }} as rules
    inner join judged
        on
            rules.cutoff_id = judged.cutoff_id
            and rules.mode = judged.mode
            and rules.customer_id = judged.customer_id
            and rules.product_id = judged.product_id
    where rules.action = 'cap' and judged.withheld_reason is null
),

capped as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        min(rule_id) as rule_id
    from counted
    where cap_rank > amount
    group by cutoff_id, mode, customer_id, product_id
)

select
    judged.list_index,
    judged.product_index,
    judged.cutoff_id,
    judged.mode,
    judged.customer_id,
    judged.product_id,
    judged.category,
    judged.blend_rank,
    judged.relevance,
    judged.adjusted_score,
    coalesce(judged.withheld_reason, case when capped.rule_id is not null then 'capped' end) as withheld_reason,
    case
        when judged.withheld_reason = 'excluded' then judged.exclude_rule_id
        when judged.withheld_reason is null
            then coalesce(capped.rule_id, judged.pin_rule_id, judged.factor_rule_id)
    end as rule_id,
    judged.pin_position
from judged
left join capped
    on
        judged.cutoff_id = capped.cutoff_id
        and judged.mode = capped.mode
        and judged.customer_id = capped.customer_id
        and judged.product_id = capped.product_id
