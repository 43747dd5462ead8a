-- Grain: raw table × column × policy: the effect of each outlier policy, whether in force or not, so that an analyst can compare
-- policies before choosing one in outlier_policies. Covers valid lines, that is, lines not rejected for another reason.
with lines as (
    select
        amount,
        highest_amount
    from {{ ref('order_line_dispositions') }}
    where coalesce(rejection_reason, 'excluded_outlier') = 'excluded_outlier' and amount is not null
),

policies as (
    {{ literal_rows('policy', ['cap', 'transform', 'exclude', 'flag']) }}
),

bounds as (
    select {{ string_list('distinct scale_source') }} as scale_sources
    from {{ ref('outlier_bounds') }}
),

treated as (
    select
        policies.policy,
        lines.amount,
        lines.amount > lines.highest_amount as is_outlier,
        case
            when lines.amount <= lines.highest_amount then lines.amount
            when policies.policy = 'cap' then lines.highest_amount
            when policies.policy = 'transform' then {{ compressed_outlier('lines.amount', 'lines.highest_amount') }}
            when policies.policy = 'exclude' then 0
            else lines.amount
        end as treated_amount
    from lines
    cross join policies
)

select
    'order_lines' as raw_table,
    'amount' as column_name,
    treated.policy,
    coalesce(in_force.policy is not null, false) as is_in_force,
    count(*) as line_count,
    count(*) filter (where treated.is_outlier) as outlier_count,
    cast(sum(treated.amount) as decimal(38, 4)) as amount_before,
    cast(sum(treated.treated_amount) as decimal(38, 4)) as amount_after,
    max(bounds.scale_sources) as scale_sources
from treated
cross join bounds
left join {{ ref('outlier_policies') }} as in_force
    on
        in_force.raw_table = 'order_lines'
        and in_force.column_name = 'amount'
        and treated.policy = in_force.policy
group by treated.policy, in_force.policy
