-- Grain: mitigation × strength × fairness_measure: what each way of bringing differences down costs in nDCG and what it gains,
-- beside the same lists without it, on customers of the tune cutoffs: the frontier an owner chooses from by setting the var in
-- `setting`. Changes are paired: both lists on the same customers in each bootstrap replicate. Every measure is the better the
-- lower it is. Empty where mitigation_lists is 0 or nothing could be judged.
with paired as (
    select
        after_values.basis,
        after_values.mitigation,
        after_values.strength,
        after_values.measure,
        after_values.replicate,
        before_values.value as value_before,
        after_values.value as value_after,
        after_values.value - before_values.value as difference
    from {{ ref('mitigation_values') }} as after_values
    inner join {{ ref('mitigation_values') }} as before_values
        on
            after_values.basis = before_values.basis
            and after_values.measure = before_values.measure
            and after_values.replicate = before_values.replicate
            and before_values.mitigation = 'none'
    where after_values.mitigation <> 'none'
),

intervals as (
    select
        basis,
        mitigation,
        strength,
        measure,
        max(case when replicate = 0 then value_before end) as value_before,
        max(case when replicate = 0 then value_after end) as value_after,
        max(case when replicate = 0 then difference end) as difference,
        {{ interval_of_rows('case when replicate > 0 then value_before end', 'low') }} as before_low,
        {{ interval_of_rows('case when replicate > 0 then value_before end', 'high') }} as before_high,
        {{ interval_of_rows('case when replicate > 0 then value_after end', 'low') }} as after_low,
        {{ interval_of_rows('case when replicate > 0 then value_after end', 'high') }} as after_high,
        {{ interval_of_rows('case when replicate > 0 then difference end', 'low') }} as change_low,
        {{ interval_of_rows('case when replicate > 0 then difference end', 'high') }} as change_high
    from paired
    group by basis, mitigation, strength, measure
),

counts as (
    select count(*) as list_count
    from {{ ref('mitigation_customers') }}
)

select
    fairness.mitigation,
    fairness.strength,
    fairness.measure as fairness_measure,
    fairness.basis,
    case
        when fairness.mitigation = 'calibration'
            then
                'diversity_method: calibrated, diversity_lambda: '
                || cast(cast(1 - fairness.strength as decimal(3, 2)) as string)
        else fairness.mitigation || '_strength: ' || cast(cast(fairness.strength as decimal(3, 2)) as string)
    end as setting,
    counts.list_count,
    quality.value_before as ndcg_before,
    quality.before_low as ndcg_before_low,
    quality.before_high as ndcg_before_high,
    quality.value_after as ndcg_after,
    quality.after_low as ndcg_after_low,
    quality.after_high as ndcg_after_high,
    quality.difference as ndcg_change,
    quality.change_low as ndcg_change_low,
    quality.change_high as ndcg_change_high,
    fairness.value_before as fairness_before,
    fairness.before_low as fairness_before_low,
    fairness.before_high as fairness_before_high,
    fairness.value_after as fairness_after,
    fairness.after_low as fairness_after_low,
    fairness.after_high as fairness_after_high,
    fairness.difference as fairness_change,
    fairness.change_low as fairness_change_low,
    fairness.change_high as fairness_change_high
from intervals as fairness
inner join intervals as quality
    on
        fairness.basis = quality.basis
        and fairness.mitigation = quality.mitigation
        and fairness.strength = quality.strength
        and quality.measure = 'ndcg'
cross join counts
where
    fairness.measure <> 'ndcg'
    and fairness.value_before is not null
