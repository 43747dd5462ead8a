-- Grain: cutoff (test, live) × mode × customer × rank: the list as it is shown. Up to list_length rows; at `test` what would follow
-- comes behind them, as deep as is evaluated. Three kinds of rows share a list:
--   pinned    at the position of their rule; where two want one position, the first by rule_id has it and the other comes next. In a
--             list too short to reach a position they stand at its end, so that ranks have no gaps
--   explored  the last exploration_slots places that aren't pinned, drawn from the candidates below, by an exponential race on a hash
--             of customer, product and cutoff (so a rebuild draws the same): -ln(1 - u) / weight, smallest first. A product not older
--             than new_product_days weighs new_product_factor, others 1. propensity is the probability of the draw: the row's weight
--             over the weights of all not yet drawn, given the draws above
--   the rest  in the order of diversified_candidates, with propensity 1
-- free_before is how many unpinned rows stand before a row; by it pins and others are merged. Read by recommendations,
-- evaluated_lists, list_rule_report and assembly_steps.
{%- set slots = var('exploration_slots') %}
{%- set list = 'partition by cutoff_id, mode, customer_id' %}
with pins as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        pin_position,
        row_number() over (
            {{ list }} order by pin_position asc nulls last, rule_id asc nulls last, product_id asc nulls last
        ) as pin_number
    from {{ ref('candidate_fates') }}
    where withheld_reason is null and pin_position is not null
),

placed_pins as (
    select
        *,
        max(pin_position - pin_number) over (
            {{ list }} order by pin_number asc nulls last rows between unbounded preceding and current row
        ) as free_before
    from pins
),

others as (
    select
        candidates.cutoff_id,
        candidates.mode,
        candidates.customer_id,
        candidates.product_id,
        candidates.list_place,
        {{ var('list_length') }} - coalesce(pin_counts.pin_count, 0) - {{ slots }} as chosen_count
    from {{ ref('diversified_candidates') }} as candidates
    left join (
        select
            cutoff_id,
            mode,
            customer_id,
            count(*) as pin_count
        from pins
        group by cutoff_id, mode, customer_id
    ) as pin_counts
        on
            candidates.cutoff_id = pin_counts.cutoff_id
            and candidates.mode = pin_counts.mode
            and candidates.customer_id = pin_counts.customer_id
),
{% if slots %}
raced as (
    select
        others.*,
        case when rhythm.age_days <= {{ var('new_product_days') }} then {{ var('new_product_factor') }} else 1 end as draw_weight,
        {{ hash_uniform(
            "others.customer_id || ':' || others.product_id || ':' || cast(cast(" ~ epoch_seconds('cutoffs.cutoff_at')
            ~ " as bigint) as string)"
        ) }} as draw
    from others
    inner join {{ ref('cutoffs') }} as cutoffs on others.cutoff_id = cutoffs.cutoff_id
    left join {{ ref('product_rhythm') }} as rhythm
        on
            others.cutoff_id = rhythm.cutoff_id
            and others.product_id = rhythm.product_id
    where others.list_place > others.chosen_count
),

drawn as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        draw_weight,
        row_number() over (
            {{ list }} order by -ln(1 - draw) / draw_weight asc nulls last, product_id asc nulls last
        ) as draw_number,
        sum(cast(draw_weight as decimal(18, 6))) over (
            {{ list }} order by -ln(1 - draw) / draw_weight desc nulls last, product_id desc nulls last
            rows between unbounded preceding and current row
        ) as weight_left
    from raced
),
{% endif %}
ordered as (
    select
        others.cutoff_id,
        others.mode,
        others.customer_id,
        others.product_id,
        {%- if slots %}
        coalesce(drawn.draw_number, 0) between 1 and {{ slots }} as is_exploration,
        case
            when drawn.draw_number <= {{ slots }} then drawn.draw_weight / cast(drawn.weight_left as double) else 1.0
        end as propensity,
        row_number() over (
            partition by others.cutoff_id, others.mode, others.customer_id
            order by
                case when others.list_place <= others.chosen_count then 0 when drawn.draw_number <= {{ slots }} then 1 else 2 end
                asc nulls last,
                case when drawn.draw_number <= {{ slots }} then drawn.draw_number end asc nulls last,
                others.list_place asc nulls last
        ) - 1 as free_before
        {%- else %}
        false as is_exploration,
        1.0 as propensity,
        others.list_place - 1 as free_before
        {%- endif %}
    from others
    {%- if slots %}
    left join drawn
        on
            others.cutoff_id = drawn.cutoff_id
            and others.mode = drawn.mode
            and others.customer_id = drawn.customer_id
            and others.product_id = drawn.product_id
    {%- endif %}
),

merged as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        is_exploration,
        propensity,
        free_before,
        cast(null as bigint) as pin_number
    from ordered
    union all
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
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
            {{ list }} order by free_before asc nulls last, pin_number asc nulls last, product_id asc nulls last
        ) as list_rank
    from merged
)

select
    ranked.cutoff_id,
    ranked.mode,
    ranked.customer_id,
    ranked.list_rank,
    ranked.product_id,
    candidates.score,
    fates.adjusted_score,
    candidates.rung,
    candidates.leading_source,
    cast(ranked.propensity as double) as propensity,
    ranked.is_exploration,
    fates.rule_id
from ranked
inner join {{ ref('cutoffs') }} as cutoffs on ranked.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('list_candidates') }} as candidates
    on
        ranked.cutoff_id = candidates.cutoff_id
        and ranked.mode = candidates.mode
        and ranked.customer_id = candidates.customer_id
        and ranked.product_id = candidates.product_id
inner join {{ ref('candidate_fates') }} as fates
    on
        ranked.cutoff_id = fates.cutoff_id
        and ranked.mode = fates.mode
        and ranked.customer_id = fates.customer_id
        and ranked.product_id = fates.product_id
where
    ranked.list_rank <= case
        when cutoffs.purpose = 'live' then {{ var('list_length') }} else {{ [evaluation_depth(), var('list_length')] | max }}
    end
