-- Grain: experiment × variant (all but the control): what to do, by fixed rules, in this order. invalid: sample-ratio
-- mismatch. keep_control: the primary metric is worse or a guardrail inferior. ship: the primary metric is better and no
-- guardrail is inconclusive. keep_control: the experiment has ended, or both arms have the customers that
-- experiment_relevant_change needs and no difference is seen. go_on: all else. Before the end, the primary metric is judged by
-- its always-valid interval, because a running experiment is read repeatedly; after the end, by its interval for a single
-- analysis.
with as_of_dates as (
    select cast(as_of as date) as as_of_date
    from {{ ref('as_of') }}
),

primary_results as (
    select
        results.*,
        coalesce(own_plans.ends_on < as_of_dates.as_of_date, false) as is_ended
    from {{ ref('experiment_results') }} as results
    inner join {{ ref('experiment_plans') }} as own_plans on results.experiment = own_plans.experiment
    cross join as_of_dates
    where results.is_primary
),

guardrails as (
    select
        experiment,
        variant,
        count(*) as guardrail_count,
        {{ string_list("case when guardrail_status = 'inferior' then metric end") }} as inferior_guardrails,
        {{ string_list("case when guardrail_status = 'inconclusive' then metric end") }} as inconclusive_guardrails
    from {{ ref('experiment_results') }}
    where guardrail_status is not null
    group by experiment, variant
),

judged as (
    select
        results.experiment,
        results.variant,
        results.metric as primary_metric,
        results.is_ended,
        coalesce(arms.is_sample_ratio_ok, true) as is_sample_ratio_ok,
        results.status as result_status,
        least(results.customer_count, results.control_customer_count) >= results.customers_needed as has_needed_customers,
        results.difference,
        case when results.is_ended then results.ci_low else results.always_valid_low end as difference_low,
        case when results.is_ended then results.ci_high else results.always_valid_high end as difference_high,
        case
            when results.is_ended or results.difference is null then results.status
            when results.always_valid_low > 0 then 'better'
            when results.always_valid_high < 0 then 'worse'
            else 'no_difference_seen'
        end as primary_status,
        coalesce(guardrails.guardrail_count, 0) as guardrail_count,
        nullif(guardrails.inferior_guardrails, '') as inferior_guardrails,
        nullif(guardrails.inconclusive_guardrails, '') as inconclusive_guardrails
    from primary_results as results
    inner join {{ ref('experiment_arms') }} as arms
        on
            results.experiment = arms.experiment
            and results.variant = arms.variant
    left join guardrails
        on
            results.experiment = guardrails.experiment
            and results.variant = guardrails.variant
),

reasoned as (
    select
        *,
        case
            when not is_sample_ratio_ok then 'mismatch'
            when primary_status = 'worse' then 'worse'
            when inferior_guardrails is not null then 'inferior'
            when primary_status = 'better' and inconclusive_guardrails is null then 'better'
            when is_ended and primary_status = 'better' then 'ended_inconclusive'
            when is_ended then 'ended'
            when
                primary_status = 'no_difference_seen' and result_status = 'no_difference_seen'
                and coalesce(has_needed_customers, false)
                then 'no_relevant_difference'
            when primary_status = 'better' then 'inconclusive'
            else 'undecided'
        end as reason,
        case when guardrail_count > 0 then ', and no guardrail falls by more than the margin.' else '.' end as guardrail_words,
        primary_metric || ' is better, but ' || inconclusive_guardrails || ' may have fallen by more than the margin.'
            as inconclusive_words
    from judged
)

select
    experiment,
    variant,
    primary_metric,
    is_ended,
    is_sample_ratio_ok,
    primary_status,
    difference,
    difference_low,
    difference_high,
    cast(guardrail_count as integer) as guardrail_count,
    inferior_guardrails,
    inconclusive_guardrails,
    case
        when reason = 'mismatch' then 'invalid'
        when reason = 'better' then 'ship'
        when reason in ('inconclusive', 'undecided') then 'go_on'
        else 'keep_control'
    end as recommendation,
    case reason
        when 'mismatch' then 'Invalid: the shares of customers in the arms deviate from the plan. Find the cause and start again.'
        when 'worse' then 'Keep the control: ' || primary_metric || ' is worse in ' || variant || '.'
        when 'inferior' then 'Keep the control: ' || variant || ' harms ' || inferior_guardrails || '.'
        when 'better' then 'Ship ' || variant || ': ' || primary_metric || ' is better' || guardrail_words
        when 'ended_inconclusive' then 'Keep the control: ' || inconclusive_words
        when 'ended' then 'Keep the control: the experiment has ended, and ' || primary_metric || ' is not shown to be better.'
        when 'no_relevant_difference'
            then 'Keep the control: enough customers took part, and ' || primary_metric || ' does not differ.'
        when 'inconclusive' then 'Go on: ' || inconclusive_words
        else 'Go on: too few customers took part to judge ' || primary_metric || '.'
    end as explanation
from reasoned
