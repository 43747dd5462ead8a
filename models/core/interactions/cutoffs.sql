-- Grain: cutoff. Every feature, candidate, score and list is keyed by a cutoff and uses only data from before cutoff_at. The time
-- of a label is in [cutoff_at, horizon_ends_at). `live` is one second after as_of, so that the newest event is history. `test` is
-- one horizon earlier. Further test cutoffs (var backtest_cutoffs: `test_2`, …) precede it. The tuning cutoffs (`tune_1`, …)
-- precede all test cutoffs, so that nothing tuned has seen test data. A refresh has only `live`; cutoff_moments keeps the others.
-- With tune_cutoffs auto, there is a second tuning cutoff if the first has fewer than tuning_lists lists of customers with a
-- history (the learned ranker gains most from more lists), and fewer than customers_per_cutoff, the limit on its cost. With more
-- lists, a second cutoff would mostly cost time. It also needs at least half of the first cutoff's history: sources that know
-- much less than at `live` need other weights.
{%- set interactions = ref('interactions') if var('tune_cutoffs') == 'auto' and most_tune_cutoffs() > 1 else none %}
{%- set chooses = interactions is not none and run_scope() != 'refresh' %}
{%- set newest_tune = var('backtest_cutoffs') | int + 2 %}   {#- horizons from the newest tuning cutoff to `live` -#}
{%- set horizon = "interval '" ~ var('horizon_days') ~ "' day" %}
with live as (
    select as_of + interval '1' second as cutoff_at
    from {{ ref('as_of') }}
    where as_of is not null
),

{%- if chooses %}

tuning_customers as (
    select
        interactions.customer_index,
        count(*) filter (where interactions.occurred_at >= live.cutoff_at - {{ newest_tune }} * {{ horizon }}) as label_count,
        count(*) filter (where interactions.occurred_at < live.cutoff_at - {{ newest_tune }} * {{ horizon }}) as history_count,
        count(*) filter (where interactions.occurred_at < live.cutoff_at - {{ newest_tune + 1 }} * {{ horizon }}) as earlier_count
    from {{ interactions }} as interactions
    cross join live
    where
        interactions.occurred_at < live.cutoff_at - {{ newest_tune - 1 }} * {{ horizon }}
        and interactions.reversed_at is null
    group by interactions.customer_index
),

earliest as (
    select
        case
            when
                count(*) filter (where label_count > 0) < {{ [tuning_lists(), var('customers_per_cutoff')] | min }}
                and sum(earlier_count) * 2 >= sum(history_count)
                then {{ newest_tune + 1 }}
            else {{ newest_tune }}
        end as horizons_back
    from tuning_customers
    where history_count > 0
),
{%- else %}

earliest as (select {{ 0 if run_scope() == 'refresh' else past_cutoff_count() }} as horizons_back),
{%- endif %}

planned as (
    select
        steps.horizons_back,
        case
            when steps.horizons_back = 0 then 'live'
            when steps.horizons_back <= {{ var('backtest_cutoffs') | int + 1 }} then 'test'
            else 'tune'
        end as purpose
    from ({{ literal_rows('horizons_back', range(0, past_cutoff_count() + 1)) }}) as steps
    inner join earliest on steps.horizons_back <= earliest.horizons_back
)

select
    case
        when planned.purpose = 'tune'
            then 'tune_' || cast(planned.horizons_back - {{ var('backtest_cutoffs') | int + 1 }} as string)
        when planned.horizons_back > 1 then 'test_' || cast(planned.horizons_back as string)
        else planned.purpose
    end as cutoff_id,
    planned.purpose,
    live.cutoff_at - planned.horizons_back * {{ horizon }} as cutoff_at,
    live.cutoff_at - (planned.horizons_back - 1) * {{ horizon }} as horizon_ends_at
from planned
cross join live
