-- Grain: one row per raw row of events, with what cleaning makes of it; see customer_fates for the columns. An event type
-- without a weight is rejected by name, so that a new type in the feed is seen the day it arrives. All events of a bot are
-- rejected, not only those of its fastest minute.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'event_id is null or event_type is null',
    'missing_time': 'occurred_at is null',
    'after_as_of': 'occurred_at > as_of',
    'unknown_event_type': 'known_event_type is null and event_type is not null',
    'unknown_product': 'has_catalogue and not is_known_product and product_id is not null',
    'bot_event': 'is_bot',
    'near_duplicate': 'is_near_duplicate',
    'customer_required': "customer_id_policy = 'reject' and customer_id is null and " ~ is_mapped('events', 'customer_id'),
} %}
{%- set flags = {
    'missing_customer': is_mapped('events', 'customer_id') ~ ' and customer_id is null',
} %}
with policies as (
    {{ policies_by_column('events') }}
),

known_products as (
    select distinct product_id
    from {{ ref('product_fates') }}
    where rejection_reason is null
),

catalogue_sizes as (
    select count(*) as product_count
    from known_products
),

-- Two marks of a machine: a rate no human reaches, and an appetite for nearly everything there is.
bots as (
    select customer_id
    from {{ ref('stg_events') }}
    where copy_number = 1 and customer_id is not null and occurred_at is not null
    group by customer_id, date_trunc('minute', occurred_at)
    having count(*) >= {{ var('bot_events_per_minute') }}
    union
    select events.customer_id
    from {{ ref('stg_events') }} as events
    inner join known_products on events.product_id = known_products.product_id
    cross join catalogue_sizes
    where events.customer_id is not null
    group by events.customer_id
    having
        count(distinct events.product_id)
        > greatest({{ var('bot_product_count') }}, {{ var('bot_catalogue_share') }} * max(catalogue_sizes.product_count))
),

compared as (
    select
        events.*,
        as_of.as_of,
        policies.customer_id_policy,
        event_weights.event_type as known_event_type,
        known_products.product_id is not null as is_known_product,
        catalogue_sizes.product_count > 0 as has_catalogue,
        bots.customer_id is not null as is_bot
    from {{ ref('stg_events') }} as events
    cross join {{ ref('as_of') }} as as_of
    cross join policies
    left join {{ ref('event_weights') }} as event_weights on events.event_type = event_weights.event_type
    left join known_products on events.product_id = known_products.product_id
    cross join catalogue_sizes
    left join bots on events.customer_id = bots.customer_id
),

-- Only events that could stand are held against each other, so that a rejected one does not take a good one with it.
neighbours as (
    select
        record_id,
        lag(occurred_at) over (
            partition by customer_id, product_id, event_type
            order by occurred_at asc nulls last, record_id asc nulls last
        ) as previous_at
    from compared
    where
        copy_number = 1
        and event_id is not null
        and occurred_at <= as_of
        and customer_id is not null
        and product_id is not null
        and known_event_type is not null
        and not is_bot
),

near_duplicates as (
    select compared.record_id
    from compared
    inner join neighbours on compared.record_id = neighbours.record_id
    where
        {{ epoch_seconds('compared.occurred_at') }} - {{ epoch_seconds('neighbours.previous_at') }}
        <= {{ var('near_duplicate_seconds') }}
),

ruled as (
    select
        compared.*,
        near_duplicates.record_id is not null as is_near_duplicate
    from compared
    left join near_duplicates on compared.record_id = near_duplicates.record_id
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(dict(rejections, **flags)) }} as found_rules
from ruled
