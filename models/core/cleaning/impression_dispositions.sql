-- Grain: one row per raw row of impressions, with its disposition; see customer_dispositions for the columns. An outcome
-- (click, cart or purchase) after as_of is set to NULL, because at as_of the product had been shown without an outcome.
-- Rejecting such rows would drop exactly the impressions of the last hours that had an outcome.
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'unreadable_time', 'implausible_time', 'missing_time', 'after_as_of', 'clicked_before_shown'
] %}
{%- set value_rules = ['position_rule', 'propensity_rule', 'clicked_at_rule', 'added_to_cart_at_rule', 'purchased_at_rule'] %}
with judged as (
    select
        records.*,
        case when records.clicked_at <= as_of.as_of then records.clicked_at end as clean_clicked_at,
        case when records.added_to_cart_at <= as_of.as_of then records.added_to_cart_at end as clean_added_to_cart_at,
        case when records.purchased_at <= as_of.as_of then records.purchased_at end as clean_purchased_at,
        coalesce(
            {{ value_rule('clicked_at') | indent(12) }},
            case when records.clicked_at > as_of.as_of then 'outcome_after_as_of' end
        ) as clicked_at_rule,
        coalesce(
            {{ value_rule('added_to_cart_at') | indent(12) }},
            case when records.added_to_cart_at > as_of.as_of then 'outcome_after_as_of' end
        ) as added_to_cart_at_rule,
        coalesce(
            {{ value_rule('purchased_at') | indent(12) }},
            case when records.purchased_at > as_of.as_of then 'outcome_after_as_of' end
        ) as purchased_at_rule,
        {{ value_rule('position') | indent(8) }} as position_rule,
        {{ value_rule('propensity') | indent(8) }} as propensity_rule,
        records.copy_number > 1 as is_exact_duplicate,
        records.impression_id is null or records.customer_id is null or records.product_id is null as is_missing_key,
        {{ time_rules('shown_at', 'records') }},
        records.shown_at > as_of.as_of as is_after_as_of,
        records.clicked_at < records.shown_at
        or records.added_to_cart_at < records.shown_at
        or records.purchased_at < records.shown_at as is_clicked_before_shown
    from {{ ref('stg_impressions') }} as records
    cross join {{ ref('as_of') }} as as_of
)

select
    record_id,
    impression_id,
    list_id,
    release_id,
    customer_id,
    product_id,
    position,
    experiment,
    variant,
    propensity,
    shown_at,
    clicked_at,
    added_to_cart_at,
    purchased_at,
    unreadable_values,
    implausible_values,
    clean_clicked_at,
    clean_added_to_cart_at,
    clean_purchased_at,
    position_rule,
    propensity_rule,
    clicked_at_rule,
    added_to_cart_at_rule,
    purchased_at_rule,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections, value_rules) }} as found_rules
from judged
