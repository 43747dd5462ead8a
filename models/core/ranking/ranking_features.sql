-- Grain: list × product of the pool, for customers with a history: on test, and on live if the learned ranker is used. Input of
-- the ranker: the score of each source on two scales, in the order of candidate_sources, and the number of sources that agree;
-- the product's relation to the customer's history, tastes, prices and repeat cycle; attributes of the product, and its lift in
-- the customer's usual country, device and time of day.
-- All values are as of the cutoff. They are shares and percentiles instead of counts, so that their distribution is stable from
-- one cutoff to the next. NULL if the value is unknown. Single precision, which the ranker uses internally. Empty if
-- ranking_method needs no ranker. A view, because ranker_scores reads it once, in blocks of lists.
{{ config(materialized='view') }}
with ranked_lists as (
    select lists.*
    from {{ ref('lists') }} as lists
    inner join {{ ref('ranking_methods') }} as methods on lists.mode = methods.mode
    {{- join_list_methods('lists') }}
    where {{ is_list_method('methods') }} and (lists.purpose = 'test' or (lists.purpose = 'live' and methods.method = 'stacked'))
),

{{ features_of_lists('ranked_lists') }}

select * from features
