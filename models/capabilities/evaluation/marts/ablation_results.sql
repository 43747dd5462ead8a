-- Grain: mode × customers with or without a history × kind of part × part that is left out, on the tune cutoffs. What each
-- source is worth to the blend, and each family of features to the learned ranker: nDCG with everything less nDCG without it, on
-- the same lists. Sources: both blends are searched for on the lists they are judged on. Families: both rankers are judged on
-- lists they haven't learnt from. Empty where evaluation_ablation_labels is 0; means of few lists have no row.
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
