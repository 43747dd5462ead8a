-- Grain: cutoff × mode × customer × source. The weights a customer's list is blended with: those of the rung and the band of
-- activity, going over to the neighbouring band's as the history grows, so that one interaction more never turns a list over.
-- `live` has the served mode only. Read by pool, blended_lists and whoever takes a score apart.
select
    customers.cutoff_id,
    own.mode,
    customers.customer_id,
    own.source,
    customers.rung,
    own.normalisation,
    own.weight + customers.neighbour_share * (coalesce(neighbours.weight, own.weight) - own.weight) as weight
from {{ ref('customer_rungs') }} as customers
inner join {{ ref('cutoffs') }} as cutoffs on customers.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('blend_weights') }} as own
    on
        customers.rung = own.rung
        and customers.activity_band = own.activity_band
        and (cutoffs.purpose <> 'live' or own.mode = '{{ served_mode() }}')
left join {{ ref('blend_weights') }} as neighbours
    on
        own.mode = neighbours.mode
        and own.rung = neighbours.rung
        and own.source = neighbours.source
        and customers.neighbour_band = neighbours.activity_band
