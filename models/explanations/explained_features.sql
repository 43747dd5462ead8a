-- Grain: cutoff × mode × customer × product that is served by the learned ranker, with what it saw. A view: read once. Read by
-- ranker_contributions.
{{ config(materialized='view') }}
select features.*
from {{ ref('ranking_features') }} as features
inner join {{ ref('explained_lists') }} as lists
    on
        features.cutoff_id = lists.cutoff_id
        and features.mode = lists.mode
        and features.customer_id = lists.customer_id
        and features.product_id = lists.product_id
        and lists.method = 'stacked'
