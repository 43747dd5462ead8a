-- Grain: cutoff × customer × product, at `live`: the rows that are served and therefore explained. method is the method that
-- computed the score; for customers without a history it is always the blend. pool_rank, cascade_score, source_parts and
-- log_ranks are those of the pool; they are NULL for a pinned product that no source proposed.
-- If the method is the learned ranker, the columns of ranking_features have the ranker's input; else they are NULL. Filled in
-- blocks of lists, because a single join would hold the whole pool in memory.
{{ config(materialized='blocks', blocks_of='assembled_lists', block_column='list_index', block_size=20000) }}
with served as (
    select
        lists.list_index,
        lists.cutoff_id,
        lists.mode,
        lists.customer_index,
        lists.product_index,
        lists.tier,
        lists.list_rank,
        lists.score,
        lists.is_exploration
    from {{ ref('assembled_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            lists.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where
        lists.mode = '{{ served_mode() }}'
        and lists.list_rank <= {{ var('list_length') }}
        and {{ in_block('lists.list_index') }}
),

attributed as (
    select
        served.*,
        case when {{ is_tier_with_history('served.tier') }} then methods.method else 'weighted' end as method
    from served
    inner join {{ ref('ranking_methods') }} as methods on served.mode = methods.mode
    {{- join_list_methods('served') }}
    where {{ is_list_method('methods') }}
),

served_pool as (
    select pool.*
    from {{ ref('pool') }} as pool
    inner join served
        on
            pool.list_index = served.list_index
            and pool.product_index = served.product_index
    where {{ in_block('pool.list_index') }}
),

ranked_lists as (
    select distinct
        list_index,
        cutoff_id,
        'live' as purpose,
        mode,
        customer_index,
        tier
    from attributed
    where method = 'stacked'
),

{{ features_of_lists('ranked_lists', pool='served_pool') }}

select
    attributed.list_index,
    attributed.cutoff_id,
    attributed.mode,
    attributed.customer_index,
    attributed.product_index,
    attributed.tier,
    attributed.method,
    attributed.list_rank,
    attributed.score,
    attributed.is_exploration,
    pool.pool_rank,
    pool.cascade_score,
    pool.source_parts,
    pool.log_ranks,
    features.z_scores,
    features.blend_score,
    features.source_count,
    features.is_repeat,
    features.strength_share,
    features.own_interactions,
    features.own_days,
    features.cycle_position,
    features.log_interactions,
    features.category_share,
    features.brand_share,
    features.price_gap,
    features.popularity_percentile,
    features.product_trend,
    features.new_buyer_share,
    features.repeat_buyer_share,
    features.country_lift,
    features.device_lift,
    features.daypart_lift
from attributed
left join served_pool as pool
    on
        attributed.list_index = pool.list_index
        and attributed.product_index = pool.product_index
left join features
    on
        attributed.list_index = features.list_index
        and attributed.product_index = features.product_index
