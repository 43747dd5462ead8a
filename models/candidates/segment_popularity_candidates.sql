-- Grain: cutoff × customer with a segment × product. What is popular in the customer's segment, with repeats and without. Nobody
-- without a history has a segment; context_popularity_candidates and popularity_candidates speak to them. Read by
-- candidate_scores.
{{ listed_candidates(
    ref('segment_popularity'), 'segment_popularity', 'segment_popularity_rank',
    cell='segment', members=ref('customer_segments'), member='customer_index'
) }}
