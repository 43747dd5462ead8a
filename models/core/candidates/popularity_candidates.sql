-- Grain: cutoff × customer × product. The most popular products for everybody, with repeats and without. This source reaches
-- customers without any history.
with {{ listed_candidates(ref('cutoff_products'), 'popularity', 'popularity_rank') }}
