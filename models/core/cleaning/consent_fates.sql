-- Grain: one row per raw row of consents, with what cleaning makes of it; see customer_fates for the columns. A refusal
-- holds from the next build on, whatever moment that build is made for: only what was granted after as_of is rejected.
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'customer_id is null or purpose is null',
    'missing_time': 'changed_at is null',
    'unknown_purpose': "purpose not in ('" ~ consent_purposes() | join("', '") ~ "')",
    'missing_decision': 'is_granted is null',
    'after_as_of': 'changed_at > as_of and is_granted',
} %}
with records as (
    select
        records.*,
        as_of.as_of
    from {{ ref('stg_consents') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections) }} as found_rules
from records
