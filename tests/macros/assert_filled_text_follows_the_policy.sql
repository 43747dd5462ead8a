-- Catches a known name that is overwritten, an estimate under a policy without estimates, and a mode without a result that leaves
-- NULL. Without a policy nothing is filled.
with samples (case_name, known, policy, estimate, filled) as (
    values
    ('known', 'a', 'mode', 'b', 'a'),
    ('estimated', cast(null as string), 'mode', 'b', 'b'),
    ('nothing to estimate from', cast(null as string), 'mode', cast(null as string), 'unknown'),
    ('unknown', cast(null as string), 'unknown', 'b', 'unknown'),
    ('left', cast(null as string), 'leave', 'b', cast(null as string)),
    ('rejected', cast(null as string), 'reject', 'b', cast(null as string)),
    ('no policy', cast(null as string), cast(null as string), 'b', cast(null as string))
)

select
    case_name,
    filled as expected_value,
    {{ filled_text('known', 'policy', 'estimate') }} as actual_value
from samples
where {{ filled_text('known', 'policy', 'estimate') }} is distinct from filled
