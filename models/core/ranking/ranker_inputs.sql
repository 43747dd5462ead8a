-- Grain: list × product of the pool that the learned ranker has to score: all of `test`, and `live` where it was chosen. A view:
-- read once.
{{ config(materialized='view') }}
select
    features.*,
    lists.mode
from {{ ref('ranking_features') }} as features
inner join {{ ref('lists') }} as lists on features.list_index = lists.list_index
inner join {{ ref('ranking_methods') }} as methods
    on
        lists.mode = methods.mode
        and methods.method = 'stacked'
where lists.purpose = 'test' or (lists.purpose = 'live' and methods.is_chosen)
