-- Catches a data set in which not one order line or event has a readable time: there would be no cutoff and, silently, no list.
-- Remedy: correct how ordered_at or occurred_at are mapped, or set the var as_of.
select as_of
from {{ ref('as_of') }}
where as_of is null
