-- Whether the arms of an experiment differ from the plan: status, a sentence, and the section that shows more.
select
    'warn' as status,
    'The arms of the experiment do not hold the planned shares of customers, so no effect is shown.' as sentence,
    'experiments' as section
from marts.experiment_arms
having count(*) filter (where not is_sample_ratio_ok) > 0
