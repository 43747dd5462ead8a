-- Grain: one row per raw row of feedback, with what cleaning makes of it; see customer_fates for the columns.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'customer_id is null or product_id is null',
    'missing_time': 'given_at is null',
    'after_as_of': 'given_at > as_of',
    'unknown_verdict': "coalesce(verdict, '') not in ('like', 'dislike')",
} %}
with records as (
    select
        records.*,
        as_of.as_of
    from {{ ref('stg_feedback') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from records
