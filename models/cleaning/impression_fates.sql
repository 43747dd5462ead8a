-- Grain: one row per raw row of impressions, with what cleaning makes of it; see customer_fates for the columns.
-- Read by the tables of marts/quality.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'impression_id is null or customer_id is null or product_id is null',
    'missing_time': 'shown_at is null',
    'after_as_of': 'shown_at > as_of',
    'clicked_before_shown': 'clicked_at < shown_at or purchased_at < shown_at',
} %}
with records as (
    select
        records.*,
        as_of.as_of
    from {{ ref('stg_impressions') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from records
