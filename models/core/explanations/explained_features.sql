-- Grain: list × product that is served by the learned ranker, with what it saw. A view: read once.
{{ config(materialized='view') }}
select
    features.*,
    served.mode
from {{ ref('ranking_features') }} as features
inner join {{ ref('explained_lists') }} as served
    on
        features.list_index = served.list_index
        and features.product_index = served.product_index
        and served.method = 'stacked'
