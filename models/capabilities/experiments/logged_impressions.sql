-- Grain: logged impression of a customer who consents to personalisation and analytics, with the experiment that it belongs to
-- and the errors of its log entry. Includes the impressions that cleaning rejects for an impossible outcome, so that they can
-- be counted. An impression belongs to the experiment that the log names, if the seed has it with this variant; else to the
-- running experiment with its variant; else to `unnamed`. Without a variant it belongs to `none`. The two checks of the list
-- need list_id in the log, and a list that list_history still keeps. list_length is the largest position shown to the customer
-- at the same time, excluded impressions included.
with logged as (
    select
        impressions.record_id,
        impressions.customer_id,
        impressions.product_id,
        impressions.list_id,
        impressions.position,
        impressions.experiment as logged_experiment,
        impressions.variant,
        impressions.propensity,
        impressions.shown_at,
        impressions.clean_clicked_at as clicked_at,
        impressions.clean_added_to_cart_at as added_to_cart_at,
        impressions.clean_purchased_at as purchased_at,
        impressions.rejection_reason,
        impressions.rejection_reason = 'clicked_before_shown'
        and (impressions.clicked_at < impressions.shown_at or impressions.added_to_cart_at < impressions.shown_at)
            as is_click_before_shown,
        impressions.rejection_reason = 'clicked_before_shown'
        and impressions.purchased_at < impressions.shown_at as is_purchase_before_shown,
        impressions.rejection_reason in ('missing_time', 'unreadable_time', 'implausible_time')
        and coalesce(impressions.clicked_at, impressions.added_to_cart_at, impressions.purchased_at) is not null
            as is_outcome_without_impression
    from {{ ref('impression_dispositions') }} as impressions
    left join {{ ref('customer_consents') }} as consents on impressions.customer_id = consents.customer_id
    where
        {{ has_consent('consents', 'personalisation') }}
        and {{ has_consent('consents', 'analytics') }}
        and (
            impressions.rejection_reason is null
            or impressions.rejection_reason in (
                'clicked_before_shown', 'missing_time', 'unreadable_time', 'implausible_time'
            )
        )
        and impressions.customer_id is not null
),

fitting as (
    select
        logged.record_id,
        experiments.experiment,
        experiments.starts_on,
        experiments.ends_on,
        count(*) over (
            partition by logged.record_id, coalesce(logged.logged_experiment = experiments.experiment, false)
        ) as fitting_count,
        row_number() over (
            partition by logged.record_id
            order by
                case when logged.logged_experiment = experiments.experiment then 0 else 1 end asc nulls last,
                experiments.starts_on desc nulls last,
                experiments.experiment asc nulls last
        ) as fitting_rank
    from logged
    inner join {{ ref('experiment_variants') }} as variants on logged.variant = variants.variant
    inner join {{ ref('experiments') }} as experiments
        on
            variants.experiment = experiments.experiment
            and (
                logged.logged_experiment = experiments.experiment
                or (
                    logged.shown_at >= experiments.starts_on
                    and (experiments.ends_on is null or cast(logged.shown_at as date) <= experiments.ends_on)
                )
            )
),

published_lists as (
    select
        list_id,
        customer_id,
        max(as_of) as as_of
    from {{ ref('list_history') }}
    group by list_id, customer_id
),

known_lists as (
    select distinct list_id
    from {{ ref('list_history') }}
)

select
    logged.record_id,
    logged.customer_id,
    logged.product_id,
    logged.list_id,
    logged.position,
    logged.variant,
    logged.propensity,
    logged.shown_at,
    logged.clicked_at,
    logged.added_to_cart_at,
    logged.purchased_at,
    max(case when logged.rejection_reason is null then logged.position end) over (
        partition by logged.customer_id, logged.shown_at
    ) as list_length,
    coalesce(fitting.experiment, case when logged.variant is null then 'none' else 'unnamed' end) as experiment,
    fitting.ends_on,
    coalesce(fitting.fitting_count, 0) as fitting_count,
    logged.rejection_reason is not null as is_rejected,
    coalesce(logged.shown_at < fitting.starts_on, false) as is_before_start,
    coalesce(cast(logged.shown_at as date) > fitting.ends_on, false) as is_after_end,
    coalesce(logged.is_click_before_shown, false) as is_click_before_shown,
    coalesce(logged.is_purchase_before_shown, false) as is_purchase_before_shown,
    coalesce(logged.is_outcome_without_impression, false) as is_outcome_without_impression,
    known_lists.list_id is not null and listed.product_id is null as is_not_in_list,
    coalesce(logged.shown_at < published_lists.as_of, false) as is_before_release,
    coalesce(logged.propensity = 0, false) as is_zero_propensity,
    logged.propensity is null and {{ is_mapped('impressions', 'propensity') }} as is_missing_propensity
from logged
left join fitting
    on
        logged.record_id = fitting.record_id
        and fitting.fitting_rank = 1
left join known_lists on logged.list_id = known_lists.list_id
left join published_lists
    on
        logged.list_id = published_lists.list_id
        and logged.customer_id = published_lists.customer_id
left join {{ ref('list_history') }} as listed
    on
        logged.list_id = listed.list_id
        and logged.customer_id = listed.customer_id
        and logged.product_id = listed.product_id
