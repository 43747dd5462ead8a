-- Grain: list × product of the pool, on the tuning cutoffs: training data of probability_calibrators. score is that of the
-- ranking method in use. If that is the learned ranker (is_tree_ranked), its trees have seen these lists; score is then the
-- weighted blend, which probability_calibrators replaces by the score of trees that have not seen the list. fold divides the
-- customers at random. A view, because probability_calibrators reads it once.
{{ config(materialized='view') }}
{%- set fold_count = 5 %}   {#- folds of customers that choose the calibration method #}
select
    pool.list_index,
    pool.product_index,
    lists.mode,
    lists.has_history,
    lists.tier,
    cast(floor({{ hash_uniform("'calibration:' || customers.customer_id") }} * {{ fold_count }}) as int) as fold,
    lists.has_history and methods.method = 'stacked' as is_tree_ranked,
    case when lists.has_history and methods.method = 'cascade' then pool.cascade_score else pool.weighted_score end as score,
    labels.product_index is not null as is_relevant
from {{ ref('pool') }} as pool
inner join {{ ref('lists') }} as lists
    on
        pool.list_index = lists.list_index
        and lists.purpose = 'tune'
inner join {{ ref('clean_customers') }} as customers on lists.customer_index = customers.customer_index
inner join {{ ref('ranking_methods') }} as methods
    on
        lists.mode = methods.mode
        and methods.is_chosen
left join {{ ref('tuning_labels') }} as labels
    on
        pool.list_index = labels.list_index
        and pool.product_index = labels.product_index
