-- Catches a data set in which no order line or event has a readable time: there would be no cutoff and, silently, no lists.
-- Remedy: correct the mapping of ordered_at or occurred_at, or set the var as_of.
select as_of
from {{ ref('as_of') }}
where as_of is null
