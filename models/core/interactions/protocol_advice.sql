-- Grain: one row if tuning has too few labels or the data are too short for the cutoffs; otherwise no row. A tuning list is a
-- customer with an interaction in a tuning horizon and one before it. If most customers have their whole history within a day,
-- these lists represent a minority: the times are little more than an order, and each customer's last products are better labels.
-- Otherwise the message names the horizon_days and tune_cutoffs closest to the current ones that would give enough lists.
{{ config(materialized='view') }}
{#- nDCG has a standard deviation of 0.3 between lists. With 100 lists its standard error of 0.03 is as large as the gap between
    good sources. -#}
{%- set fewest_lists = 100 %}
{%- set fewest_of_minority = 1000 %}   {#- if most customers have no such list -#}
{%- set history_horizons = 2 %}   {#- before the earliest tuning cutoff; the history should be longer than the period after it -#}
{%- set horizon, used = var('horizon_days') | int, most_tune_cutoffs() %}
{%- set tried_horizons, most_tried = [1, 3, 7, 14, 28, 56, 91, 182, 364], 4 %}
{%- set first_tune = past_cutoff_count() - used + 1 %}   {#- horizons from the newest tuning cutoff to `live` -#}
{%- set chosen = "(select count(*) from " ~ ref('cutoffs') ~ " where purpose = 'tune')" %}
{%- set used_count = chosen if var('tune_cutoffs') == 'auto' else used %}
{#- With auto, one tuning cutoff is enough. -#}
{%- set fewest_horizons = first_tune - 1 + (1 if var('tune_cutoffs') == 'auto' else used) + history_horizons %}
{%- set fewest_days = fewest_horizons * horizon %}
{%- set is_tuned = used > 0 and run_scope() != 'refresh' and not seam_is_on('held_out_interactions') %}
with activity as (
    select
        interactions.customer_index,
        interactions.product_index,
        ({{ epoch_seconds('live.cutoff_at') }} - {{ epoch_seconds('interactions.occurred_at') }}) / 86400.0 as days_ago
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('cutoffs') }} as live
        on
            {{ is_history('interactions', 'live') }}
            and live.purpose = 'live'
            and {{ 'true' if is_tuned else 'false' }}
),

customers as (
    select
        customer_index,
        max(days_ago) as oldest_days_ago,
        max(days_ago) - min(days_ago) < 1 as is_of_one_day
    from activity
    group by customer_index
    having count(distinct product_index) > 1
),

customer_counts as (
    select
        count(*) as customer_count,
        count(*) filter (where is_of_one_day) as one_day_count,
        max(oldest_days_ago) as span_days
    from customers
),

used_steps as (
    select distinct
        customer_index,
        cast(ceil(days_ago / {{ horizon }}) as int) as horizons_back
    from activity
),

used_labels as (
    select
        horizons_back,
        max(horizons_back) over (partition by customer_index) as oldest_horizons_back
    from used_steps
),

used_counts as (
    select count(*) as list_count
    from used_labels
    where
        horizons_back >= {{ first_tune }}
        and horizons_back < {{ first_tune }} + {{ used_count }}
        and horizons_back < oldest_horizons_back
),

lacking as (
    select
        customer_counts.*,
        used_counts.list_count,
        customer_counts.one_day_count * 2 > customer_counts.customer_count as is_order
    from customer_counts
    cross join used_counts
    where
        customer_counts.customer_count > 0
        and (
            used_counts.list_count < {{ fewest_lists }}
            or customer_counts.span_days < {{ fewest_days }}
            or (
                customer_counts.one_day_count * 2 > customer_counts.customer_count
                and used_counts.list_count < {{ fewest_of_minority }}
            )
        )
),

tried_steps as (
    select distinct
        tried.horizon_days,
        activity.customer_index,
        cast(ceil(activity.days_ago / tried.horizon_days) as int) as horizons_back
    from lacking
    cross join ({{ literal_rows('horizon_days', (tried_horizons + [horizon]) | unique | list) }}) as tried
    cross join activity
    where not lacking.is_order
),

tried_labels as (
    select
        horizon_days,
        horizons_back,
        max(horizons_back) over (partition by horizon_days, customer_index) as oldest_horizons_back
    from tried_steps
),

options as (
    select
        labels.horizon_days,
        tried.tune_cutoffs,
        count(*) as list_count
    from tried_labels as labels
    inner join ({{ literal_rows('tune_cutoffs', range(1, most_tried + 1)) }}) as tried
        on
            labels.horizons_back >= {{ first_tune }}
            and labels.horizons_back < {{ first_tune }} + tried.tune_cutoffs
            and labels.horizons_back < labels.oldest_horizons_back
    group by labels.horizon_days, tried.tune_cutoffs
),

nearest as (
    select
        options.*,
        row_number() over (
            order by
                abs(ln(options.horizon_days / {{ horizon }}.0)) asc nulls last,
                options.tune_cutoffs asc nulls last,
                options.horizon_days asc nulls last
        ) as preference
    from options
    inner join lacking
        on
            options.list_count >= {{ fewest_lists }}
            and ({{ first_tune - 1 + history_horizons }} + options.tune_cutoffs) * options.horizon_days <= lacking.span_days
)

select
    concat(
        'horizon_days: {{ horizon }} with tune_cutoffs: {{ var('tune_cutoffs') }} gives ', cast(lacking.list_count as string),
        ' tuning lists (customers with a history and a later choice) in ',
        cast(cast(ceil(lacking.span_days) as int) as string), ' days of data. At least ',
        case when lacking.is_order then '{{ fewest_of_minority }}' else '{{ fewest_lists }}' end,
        ' lists and {{ fewest_days }} days are needed. ',
        case
            when lacking.is_order
                then
                    concat(
                        cast(lacking.one_day_count as string), ' of ', cast(lacking.customer_count as string),
                        ' customers with several products chose them within a day. Set evaluation_protocol: leave_last_out, ',
                        'which holds out the last products of each customer.'
                    )
            when nearest.preference is null then 'No horizon_days gives enough.'
            else
                concat(
                    'horizon_days: ', cast(nearest.horizon_days as string), ' with tune_cutoffs: ',
                    cast(nearest.tune_cutoffs as string), ' gives ', cast(nearest.list_count as string), ' lists.'
                )
        end
    ) as message
from lacking
left join nearest on nearest.preference = 1
