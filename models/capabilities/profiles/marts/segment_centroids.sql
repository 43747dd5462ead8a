-- Grain: as_of × segment × axis: what the segments are, as of each cutoff of this and of earlier builds.
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
