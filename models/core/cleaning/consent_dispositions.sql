-- Grain: one row per raw row of consents, with its disposition; see customer_dispositions for the columns. A refusal applies from
-- the next build on, even if as_of is before the refusal: only consents granted after as_of are rejected.
{%- set purposes = consent_purposes() | join("', '") %}
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'unknown_purpose',
    'unreadable_decision', 'missing_decision', 'after_as_of'
] %}
with judged as (
    select
        records.*,
        records.copy_number > 1 as is_exact_duplicate,
        records.customer_id is null or records.purpose is null as is_missing_key,
        {{ time_rules('changed_at', 'records') }},
        records.purpose not in ('{{ purposes }}') as is_unknown_purpose,
        {{ is_noted('records.unreadable_values', 'is_granted') }} as is_unreadable_decision,
        records.is_granted is null and not {{ is_noted('records.unreadable_values', 'is_granted') }} as is_missing_decision,
        records.changed_at > as_of.as_of and records.is_granted as is_after_as_of
    from {{ ref('stg_consents') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    record_id,
    customer_id,
    purpose,
    is_granted,
    changed_at,
    unreadable_values,
    implausible_values,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from judged
