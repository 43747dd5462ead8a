-- Grain: one row per raw row of feedback, with its disposition; see customer_dispositions for the columns.
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'after_as_of', 'unknown_verdict'
] %}
with judged as (
    select
        records.*,
        records.copy_number > 1 as is_exact_duplicate,
        records.customer_id is null or records.product_id is null as is_missing_key,
        {{ time_rules('given_at', 'records') }},
        records.given_at > as_of.as_of as is_after_as_of,
        coalesce(records.verdict, '') not in ('like', 'dislike') as is_unknown_verdict
    from {{ ref('stg_feedback') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    record_id,
    customer_id,
    product_id,
    verdict,
    given_at,
    unreadable_values,
    implausible_values,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from judged
