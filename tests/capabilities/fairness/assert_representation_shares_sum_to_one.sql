-- Catches customers or products that are counted in two groups of an attribute, or lost between membership and share.
select
    cutoff_id,
    side,
    attribute,
    population,
    sum(share) as share_sum
from {{ ref('representation_audit') }}
group by cutoff_id, side, attribute, population
having max(case when is_suppressed then 1 else 0 end) = 0 and abs(sum(share) - 1) > 0.000001
