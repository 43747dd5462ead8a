-- Grain: experiment × issue, for each experiment with logged impressions and each issue of the macro data_issues, also without
-- any record: a zero shows that the check ran. Only customers who consent to personalisation and analytics count. An impression
-- with several issues counts in each. negative_revenue counts order lines that cleaning rejects, of customers of the experiment
-- since their first measured impression: no metric contains them. Counts of fewer than smallest_published_cell customers are
-- NULL, and so are the numbers that depend on them.
with measured as (
    select
        experiment,
        customer_id,
        min(shown_at) as first_shown_at,
        count(*) as record_count,
        count(distinct variant) as variant_count
    from {{ ref('measured_impressions') }}
    group by experiment, customer_id
),

periods as (
    select
        experiment,
        max(ends_on) as ends_on,
        count(*) as record_count
    from {{ ref('logged_impressions') }}
    group by experiment
),

order_lines as (
    select
        measured.experiment,
        lines.customer_id,
        coalesce(lines.rejection_reason in ('negative_price', 'negative_quantity'), false) as is_negative
    from {{ ref('order_line_dispositions') }} as lines
    inner join measured
        on
            lines.customer_id = measured.customer_id
            and lines.ordered_at >= measured.first_shown_at
    inner join periods
        on
            measured.experiment = periods.experiment
            and (periods.ends_on is null or cast(lines.ordered_at as date) <= periods.ends_on)
    where lines.rejection_reason is null or lines.rejection_reason in ('negative_price', 'negative_quantity')
),

line_counts as (
    select
        experiment,
        count(*) as record_count
    from order_lines
    group by experiment
),

found as (
    {%- for issue in data_issues() %}
    select
        experiment,
        '{{ issue.issue }}' as issue,
        count(distinct customer_id) as customer_count,
        {{ 'sum(record_count)' if issue.issue == 'several_variants' else 'count(*)' }} as record_count
    {%- if issue.issue == 'several_variants' %}
    from measured
    where variant_count > 1
    {%- elif issue.records == 'order_lines' %}
    from order_lines
    where is_negative
    {%- else %}
    from {{ ref('logged_impressions') }}
    where {{ issue.flag }}
    {%- endif %}
    group by experiment
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

checks as (
    {%- for issue in data_issues() %}
    select
        '{{ issue.issue }}' as issue,
        '{{ issue.records }}' as records,
        '{{ issue.action }}' as action
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        periods.experiment,
        checks.issue,
        checks.records,
        checks.action,
        coalesce(found.customer_count, 0) as customer_count,
        coalesce(found.record_count, 0) as record_count,
        case when checks.records = 'impressions' then periods.record_count else line_counts.record_count end as total_count
    from periods
    cross join checks
    left join found
        on
            periods.experiment = found.experiment
            and checks.issue = found.issue
    left join line_counts on periods.experiment = line_counts.experiment
),

judged as (
    select
        *,
        customer_count = 0 or customer_count >= {{ var('smallest_published_cell') }} as is_shown
    from counted
)

select
    experiment,
    issue,
    records,
    action,
    case when is_shown then customer_count end as customer_count,
    case when is_shown then cast(record_count as bigint) end as record_count,
    case when is_shown then record_count / nullif(cast(total_count as double), 0) end as record_share
from judged
