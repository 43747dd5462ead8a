-- Grain: impression with a complete window: shown at least outcome_window_days before as_of to a customer who consents to
-- personalisation and analytics. Younger impressions are left out, because their outcomes are not all known. Clicks and carts
-- count within the window. tier, source and reason_code are those of the published list with list_id; `unknown` if the log has
-- no list_id or list_history no longer has the list. release is the logged release_id if it has the form of a release, else the
-- release of the list, else `unknown`: a time does not tell which of two releases was shown, because publication follows as_of.
-- Lossy: leaves out impressions whose list lacks the product, and those shown before as_of of their list.
{%- set release_form = '[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}' %}
with known_lists as (
    select distinct list_id
    from {{ ref('list_history') }}
)

select
    impressions.record_id,
    impressions.customer_id,
    customers.customer_index,
    products.product_index,
    case
        when {{ is_full_match('impressions.release_id', release_form) }} then impressions.release_id
        else coalesce(lists.release, 'unknown')
    end as release,
    coalesce(impressions.variant, 'none') as variant,
    coalesce(lists.tier, 'unknown') as tier,
    coalesce(lists.source, 'unknown') as source,
    coalesce(lists.reason_code, 'unknown') as reason,
    coalesce(cast(impressions.position as string), 'unknown') as position,
    coalesce(segments.segment, 'none') as segment,
    impressions.shown_at,
    coalesce(impressions.clicked_at < {{ outcome_window_end('impressions.shown_at') }}, false) as is_clicked,
    coalesce(impressions.added_to_cart_at < {{ outcome_window_end('impressions.shown_at') }}, false) as is_added_to_cart,
    products.cost
from {{ ref('clean_impressions') }} as impressions
inner join {{ ref('clean_customers') }} as customers
    on
        impressions.customer_id = customers.customer_id
        and customers.is_personalisation_granted
        and customers.is_analytics_granted
cross join {{ ref('as_of') }} as as_of
left join {{ ref('clean_products') }} as products on impressions.product_id = products.product_id
left join {{ ref('customer_segments') }} as segments
    on
        customers.customer_index = segments.customer_index
        and segments.cutoff_id = 'live'
left join known_lists on impressions.list_id = known_lists.list_id
left join {{ ref('list_history') }} as lists
    on
        impressions.list_id = lists.list_id
        and impressions.customer_id = lists.customer_id
        and impressions.product_id = lists.product_id
where
    {{ outcome_window_end('impressions.shown_at') }} <= as_of.as_of
    and (known_lists.list_id is null or lists.product_id is not null)
    and (lists.as_of is null or impressions.shown_at >= lists.as_of)
