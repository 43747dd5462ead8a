-- Grain: one row per raw row of order_lines, with its disposition; see customer_dispositions for the columns. A cancellation is
-- rejected as cancelled, even if its quantity is negative. A missing price does not reject a line, because companies without
-- prices can still recommend; an unreadable, zero or negative price does. Products are only checked if a product table is mapped.
-- reversed_at: a line that a later line reversed was valid until then, and a cutoff in between must not see the reversal.
-- reversed_at is NULL if another rule also rejects the line, or if the line was reversed in the same second. Incremental: a build
-- judges again the rows that reads_from() reopens, and all older rows whose disposition another row or the catalogue has changed.
-- Therefore an incremental build and a full build give the same result.
-- depends_on: {{ ref('stg_order_lines') }} (read from the second build on)
{{ config(
    materialized='incremental', incremental_strategy='reopen', unique_key='record_id',
    meta={'time_column': 'ordered_at', 'settled_by': 'kept rows'},
    post_hook=["{{ forget_gone_customers(ref('customer_identities')) }}", '{{ note_inputs() }}']
) }}
{%- set since = reads_from() %}
{%- set reversals = ['netted_by_cancellation', 'conflicting_duplicate'] %}
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'after_as_of', 'cancelled',
    'refunded', 'pending', 'netted_by_cancellation', 'unreadable_number', 'implausible_number', 'missing_quantity',
    'negative_quantity', 'zero_price', 'negative_price', 'unknown_product', 'customer_required', 'conflicting_duplicate',
    'excluded_outlier'
] %}
{%- set flags = ['missing_customer', 'flagged_outlier', 'unknown_currency', 'unknown_status'] %}
with policies as (
    {{ policies_by_column('order_lines') }}
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

{% if since -%}
changed as (
    select record_id
    from {{ ref('stg_order_lines') }}
    where ordered_at >= {{ since }} or ordered_at is null
    union all
    select settled.record_id
    from {{ this }} as settled
    cross join catalogue_sizes
    left join {{ ref('reversed_order_lines') }} as reversed on settled.record_id = reversed.record_id
    left join known_products on settled.product_id = known_products.product_id
    left join {{ ref('outlier_bounds') }} as by_product on settled.product_id = by_product.outlier_group
    left join {{ ref('outlier_bounds') }} as overall on overall.outlier_group = 'all'
    where
        settled.ordered_at < {{ since }}
        and (
            reversed.cancelled_at is distinct from settled.cancelled_at
            or reversed.superseded_at is distinct from settled.superseded_at
            or (catalogue_sizes.product_count > 0 and known_products.product_id is null and settled.product_id is not null)
            <> coalesce(settled.found_rules like '%unknown_product;%', false)
            or coalesce(by_product.highest_amount, overall.highest_amount) is distinct from settled.highest_amount
            or coalesce(by_product.highest_quantity, overall.highest_quantity) is distinct from settled.highest_quantity
        )
),

{% endif -%}
compared as (
    select
        lines.*,
        as_of.as_of,
        policies.customer_id_policy,
        reversed.cancelled_at,
        reversed.superseded_at,
        known_products.product_id is null and catalogue_sizes.product_count > 0 as is_unknown,
        try_cast(cast(lines.quantity as decimal(38, 3)) * lines.base_unit_price as decimal(18, 4)) as amount,
        coalesce(by_product.highest_amount, overall.highest_amount) as highest_amount,
        coalesce(by_product.highest_quantity, overall.highest_quantity) as highest_quantity,
        outlier_policies.policy as outlier_policy
    from {{ ref('order_line_prices') }} as lines
    cross join {{ ref('as_of') }} as as_of
    cross join catalogue_sizes
    cross join policies
    left join {{ ref('reversed_order_lines') }} as reversed on lines.record_id = reversed.record_id
    left join known_products on lines.product_id = known_products.product_id
    left join {{ ref('outlier_bounds') }} as by_product on lines.product_id = by_product.outlier_group
    left join {{ ref('outlier_bounds') }} as overall on overall.outlier_group = 'all'
    left join {{ ref('outlier_policies') }} as outlier_policies
        on outlier_policies.raw_table = 'order_lines' and outlier_policies.column_name = 'amount'
    {%- if since %}
    where lines.record_id in (select record_id from changed)
    {%- endif %}
),

judged as (
    select
        *,
        copy_number > 1 as is_exact_duplicate,
        order_id is null or product_id is null as is_missing_key,
        {{ time_rules('ordered_at') }},
        ordered_at > as_of as is_after_as_of,
        status_meaning = 'cancelled' as is_cancelled,
        status_meaning = 'refunded' as is_refunded,
        status_meaning = 'pending' as is_pending,
        status_meaning = 'unknown' as is_unknown_status,
        cancelled_at is not null as is_netted_by_cancellation,
        {{ is_noted('unreadable_values', 'quantity') }}
        or {{ is_noted('unreadable_values', 'unit_price') }} as is_unreadable_number,
        {{ is_noted('implausible_values', 'quantity') }}
        or {{ is_noted('implausible_values', 'unit_price') }}
        or (quantity is not null and base_unit_price is not null and amount is null) as is_implausible_number,
        quantity is null
        and not {{ is_noted('unreadable_values', 'quantity') }}
        and not {{ is_noted('implausible_values', 'quantity') }} as is_missing_quantity,
        quantity <= 0 and coalesce(status_meaning, '') not in ('cancelled', 'refunded') as is_negative_quantity,
        unit_price = 0 as is_zero_price,
        unit_price < 0 as is_negative_price,
        product_id is not null and is_unknown as is_unknown_product,
        customer_id is null
        and customer_id_policy = 'reject'
        and {{ is_mapped('order_lines', 'customer_id') }} as is_customer_required,
        superseded_at is not null as is_conflicting_duplicate,
        amount > highest_amount and outlier_policy = 'exclude' as is_excluded_outlier,
        customer_id is null and {{ is_mapped('order_lines', 'customer_id') }} as is_missing_customer,
        amount > highest_amount and outlier_policy = 'flag' as is_flagged_outlier,
        currency is not null
        and unit_price is not null
        and base_unit_price is null
        and ordered_at is not null as is_unknown_currency,
        case when base_unit_price <> unit_price then 'other_currency' end as unit_price_rule,
        case when quantity > highest_quantity then 'outlier_quantity' end as quantity_rule,
        case when quantity > highest_quantity then highest_quantity else quantity end as clean_quantity,
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
    status_meaning,
    record_id,
    unreadable_values,
    implausible_values,
    base_unit_price,
    amount,
    highest_amount,
    clean_amount,
    highest_quantity,
    clean_quantity,
    cancelled_at,
    superseded_at,
    case
        when
            least(cancelled_at, superseded_at) > ordered_at
            and {{ first_rule(rejections | reject('in', reversals) | list) }} is null
            then least(cancelled_at, superseded_at)
    end as reversed_at,
    unit_price_rule,
    amount_rule,
    quantity_rule,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections + flags, ['unit_price_rule', 'amount_rule', 'quantity_rule']) }} as found_rules
from judged
