-- section: experiments
-- order: 5
-- title: What should happen to each variant?
-- unit: difference of the primary metric from the control, in the unit of the metric
-- interval: before the end of the experiment valid for any number of looks; after the end for one look
-- read: Ship a variant whose line lies to the right of 0 and whose guardrails hold. The details of a point give the
--    recommendation and its reason in a sentence. A variant of an invalid experiment has no line.
-- empty: No variant can be judged: no experiment, too few customers, or arms that deviate from the plan.

select
    case when experiment = 'unnamed' then '' else experiment || ': ' end || variant || ', ' || replace(primary_metric, '_', ' ')
        as row_label,
    difference,
    difference_low,
    difference_high,
    guardrail_count,
    inferior_guardrails,
    inconclusive_guardrails,
    replace(recommendation, '_', ' ') as recommendation,
    explanation
from marts.experiment_decisions
where difference is not null
order by experiment, variant
