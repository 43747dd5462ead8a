-- Catches centroids fitted after the moment they are used at, and a customer put into a segment that has none as of the cutoff.
select
    segments.cutoff_id,
    segments.segment
from {{ ref('customer_segments') }} as segments
inner join {{ ref('cutoffs') }} as cutoffs on segments.cutoff_id = cutoffs.cutoff_id
left join {{ ref('segment_fits') }} as fits
    on
        cutoffs.cutoff_at = fits.as_of
        and segments.segment = fits.segment
where fits.segment is null or fits.fitted_at > fits.as_of
