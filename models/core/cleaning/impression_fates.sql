-- Grain: one row per raw row of impressions, with what cleaning makes of it; see customer_fates for the columns. A click or
-- purchase after as_of is blanked: as of now the product was shown and nothing came of it yet. To reject the row would lose
-- just those impressions of the last hours that had an effect.
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
),

ruled as (
    select
        *,
        case when clicked_at <= as_of then clicked_at end as clean_clicked_at,
        case when purchased_at <= as_of then purchased_at end as clean_purchased_at,
        case when clicked_at > as_of then 'outcome_after_as_of' end as clicked_at_rule,
        case when purchased_at > as_of then 'outcome_after_as_of' end as purchased_at_rule
    from records
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections, named=['clicked_at_rule', 'purchased_at_rule']) }} as found_rules
from ruled
