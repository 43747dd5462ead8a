-- Grain: cutoff × customer × product. The products that rose most of late, the same for everybody, with repeats and without.
-- Where nothing rose the source is silent. It reaches customers without any history.
with {{ listed_candidates(ref('trending_products'), 'rise', 'rise_rank') }}
