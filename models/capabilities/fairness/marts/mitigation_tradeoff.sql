-- Grain: mitigation × strength × fairness_measure: nDCG cost and fairness gain of each mitigation, compared with the same lists
-- without it, for customers of the tuning cutoffs. An owner chooses a point of this trade-off by setting the var in `setting`.
-- Changes are paired: each bootstrap replicate evaluates both lists on the same customers. Lower is better for every measure.
-- Empty if fairness_mitigation_lists is 0 or if no list could be evaluated.
with counts as (
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
        else
            'fairness_' || case fairness.mitigation
                when 'group_balancing' then 'balancing'
                when 'inverse_propensity' then 'propensity'
                when 'exposure_floor' then 'exposure'
                else fairness.mitigation
            end || '_strength: ' || cast(cast(fairness.strength as decimal(3, 2)) as string)
    end as setting,
    counts.list_count,
    quality.value_before as ndcg_before,
    quality.value_before_low as ndcg_before_low,
    quality.value_before_high as ndcg_before_high,
    quality.value_after as ndcg_after,
    quality.value_after_low as ndcg_after_low,
    quality.value_after_high as ndcg_after_high,
    quality.change as ndcg_change,
    quality.change_low as ndcg_change_low,
    quality.change_high as ndcg_change_high,
    fairness.value_before as fairness_before,
    fairness.value_before_low as fairness_before_low,
    fairness.value_before_high as fairness_before_high,
    fairness.value_after as fairness_after,
    fairness.value_after_low as fairness_after_low,
    fairness.value_after_high as fairness_after_high,
    fairness.change as fairness_change,
    fairness.change_low as fairness_change_low,
    fairness.change_high as fairness_change_high
from {{ ref('mitigation_values') }} as fairness
inner join {{ ref('mitigation_values') }} as quality
    on
        fairness.basis = quality.basis
        and fairness.mitigation = quality.mitigation
        and fairness.strength = quality.strength
        and quality.measure = 'ndcg'
cross join counts
where
    fairness.measure <> 'ndcg'
    and fairness.value_before is not null
