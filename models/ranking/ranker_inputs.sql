-- Grain: cutoff × mode × customer × product of the pool that the learned ranker has to score: all of `test`, and `live` where it
-- was chosen. A view: read once. Read by ranker_scores.
{{ config(materialized='view') }}
select features.*
from {{ ref('ranking_features') }} as features
inner join {{ ref('ranking_methods') }} as methods
    on
        features.mode = methods.mode
        and methods.method = 'stacked'
inner join {{ ref('cutoffs') }} as cutoffs on features.cutoff_id = cutoffs.cutoff_id
where
    {{ is_rung_with_history('features.rung') }}
    and (cutoffs.purpose = 'test' or (cutoffs.purpose = 'live' and methods.is_chosen))
