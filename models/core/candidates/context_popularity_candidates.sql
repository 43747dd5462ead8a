-- Grain: cutoff × customer × product. What is popular where, when and on which device the customer usually shops, with repeats
-- and without. It reaches customers without any history, by their country.
{{ listed_candidates(
    ref('context_popularity'), 'context_popularity', 'context_popularity_rank',
    cell='usual_cell', members=ref('usual_contexts')
) }}
