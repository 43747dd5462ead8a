-- Grain: one row per raw row of erasure_requests, with what cleaning makes of it; see customer_fates for the columns.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'customer_id is null',
    'missing_time': 'requested_at is null',
    'after_as_of': 'requested_at > as_of',
} %}
with records as (
    select
        records.*,
        as_of.as_of
    from {{ ref('stg_erasure_requests') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from records
