-- Grain: customer × k, of those who have a list in this build and had one in the last release; empty in the first build. How much
-- of the list is as it was.
select
    listed_overlaps.customer_id,
    listed_overlaps.k,
    listed_overlaps.overlap_at_k
from ({{ overlaps_of(ref('release_lists')) }}) as listed_overlaps
