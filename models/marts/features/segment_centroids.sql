-- Grain: as_of × segment × axis: what the segments are, as of each cutoff of this and of earlier builds. Read by whoever wants
-- to put customers into segments elsewhere, or to see how segments drifted.
select
    as_of,
    segment,
    axis,
    weight,
    centre,
    fitted_at,
    method,
    silhouette,
    stability
from {{ ref('segment_fits') }}
