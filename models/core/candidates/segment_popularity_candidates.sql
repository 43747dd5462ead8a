-- Grain: cutoff × segment (cell). The most popular products of a customer segment. Customers without a history have no segment;
-- context_popularity_candidates and popularity_candidates serve them.
select
    cutoff_id,
    segment as cell,
    {{ candidate_arrays('popularity_share', 'segment_rank') }}
from {{ ref('segment_products') }}
where segment_rank <= {{ cell_list_depth() }}
group by cutoff_id, segment
