-- Grain: mode × customers with or without history × kind of part × left-out part, on the tuning cutoffs. Contribution of each
-- source to the blend and of each feature family to the learned ranker: nDCG with all parts minus nDCG without the part, on the
-- same lists. Sources: the weights of both blends are searched on the lists that evaluate them. Families: both rankers are
-- evaluated on held-out lists. Empty if evaluation_ablation_labels is 0. Means of few lists have no row.
select
    mode,
    has_history,
    part,
    left_out,
    10 as k,  -- RANKING_K of the Python package
    ndcg_with,
    ndcg_without,
    contribution,
    ci_low,
    ci_high,
    list_count
from {{ ref('ablations') }}
where list_count >= {{ var('smallest_published_cell') }}
