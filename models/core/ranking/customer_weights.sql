-- Grain: list. Blend weights of the list, one per source in the order of candidate_sources. They are the weights of the tier and
-- activity band, interpolated with those of the neighbouring band, so that one more interaction never changes a list abruptly.
-- normalisation is the scale to which the scores of all sources are converted.
with weighed as (
    select
        lists.list_index,
        sources.place,
        own.normalisation,
        own.weight + customers.neighbour_share * (coalesce(neighbours.weight, own.weight) - own.weight) as weight
    from {{ ref('lists') }} as lists
    inner join {{ ref('customer_tiers') }} as customers
        on
            lists.cutoff_id = customers.cutoff_id
            and lists.customer_index = customers.customer_index
    cross join {{ ref('candidate_sources') }} as sources
    inner join {{ ref('blend_weights') }} as own
        on
            lists.mode = own.mode
            and lists.tier = own.tier
            and lists.activity_band = own.activity_band
            and sources.source = own.source
    left join {{ ref('blend_weights') }} as neighbours
        on
            own.mode = neighbours.mode
            and own.tier = neighbours.tier
            and own.source = neighbours.source
            and customers.neighbour_band = neighbours.activity_band
),

together as (
    select
        list_index,
        max(normalisation) as normalisation,
        {{ ranked_array('weight', 'place') }} as weights
    from weighed
    group by list_index
)

select
    lists.list_index,
    lists.cutoff_id,
    lists.mode,
    lists.customer_index,
    together.normalisation,
    together.weights
from {{ ref('lists') }} as lists
inner join together on lists.list_index = together.list_index
