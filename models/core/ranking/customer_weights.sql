-- Grain: list × source. The weights a customer's list is blended with: those of the rung and the band of activity, going over to
-- the neighbouring band's as the history grows, so that one interaction more never turns a list over.
select
    lists.list_index,
    own.source,
    own.normalisation,
    own.weight + customers.neighbour_share * (coalesce(neighbours.weight, own.weight) - own.weight) as weight
from {{ ref('lists') }} as lists
inner join {{ ref('customer_rungs') }} as customers
    on
        lists.cutoff_id = customers.cutoff_id
        and lists.customer_index = customers.customer_index
inner join {{ ref('blend_weights') }} as own
    on
        lists.mode = own.mode
        and lists.rung = own.rung
        and lists.activity_band = own.activity_band
left join {{ ref('blend_weights') }} as neighbours
    on
        own.mode = neighbours.mode
        and own.rung = neighbours.rung
        and own.source = neighbours.source
        and customers.neighbour_band = neighbours.activity_band
