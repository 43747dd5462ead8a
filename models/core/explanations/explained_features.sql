-- Grain: list × product that is served by the learned ranker, with what it saw. A view: read once.
{{ config(materialized='view') }}
select
    features.*,
    served.mode
from {{ ref('ranking_features') }} as features
inner join {{ ref('lists') }} as lists on features.list_index = lists.list_index
inner join {{ ref('explained_lists') }} as served
    on
        lists.cutoff_id = served.cutoff_id
        and lists.mode = served.mode
        and lists.customer_id = served.customer_id
        and features.product_index = served.product_index
        and served.method = 'stacked'
