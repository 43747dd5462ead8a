-- Grain: list × product of the pool, of customers with a history, on test, and on live where the learned ranker makes the lists:
-- what the ranker sees. Per source the score on two scales, in the order of candidate_sources; how many sources agree; how the
-- product stands to the customer's own history, tastes, prices and repeat cycle; what the product is like; and how much likelier
-- it is where, when and on which device the customer usually shops. All as of the cutoff, and of a kind that doesn't drift from
-- one cutoff to the next: shares and places, not counts. NULL where nothing is known. In single precision, which is what the
-- ranker works in. Empty where ranking_method needs no ranker. A view: ranker_scores reads it once, in blocks of lists.
{{ config(materialized='view') }}
with ranked_lists as (
    select lists.*
    from {{ ref('lists') }} as lists
    inner join {{ ref('ranking_methods') }} as methods
        on
            lists.mode = methods.mode
            and methods.is_chosen
    where lists.purpose = 'test' or (lists.purpose = 'live' and methods.method = 'stacked')
),

{{ features_of_lists('ranked_lists') }}

select * from features
