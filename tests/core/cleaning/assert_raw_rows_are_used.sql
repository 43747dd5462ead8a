-- Catches unused raw rows whose cause is more likely an error in the mapping or the delivery than in the rows: a rule, or all
-- rules together, that reject a large share of a table; orders of several customers or days; an id shared by all guests; consents
-- and erasure requests that match no customer; times after a long silence.
{{ config(severity='warn', meta={'prints': 'message'}) }}
{%- set largest_share = 0.2 %}   {#- share of the rows of a table #}
{%- set fewest_rows = 20 %}   {#- fewer rows are no pattern #}
{%- set longest_order_days = 7 %}   {#- parts of an order may be entered on different days #}
{%- set dispositions = {
    'customers': ref('customer_dispositions'), 'products': ref('product_dispositions'),
    'order_lines': ref('order_line_dispositions'), 'events': ref('event_dispositions'), 'feedback': ref('feedback_dispositions'),
    'impressions': ref('impression_dispositions'), 'consents': ref('consent_dispositions'),
} %}
{%- set known_from = [
    ref('stg_customers'), ref('stg_order_lines'), ref('stg_events'), ref('stg_feedback'), ref('stg_impressions')
] %}
{%- set request_rules = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'after_as_of'
] %}
{%- set causes = {
    'erased': 'Their customers requested erasure. If they did not, correct the mapping of erasure_requests.',
    'exact_duplicate': 'If unmapped columns distinguish these rows, list all of these columns under `identity`.',
    'missing_key': 'Correct the mapping of the ids; blanks and words such as NULL or (not set) count as missing.',
    'missing_time': 'Correct the mapping of the time.',
    'unreadable_time': 'Correct the mapping of the time.',
    'unknown_product': 'Deliver these products in the table products, or correct the mapping of product_id.',
    'unknown_event_type': 'Add the event types to the seed event_weights, or map them to words in that seed.',
    'conflicting_duplicate': 'If the id is not unique, map an expression that makes it unique; if an order may list a product '
        ~ 'several times, set the var order_line_key to [].',
} %}
with requests as (
    select
        records.copy_number > 1 as is_exact_duplicate,
        records.customer_id is null as is_missing_key,
        {{ time_rules('requested_at', 'records') }},
        records.requested_at > as_of.as_of as is_after_as_of
    from {{ ref('stg_erasure_requests') }} as records
    cross join {{ ref('as_of') }} as as_of
),

rejections as (
    {%- for table, relation in dispositions.items() %}
    select
        '{{ table }}' as raw_table,
        rejection_reason,
        count(*) as row_count
    from {{ relation }}
    group by rejection_reason
    union all
    {%- endfor %}
    select
        'erasure_requests' as raw_table,
        {{ first_rule(request_rules) | indent(4) }} as rejection_reason,
        count(*) as row_count
    from requests
    group by rejection_reason
    union all
    select
        raw_table,
        'erased' as rejection_reason,
        row_count
    from {{ ref('erased_rows') }}
    where raw_table <> 'erasure_requests' and row_count > 0
),

shares as (
    select
        *,
        sum(row_count) over (partition by raw_table) as table_count
    from rejections
),

totals as (
    select
        raw_table,
        sum(row_count) as row_count,
        max(row_count) as largest_count,
        min(table_count) as table_count,
        {{ string_list("concat(rejection_reason, ' ', row_count)") }} as rules
    from shares
    where rejection_reason is not null
    group by raw_table
),

orders as (
    select
        order_id,
        count(*) as row_count,
        min(customer_id) <> max(customer_id) as has_several_customers,
        max(ordered_at) > min(ordered_at) + interval '{{ longest_order_days }}' day as has_several_days
    from {{ ref('stg_order_lines') }}
    where order_id is not null
    group by order_id
),

order_counts as (
    select
        sum(row_count) as row_count,
        sum(row_count) filter (where has_several_customers or has_several_days) as odd_row_count,
        count(*) as order_count,
        count(*) filter (where has_several_customers or has_several_days) as odd_count,
        min(order_id) filter (where has_several_customers or has_several_days) as example
    from orders
),

customers as (
    {%- for relation in known_from if 'consents' in var('raw') %}
    select customer_id
    from {{ relation }}
    where customer_id is not null
    union
    {%- endfor %}
    select cast(null as string) as customer_id
),

lost_consents as (
    select count(*) as row_count
    from {{ ref('stg_consents') }} as consents
    left join customers on consents.customer_id = customers.customer_id
    where consents.customer_id is not null and customers.customer_id is null
),

activity_times as (
    select ordered_at as happened_at from {{ ref('stg_order_lines') }}
    union all
    select occurred_at as happened_at from {{ ref('stg_events') }}
),

late_times as (
    select
        count(*) as row_count,
        min(activity_times.happened_at) as first_at,
        min(as_of.as_of) as as_of
    from activity_times
    inner join {{ ref('as_of') }} as as_of on activity_times.happened_at > as_of.as_of
)

select
    concat(
        cast(100 * shares.row_count / shares.table_count as integer), ' % of the rows of ', shares.raw_table, ' (',
        shares.row_count, ' of ', shares.table_count, ') are rejected as ', shares.rejection_reason,
        case shares.rejection_reason
            {%- for rule, cause in causes.items() %}
            when '{{ rule }}' then ': {{ cause }}'
            {%- endfor %}
            else '.'
        end
    ) as message
from shares
where
    shares.rejection_reason is not null
    and shares.row_count >= {{ fewest_rows }}
    and shares.row_count > {{ largest_share }} * shares.table_count
union all
select
    concat(
        cast(100 * row_count / table_count as integer), ' % of the rows of ', raw_table, ' (', row_count, ' of ', table_count,
        ') are rejected by several rules together: ', rules, '.'
    ) as message
from totals
where
    row_count >= {{ fewest_rows }}
    and row_count > {{ largest_share }} * table_count
    and (largest_count < {{ fewest_rows }} or largest_count <= {{ largest_share }} * table_count)
union all
select
    concat(
        odd_count, ' of ', order_count, ' orders, with ', odd_row_count, ' of ', row_count, ' rows of order_lines, have rows of ',
        'several customers or times more than {{ longest_order_days }} days apart, for example order_id ''', example,
        '''. If order numbers restart, make them unique in the mapping, for example ',
        '`order_id: concat(order_no, ''/'', cast(ordered_at as date))`.'
    ) as message
from order_counts
where odd_row_count >= {{ fewest_rows }} and odd_row_count > {{ largest_share }} * row_count
union all
select
    concat(
        'The customer_id ''', raw_customer_id, ''' has more than half of the rows of order_lines or events. It is treated as ',
        'the shared id of guests: its rows are kept without a customer, and it gets no list.'
    ) as message
from {{ ref('customer_identities') }}
where is_shared
union all
select
    concat(
        row_count, ' rows of consents have a customer_id that no other table has, and have no effect. ',
        'Check whether their ids are spelled differently.'
    ) as message
from lost_consents
where row_count > 0
union all
select
    concat(
        customer_count, ' customers who requested erasure have no row in any table. Check whether their ids in ',
        'erasure_requests are spelled differently. If their rows were deleted before, no action is needed.'
    ) as message
from {{ ref('erased_rows') }}
where raw_table = 'erasure_requests' and customer_count > 0
{%- if not var('as_of') %}
union all
select
    concat(
        row_count, ' rows of order_lines and events are ignored, because they are few and follow a long silence. The first is ',
        'of ', cast(first_at as string), ', and the newest row that counts is of ', cast(as_of as string),
        '. If their times are right, set the var as_of.'
    ) as message
from late_times
where row_count > 0
{%- endif %}
