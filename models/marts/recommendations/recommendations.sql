-- Grain: customer × rank. The published lists, cut at `live`: the assembled list of each customer, with the rung that served the
-- customer and the reason a customer may read. Whoever gets fewer rows stands in short_lists. A pinned product that no source
-- proposed has no score; its source is `rule`. Read by the CRM export, the dashboard and the shop.
select
    lists.customer_id,
    lists.list_rank as rank,
    lists.product_id,
    lists.score,
    lists.adjusted_score,
    lists.rung,
    coalesce(lists.leading_source, 'rule') as source,
    coalesce(sources.reason_code, 'chosen_by_us') as reason_code,
    coalesce(sources.reason_text, 'Chosen by us for you') as reason_text,
    lists.rule_id,
    lists.is_exploration,
    lists.propensity,
    as_of.as_of
from {{ ref('assembled_lists') }} as lists
inner join {{ ref('cutoffs') }} as cutoffs
    on
        lists.cutoff_id = cutoffs.cutoff_id
        and cutoffs.purpose = 'live'
left join {{ ref('candidate_sources') }} as sources on lists.leading_source = sources.source
cross join {{ ref('as_of') }} as as_of
where
    lists.mode = '{{ served_mode() }}'
    and lists.list_rank <= {{ var('list_length') }}
