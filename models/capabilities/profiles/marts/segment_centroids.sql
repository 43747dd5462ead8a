-- Grain: as_of × segment × axis: centroids of the segments as of each cutoff of this and earlier builds.
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
