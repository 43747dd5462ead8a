-- Experiments whose arms deviate from the plan: status, sentence, and key of the section with details.
select
    'warn' as status,
    'The shares of customers in the arms of an experiment deviate from the plan, so no effect is shown.' as sentence,
    'experiments' as section
from marts.experiment_arms
having count(*) filter (where not is_sample_ratio_ok) > 0
