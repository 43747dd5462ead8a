-- Grain: cutoff × customer × product, at `live`: what is served and therefore explained. method is what the score was made by;
-- customers without a history are served by the blend whatever was chosen. Whatever makes the lists is read here only.
with served as (
    select
        lists.list_index,
        lists.cutoff_id,
        lists.mode,
        lists.customer_index,
        lists.product_index,
        lists.rung,
        lists.list_rank,
        lists.score
    from {{ ref('assembled_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            lists.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where
        lists.mode = '{{ served_mode() }}'
        and lists.list_rank <= {{ var('list_length') }}
)

select
    served.list_index,
    served.cutoff_id,
    served.mode,
    served.customer_index,
    served.product_index,
    served.rung,
    case when {{ is_rung_with_history('served.rung') }} then methods.method else 'weighted' end as method,
    served.list_rank,
    served.score
from served
inner join {{ ref('ranking_methods') }} as methods
    on
        served.mode = methods.mode
        and methods.is_chosen
