-- Catches parameters fitted on data after the cutoff at which they are used.
select
    fitted.cutoff_id,
    fitted.feature
from {{ ref('scaling_parameters') }} as fitted
inner join {{ ref('cutoffs') }} as cutoffs on fitted.cutoff_id = cutoffs.cutoff_id
where fitted.fitted_at > cutoffs.cutoff_at
