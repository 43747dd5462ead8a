-- Grain: one row per raw row of order_lines, with what cleaning makes of it; see customer_fates for the columns. A
-- cancellation is named as such before its negative quantity is looked at. A missing price is no reason to reject (companies
-- without prices can still recommend), an unreadable, zero or negative one is. Products are only checked where a product
-- table is mapped. Incremental: judged anew are the rows that reads_from() reopens and all older ones whose fate hangs on
-- something that changed, so that an incremental build and a full one end alike.
{{ config(
    materialized='incremental', incremental_strategy='reopen', unique_key='record_id',
    meta={'time_column': 'ordered_at', 'settled_by': 'kept rows'},
    post_hook=["{{ forget_gone_customers(ref('customer_identities')) }}", '{{ note_inputs() }}']
) }}
{%- set since = reads_from() %}
{%- set staged = ref('stg_order_lines') %}
{%- set lines = 'reopened_lines' if since else ref('order_line_prices') %}
{%- set key = var('order_line_key') if execute else [] %}
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'order_id is null or product_id is null',
    'unreadable_time': "ordered_at is null and unreadable_values like '%ordered_at=%'",
    'missing_time': "ordered_at is null and coalesce(unreadable_values, '') not like '%ordered_at=%'",
    'after_as_of': 'ordered_at > as_of',
    'cancelled': "status in ('cancelled', 'canceled')",
    'netted_by_cancellation': 'is_netted',
    'missing_quantity': 'quantity is null',
    'negative_quantity': "quantity <= 0 and coalesce(status, '') not in ('cancelled', 'canceled')",
    'unreadable_number': "unreadable_values like '%unit_price=%'",
    'zero_price': 'unit_price = 0',
    'negative_price': 'unit_price < 0',
    'unknown_product': 'has_catalogue and not is_known_product and product_id is not null',
    'customer_required': "customer_id_policy = 'reject' and customer_id is null and " ~ is_mapped('order_lines', 'customer_id'),
    'conflicting_duplicate': 'content_number > 1',
    'excluded_outlier': "amount > highest_amount and outlier_policy = 'exclude'",
} %}
{%- set flags = {
    'missing_customer': is_mapped('order_lines', 'customer_id') ~ ' and customer_id is null',
    'flagged_outlier': "amount > highest_amount and outlier_policy = 'flag'",
    'unknown_currency': 'currency is not null and known_currency is null and ordered_at is not null',
} %}
with missing_value_policy as (
    {{ policies_by_column('order_lines') }}
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

{% if since -%}
-- Rows of the re-opened time, and older ones that hang on another row: a cancellation, the catalogue, the bound of outliers.
changed as (
    select record_id
    from {{ staged }}
    where ordered_at >= {{ since }} or ordered_at is null
    union all
    select settled.record_id
    from {{ this }} as settled
    cross join catalogue_sizes
    left join {{ ref('netted_purchases') }} as netted_purchases on settled.record_id = netted_purchases.record_id
    left join known_products on settled.product_id = known_products.product_id
    left join {{ ref('outlier_bounds') }} as by_product on settled.product_id = by_product.outlier_group
    left join {{ ref('outlier_bounds') }} as overall on overall.outlier_group = 'all'
    where
        settled.ordered_at < {{ since }}
        and (
            (netted_purchases.record_id is not null)
            <> coalesce(settled.found_rules like '%netted_by_cancellation;%', false)
            or (catalogue_sizes.product_count > 0 and known_products.product_id is null and settled.product_id is not null)
            <> coalesce(settled.found_rules like '%unknown_product;%', false)
            or coalesce(by_product.highest_amount, overall.highest_amount, 0) <> coalesce(settled.highest_amount, 0)
        )
),

-- And what shares a key with them.
reopened as (
    select record_id from changed
    {%- if key %}
    union
    select record_id
    from {{ staged }}
    where ({{ key | join(', ') }}) in (
        select ({{ key | join(', ') }})
        from {{ staged }}
        where record_id in (select record_id from changed)
    )
    {%- endif %}
),

reopened_lines as (
    select *
    from {{ ref('order_line_prices') }}
    where record_id in (select record_id from reopened)
),

{% endif -%}
{% if key -%}
-- Only lines that could stand are held against each other, so that a rejected one does not take a good one with it. Lines
-- cancelled later could: an older content must not come back when the newer one is cancelled.
valid_lines as (
    select lines.*
    from {{ lines }} as lines
    cross join {{ ref('as_of') }} as as_of
    cross join missing_value_policy
    where
        lines.copy_number = 1
        and lines.ordered_at <= as_of.as_of
        and lines.quantity > 0
        and coalesce(lines.unit_price, 1) > 0
        and coalesce(lines.status, '') not in ('cancelled', 'canceled')
        and coalesce(lines.unreadable_values, '') not like '%unit_price=%'
        and not coalesce({{ rejections.customer_required }}, false)
),

repeated_keys as (
    select {{ key | join(', ') }}
    from valid_lines
    group by {{ key | join(', ') }}
    having count(*) > 1
),

content_numbers as (
    select
        lines.record_id,
        row_number() over (
            partition by lines.{{ key | join(', lines.') }}
            order by lines.ordered_at desc nulls last, lines.record_id asc nulls last
        ) as content_number,
        lag(lines.ordered_at) over (
            partition by lines.{{ key | join(', lines.') }}
            order by lines.ordered_at desc nulls last, lines.record_id asc nulls last
        ) as superseded_at
    from valid_lines as lines
    inner join repeated_keys
        on {{ equal_columns('lines', 'repeated_keys', key) }}
),

{% endif -%}
compared as (
    select
        lines.*,
        as_of.as_of,
        missing_value_policy.customer_id_policy,
        netted_purchases.record_id is not null as is_netted,
        known_products.product_id is not null as is_known_product,
        catalogue_sizes.product_count > 0 as has_catalogue,
        {{ 'content_numbers.content_number' if key else '1' }} as content_number,
        {{ 'content_numbers.superseded_at' if key else 'cast(null as timestamp)' }} as superseded_at,
        cast(lines.quantity * lines.base_unit_price as decimal(18, 4)) as amount,
        coalesce(by_product.highest_amount, overall.highest_amount) as highest_amount,
        policies.policy as outlier_policy
    from {{ lines }} as lines
    cross join {{ ref('as_of') }} as as_of
    cross join catalogue_sizes
    cross join missing_value_policy
    left join {{ ref('netted_purchases') }} as netted_purchases on lines.record_id = netted_purchases.record_id
    left join known_products on lines.product_id = known_products.product_id
    {%- if key %}
    left join content_numbers on lines.record_id = content_numbers.record_id
    {%- endif %}
    left join {{ ref('outlier_bounds') }} as by_product on lines.product_id = by_product.outlier_group
    left join {{ ref('outlier_bounds') }} as overall on overall.outlier_group = 'all'
    left join {{ ref('outlier_policies') }} as policies
        on policies.raw_table = 'order_lines' and policies.column_name = 'amount'
),

ruled as (
    select
        *,
        {{ first_rule(rejections) }} as rejection_reason,
        case when base_unit_price <> unit_price then 'other_currency' end as unit_price_rule,
        case
            when amount > highest_amount and outlier_policy in ('cap', 'transform') then 'outlier_amount'
        end as amount_rule,
        case
            when amount > highest_amount and outlier_policy = 'cap' then highest_amount
            when amount > highest_amount and outlier_policy = 'transform'
                then {{ compressed_outlier('amount', 'highest_amount') }}
            else amount
        end as clean_amount
    from compared
)

select
    {%- for column in raw_contract()['order_lines']['columns'] %}
    {{ column }},
    {%- endfor %}
    record_id,
    unreadable_values,
    base_unit_price,
    amount,
    highest_amount,
    clean_amount,
    superseded_at,
    unit_price_rule,
    amount_rule,
    rejection_reason,
    {{ found_rules(dict(rejections, **flags), named=['unit_price_rule', 'amount_rule']) }} as found_rules
from ruled
