-- Grain: cutoff (test) × mode × step of assembly × metric: what each step costs in nDCG and what it gains in diversity
-- and coverage, beside the step before it. Intervals of nDCG and intra-list diversity are of the paired difference,
-- both lists on the same customers in each bootstrap replicate.
with steps as (
    select
        1 as step_number,
        'blend' as step
    union all
    select
        2 as step_number,
        'eligibility' as step
    union all
    select
        3 as step_number,
        'rules_and_fatigue' as step
    union all
    select
        4 as step_number,
        'diversity' as step
    union all
    select
        5 as step_number,
        'pins_and_exploration' as step
),

paired as (
    select
        metrics.cutoff_id,
        metrics.mode,
        metrics.step_number,
        metrics.ndcg,
        metrics.intra_list_diversity,
        metrics.ndcg - previous.ndcg as ndcg_difference,
        metrics.intra_list_diversity - previous.intra_list_diversity as intra_list_diversity_difference,
        metrics.customer_id
    from {{ ref('assembly_step_metrics') }} as metrics
    left join {{ ref('assembly_step_metrics') }} as previous
        on
            metrics.cutoff_id = previous.cutoff_id
            and metrics.mode = previous.mode
            and metrics.customer_id = previous.customer_id
            and metrics.step_number = previous.step_number + 1
),

replicates as ({{ literal_rows('replicate', range(1, var('bootstrap_replicates') + 1)) }}),

draws as (
    select
        weights.customer_id,
        replicates.replicate,
        cast(substring(weights.weights, replicates.replicate, 1) as integer) as weight
    from {{ ref('bootstrap_weights') }} as weights
    cross join replicates
    where substring(weights.weights, replicates.replicate, 1) <> '0'
),

weighted as (
    select
        paired.*,
        0 as replicate,
        1 as weight
    from paired
    union all
    select
        paired.*,
        draws.replicate,
        draws.weight
    from paired
    inner join draws on paired.customer_id = draws.customer_id
),

means as (
    {%- for metric in ['ndcg', 'intra_list_diversity'] %}
    select
        cutoff_id,
        mode,
        step_number,
        '{{ metric }}' as metric,
        replicate,
        {{ stable_sum('weight * ' ~ metric) }} / sum(case when {{ metric }} is not null then weight end) as mean_value,
        {{ stable_sum('weight * ' ~ metric ~ '_difference') }}
        / sum(case when {{ metric }}_difference is not null then weight end) as mean_difference
    from weighted
    group by cutoff_id, mode, step_number, replicate
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

product_counts as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('cutoff_products') }}
    group by cutoff_id
),

coverage as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.step_number,
        'catalogue_coverage_share' as metric,
        count(distinct lists.product_id) / cast(max(product_counts.product_count) as double) as value
    from {{ ref('assembly_steps') }} as lists
    inner join product_counts on lists.cutoff_id = product_counts.cutoff_id
    group by lists.cutoff_id, lists.mode, lists.step_number
),

effects as (
    select
        cutoff_id,
        mode,
        step_number,
        metric,
        max(mean_value) filter (where replicate = 0) as value,
        max(mean_difference) filter (where replicate = 0) as difference,
        {{ interval_of_rows('case when replicate > 0 then mean_difference end', 'low') }} as ci_low,
        {{ interval_of_rows('case when replicate > 0 then mean_difference end', 'high') }} as ci_high
    from means
    group by cutoff_id, mode, step_number, metric
    union all
    select
        coverage.cutoff_id,
        coverage.mode,
        coverage.step_number,
        coverage.metric,
        coverage.value,
        coverage.value - previous.value as difference,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high
    from coverage
    left join coverage as previous
        on
            coverage.cutoff_id = previous.cutoff_id
            and coverage.mode = previous.mode
            and coverage.step_number = previous.step_number + 1
)

select
    effects.cutoff_id,
    effects.mode,
    effects.step_number,
    steps.step,
    effects.metric,
    effects.value,
    effects.difference,
    effects.ci_low,
    effects.ci_high
from effects
inner join steps on effects.step_number = steps.step_number
