-- Grain: raw row of events that a cleaning rule rejects or flags. These are few, and the view event_dispositions joins them to
-- the events. An event type without a weight is rejected under a rule of its own, so that the ledger shows a new type on the day
-- it arrives. All events of a bot are rejected, not only those of its fastest minute.
{%- set near_duplicate_seconds = 5 %}   {#- events of one customer, product and type within this interval count as one #}
{%- set bot_catalogue_share = 0.9 %}   {#- a customer with events on more than this share of the catalogue is a bot, ... #}
{%- set bot_product_count = 200 %}   {#- ... if it is also more than this number of products #}
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'after_as_of', 'unknown_event_type',
    'unknown_product', 'bot_event', 'near_duplicate', 'customer_required'
] %}
{%- set flags = ['missing_customer'] %}
with policies as (
    {{ policies_by_column('events') }}
),

known_products as (
    select distinct product_id
    from {{ ref('product_dispositions') }}
    where rejection_reason is null
),

catalogue_sizes as (
    select count(*) as product_count
    from known_products
),

-- Two signs of a bot: a rate of events that no human reaches, and events on nearly the whole catalogue.
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
        > greatest({{ bot_product_count }}, {{ bot_catalogue_share }} * max(catalogue_sizes.product_count))
),

compared as (
    select
        events.record_id,
        events.customer_id,
        events.product_id,
        events.event_type,
        events.occurred_at,
        events.copy_number > 1 as is_exact_duplicate,
        events.event_id is null or events.event_type is null as is_missing_key,
        {{ time_rules('occurred_at', 'events') }},
        events.occurred_at > as_of.as_of as is_after_as_of,
        events.event_type is not null and event_weights.event_type is null as is_unknown_event_type,
        events.product_id is not null
        and known_products.product_id is null
        and catalogue_sizes.product_count > 0 as is_unknown_product,
        bots.customer_id is not null as is_bot_event,
        events.customer_id is null
        and policies.customer_id_policy = 'reject'
        and {{ is_mapped('events', 'customer_id') }} as is_customer_required,
        events.customer_id is null and {{ is_mapped('events', 'customer_id') }} as is_missing_customer
    from {{ ref('stg_events') }} as events
    cross join {{ ref('as_of') }} as as_of
    cross join policies
    left join {{ ref('event_weights') }} as event_weights on events.event_type = event_weights.event_type
    left join known_products on events.product_id = known_products.product_id
    cross join catalogue_sizes
    left join bots on events.customer_id = bots.customer_id
),

-- Only valid events are compared with each other, so that a rejected event does not cause the rejection of a valid one.
comparable as (
    select
        record_id,
        customer_id,
        product_id,
        event_type,
        occurred_at
    from compared
    where
        customer_id is not null
        and product_id is not null
        and not (
            is_exact_duplicate or is_missing_key or occurred_at is null or is_after_as_of or is_unknown_event_type or is_bot_event
        )
),

-- Only events with the same customer, product and type as another are sorted.
repeated as (
    select
        customer_id,
        product_id,
        event_type
    from comparable
    group by customer_id, product_id, event_type
    having count(*) > 1
),

followed as (
    select
        comparable.record_id,
        comparable.occurred_at,
        lag(comparable.occurred_at) over (
            partition by comparable.customer_id, comparable.product_id, comparable.event_type
            order by comparable.occurred_at asc nulls last, comparable.record_id asc nulls last
        ) as previous_at
    from comparable
    inner join repeated
        on
            comparable.customer_id = repeated.customer_id
            and comparable.product_id = repeated.product_id
            and comparable.event_type = repeated.event_type
),

near_duplicates as (
    select record_id
    from followed
    where {{ epoch_seconds('occurred_at') }} - {{ epoch_seconds('previous_at') }} <= {{ near_duplicate_seconds }}
),

judged as (
    select
        compared.*,
        near_duplicates.record_id is not null as is_near_duplicate
    from compared
    left join near_duplicates on compared.record_id = near_duplicates.record_id
)

select
    record_id,
    customer_id,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections + flags) }} as found_rules
from judged
where is_{{ (rejections + flags) | join(' or is_') }}
