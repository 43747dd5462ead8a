-- Grain: one row where tuning has too few labels, none otherwise. A list counts where a customer has an interaction in a horizon
-- and one before it: others say nothing of what is learned from histories. Where most customers have all of their history within
-- a day, times are little more than an order, and the last products of each customer are better labels than those of a horizon.
-- Else of horizon_days and tune_cutoffs that would give enough the nearest to those in use are named.
{{ config(materialized='view') }}
{%- set fewest_lists = 100 %}   {#- nDCG deviates by 0.3 between lists: its standard error is 0.03, as much as good sources differ -#}
{%- set history_horizons = 2 %}   {#- before the earliest tuning cutoff, so that histories are no shorter than what follows -#}
{%- set largest_order_share = 0.5 %}   {#- of the customers with several products -#}
{%- set most_tune_cutoffs = 4 %}
{%- set horizon, used = var('horizon_days') | int, var('tune_cutoffs') | int %}
{%- set horizons = [1, 3, 7, 14, 28, 56, 91, 182, horizon] | unique | list %}
{%- set first_tune = past_cutoff_count() - used + 1 %}   {#- horizons from the start of the latest tuning horizon to `live` -#}
with live as (
    select cutoff_at
    from {{ ref('cutoffs') }}
    where
        purpose = 'live'
        and {{ 'false' if used == 0 or run_scope() == 'refresh' or seam_is_on('held_out_interactions') else 'true' }}
),

activity as (
    select distinct
        interactions.customer_index,
        interactions.product_index,
        cast(ceil(
            ({{ epoch_seconds('live.cutoff_at') }} - {{ epoch_seconds('interactions.occurred_at') }}) / 86400.0
        ) as int) as days_ago
    from {{ ref('interactions') }} as interactions
    inner join live on {{ is_history('interactions', 'live') }}
),

histories as (
    select
        customer_index,
        max(days_ago) as oldest_days_ago,
        max(days_ago) - min(days_ago) <= 1 and count(distinct product_index) > 1 as is_of_one_day,
        count(distinct product_index) > 1 as has_several,
        count(distinct case
            when
                days_ago > {{ (first_tune - 1) * horizon }}
                and days_ago <= {{ (first_tune + used - 1) * horizon }}
                then cast(ceil(days_ago / {{ horizon }}.0) as int)
        end)
        - case
            when
                max(days_ago) > {{ (first_tune - 1) * horizon }}
                and max(days_ago) <= {{ (first_tune + used - 1) * horizon }}
                then 1
            else 0
        end as list_count
    from activity
    group by customer_index
),

totals as (
    select
        coalesce(sum(list_count), 0) as list_count,
        max(oldest_days_ago) as span_days,
        count(*) filter (where is_of_one_day) as one_day_count,
        count(*) filter (where has_several) as several_count
    from histories
),

lacking as (
    select
        *,
        one_day_count > {{ largest_order_share }} * several_count as is_order
    from totals
    where
        span_days is not null
        and (
            list_count < {{ fewest_lists }}
            or (span_days < {{ (past_cutoff_count() + history_horizons) * horizon }} and list_count < {{ fewest_lists }} * 10)
        )
),

steps as (
    select distinct
        tried.horizon_days,
        activity.customer_index,
        cast(ceil(activity.days_ago / cast(tried.horizon_days as double)) as int) as horizons_back
    from lacking
    cross join ({{ literal_rows('horizon_days', horizons) }}) as tried
    cross join activity
    where not lacking.is_order
),

followed as (
    select
        *,
        max(horizons_back) over (partition by horizon_days, customer_index) as oldest_horizons_back
    from steps
),

options as (
    select
        tried.tune_cutoffs,
        followed.horizon_days,
        count(*) as list_count
    from followed
    inner join ({{ literal_rows('tune_cutoffs', range(1, most_tune_cutoffs + 1)) }}) as tried
        on
            followed.horizons_back >= {{ first_tune }}
            and followed.horizons_back < {{ first_tune }} + tried.tune_cutoffs
    where followed.horizons_back < followed.oldest_horizons_back
    group by tried.tune_cutoffs, followed.horizon_days
),

ranked as (
    select
        options.*,
        row_number() over (
            order by abs(ln(options.horizon_days / {{ horizon }}.0)) asc nulls last, options.tune_cutoffs asc nulls last,
                options.horizon_days asc nulls last
        ) as place
    from options
    cross join lacking
    where
        options.list_count >= {{ fewest_lists }}
        and ({{ first_tune - 1 + history_horizons }} + options.tune_cutoffs) * options.horizon_days <= lacking.span_days
)

select
    concat(
        'horizon_days: {{ horizon }} with tune_cutoffs: {{ used }} gives ', cast(lacking.list_count as string),
        ' lists to tune by, of customers with a history and a choice after it; at least {{ fewest_lists }} are needed. The data spans ',
        cast(lacking.span_days as string), ' days. ',
        case
            when lacking.is_order
                then
                    concat(
                        cast(lacking.one_day_count as string), ' of ', cast(lacking.several_count as string),
                        ' customers with several products chose them all within a day, so times are little more than an order: ',
                        'evaluation_protocol: leave_last_out holds out each customer''s last products.'
                    )
            when ranked.place is null then 'No horizon gives enough, so read every comparison with its interval.'
            else
                concat(
                    'horizon_days: ', cast(ranked.horizon_days as string), ' with tune_cutoffs: ', cast(ranked.tune_cutoffs as string),
                    ' gives ', cast(ranked.list_count as string), '.'
                )
        end
    ) as message
from lacking
left join ranked on ranked.place = 1
