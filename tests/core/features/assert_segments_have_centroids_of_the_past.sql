-- Catches centroids fitted after the time at which they are used, and customers in a segment that the newest fit as of the cutoff
-- does not have.
with moments as (
    select
        cutoffs.cutoff_id,
        max(fits.as_of) as as_of
    from {{ ref('cutoffs') }} as cutoffs
    left join {{ ref('segment_fits') }} as fits on cutoffs.cutoff_at >= fits.as_of
    group by cutoffs.cutoff_id
)

select
    segments.cutoff_id,
    segments.segment
from {{ ref('customer_segments') }} as segments
inner join moments on segments.cutoff_id = moments.cutoff_id
left join {{ ref('segment_fits') }} as fits
    on
        moments.as_of = fits.as_of
        and segments.segment = fits.segment
where fits.segment is null or fits.fitted_at > fits.as_of
