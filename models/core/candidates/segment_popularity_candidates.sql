-- Grain: cutoff × customer with a segment × product. What is popular in the customer's segment, with repeats and without. Customers
-- without a history have no segment; context_popularity_candidates and popularity_candidates serve them.
with {{ listed_candidates(
    ref('segment_products'), 'popularity_share', 'segment_rank',
    cell='segment', members=ref('customer_segments')
) }}
