-- Grain: cutoff (test, live) × mode × customer × rank: the final list, up to list_length rows. If evaluation_k is larger, `test`
-- has further rows behind them, for evaluation only. A list has three kinds of rows:
--   pinned    at the position of their rule. If two pins have the same position, the first by rule_id gets it and the other the
--             next one. In a list too short to reach the position they are at its end, so that ranks have no gaps
--   explored  in the last exploration_slots positions that are not pinned, drawn from the lower-ranked candidates by an
--             exponential race: smallest -ln(1 - u) / weight first. u is a hash of customer, product and cutoff, so that a
--             rebuild draws the same products. The new product assigned to the list weighs as much as all other candidates of
--             the draw together, which weigh 1 each: new products share half of the draws equally. propensity is the
--             probability of the draw, given the draws above it: the row's weight over the weights not yet drawn
--   the rest  in the order of diversified_candidates, or of the seam placed_candidates, with propensity 1
-- free_before is the number of unpinned rows in front of a row; it is the key that merges pins with the other rows.
{%- set has_settings = seam_is_on('list_settings') %}
{%- set slots = 'exploration_slots' if has_settings else var('exploration_slots') | int %}
{%- set depth = longest_list() %}
with pins as (
    select
        list_index,
        product_index,
        pin_position,
        row_number() over (
            partition by list_index order by pin_position asc nulls last, rule_id asc nulls last, product_index asc nulls last
        ) as pin_number
    from {{ ref('candidate_dispositions') }}
    where withheld_reason is null and pin_position is not null
),

placed_pins as (
    select
        *,
        max(pin_position - pin_number) over (
            partition by list_index order by pin_number asc nulls last rows between unbounded preceding and current row
        ) as free_before
    from pins
),

pin_counts as (
    select
        list_index,
        count(*) as pin_count
    from pins
    group by list_index
),

-- chosen_count: positions left for the best candidates after pins and exploration. shown_count: maximum length of the list.
others as (
    select
        candidates.list_index,
        candidates.product_index,
        candidates.list_place,
        lists.cutoff_id,
        lists.customer_index,
        {%- if has_settings %}
        {{ list_setting('exploration_slots') }} as exploration_slots,
        {{ var('list_length') }} - {{ list_setting('exploration_slots') }} - coalesce(pin_counts.pin_count, 0) as chosen_count,
        {%- else %}
        {{ var('list_length') | int - slots }} - coalesce(pin_counts.pin_count, 0) as chosen_count,
        {%- endif %}
        case when lists.purpose = 'live' then {{ var('list_length') }} else {{ depth }} end as shown_count
    from {{ seam('placed_candidates') or ref('diversified_candidates') }} as candidates
    inner join {{ ref('lists') }} as lists on candidates.list_index = lists.list_index
    left join pin_counts on candidates.list_index = pin_counts.list_index
    {{- join_list_settings('lists') }}
),
{% if slots %}
turns as (
    select
        list_index,
        product_index
    from {{ ref('candidate_dispositions') }}
    where is_new_turn
),

raced as (
    select
        others.list_index,
        others.product_index,
        {{ 'others.exploration_slots,' if has_settings }}
        case
            when turns.product_index is null then 1
            else greatest(count(*) over (partition by others.list_index) - 1, 1)
        end as draw_weight,
        {{ hash_uniform(
            "customers.customer_id || ':' || products.product_id || ':' || cast(cast("
            ~ epoch_seconds('cutoffs.cutoff_at') ~ " as bigint) as string)"
        ) }} as draw
    from others
    inner join {{ ref('cutoffs') }} as cutoffs on others.cutoff_id = cutoffs.cutoff_id
    inner join {{ ref('clean_customers') }} as customers on others.customer_index = customers.customer_index
    inner join {{ ref('clean_products') }} as products on others.product_index = products.product_index
    left join turns
        on
            others.list_index = turns.list_index
            and others.product_index = turns.product_index
    where others.list_place > others.chosen_count
),

numbered_draws as (
    select
        list_index,
        product_index,
        {{ 'exploration_slots,' if has_settings }}
        cast(draw_weight as decimal(18, 6)) as draw_weight,
        sum(cast(draw_weight as decimal(18, 6))) over (partition by list_index) as total_weight,
        row_number() over (
            partition by list_index order by -ln(1 - draw) / draw_weight asc nulls last, product_index asc nulls last
        ) as draw_number
    from raced
),

drawn as (
    select
        list_index,
        product_index,
        draw_number,
        cast(draw_weight as double) / cast(
            total_weight + draw_weight - sum(draw_weight) over (
                partition by list_index order by draw_number asc nulls last rows between unbounded preceding and current row
            ) as double
        ) as propensity
    from numbered_draws
    where draw_number <= {{ slots }}
),

ordered as (
    select
        others.list_index,
        others.product_index,
        drawn.product_index is not null as is_exploration,
        coalesce(drawn.propensity, 1.0) as propensity,
        row_number() over (
            partition by others.list_index
            order by
                case when others.list_place <= others.chosen_count then 0 when drawn.product_index is not null then 1 else 2 end
                asc nulls last,
                drawn.draw_number asc nulls last,
                others.list_place asc nulls last
        ) - 1 as free_before
    from others
    left join drawn
        on
            others.list_index = drawn.list_index
            and others.product_index = drawn.product_index
    where others.list_place <= others.shown_count or drawn.product_index is not null
),
{% else %}
ordered as (
    select
        list_index,
        product_index,
        false as is_exploration,
        1.0 as propensity,
        list_place - 1 as free_before
    from others
    where list_place <= shown_count
),
{% endif %}
merged as (
    select
        list_index,
        product_index,
        is_exploration,
        propensity,
        free_before,
        cast(null as bigint) as pin_number
    from ordered
    union all
    select
        list_index,
        product_index,
        false as is_exploration,
        1.0 as propensity,
        free_before,
        pin_number
    from placed_pins
),

ranked as (
    select
        *,
        row_number() over (
            partition by list_index
            order by free_before asc nulls last, pin_number asc nulls last, product_index asc nulls last
        ) as list_rank
    from merged
)

select
    lists.list_index,
    lists.cutoff_id,
    lists.mode,
    lists.customer_index,
    ranked.list_rank,
    ranked.product_index,
    dispositions.score,
    dispositions.adjusted_score,
    lists.tier,
    cast(ranked.propensity as double) as propensity,
    ranked.is_exploration,
    dispositions.rule_id,
    dispositions.last_purchased_at,
    dispositions.due_at
from ranked
inner join {{ ref('candidate_dispositions') }} as dispositions
    on
        ranked.list_index = dispositions.list_index
        and ranked.product_index = dispositions.product_index
inner join {{ ref('lists') }} as lists on ranked.list_index = lists.list_index
where ranked.list_rank <= case when lists.purpose = 'live' then {{ var('list_length') }} else {{ depth }} end
