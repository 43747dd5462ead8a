-- Grain: experiment that runs at as_of × segment of customers (`all` unless experiment_bandit_by is set) × planned variant:
-- shares of the next period's customers, from the posteriors of the primary metric at as_of. Empty while
-- experiment_bandit_method is none. The package computes probabilities by integrals over the posteriors instead of random draws,
-- so that they have no noise. thompson gives each variant its probability of being the best (Scott 2010, A modern Bayesian look
-- at the multi-armed bandit; Chapelle and Li 2011, An empirical evaluation of Thompson sampling). ucb1 and epsilon_greedy give
-- all customers above the floors to one variant (Auer, Cesa-Bianchi and Fischer 2002). The search stops when the value remaining
-- in it is probably below experiment_relevant_change (Scott 2015, Multi-armed bandit experiments in the online service economy).
-- Small segments show no numbers (macro suppressed_cells), and then no variant of the segment does: the probabilities of the
-- others depend on the suppressed counts.
with posteriors as (
    select *
    from {{ ref('bandit_posteriors') }}
),

cells as (
    {{ suppressed_cells('posteriors', 'customer_count', ['segment'], [['experiment', 'variant']]) | indent(4) }}
),

judged as (
    select
        *,
        max(case when is_suppressed then 1 else 0 end) over (partition by experiment, segment) = 0 as is_shown
    from cells
)

select
    experiment,
    segment,
    variant,
    metric,
    case when not is_suppressed then customer_count end as customer_count,
    {%- for column in [
        'posterior_mean', 'posterior_low', 'posterior_high', 'probability_best', 'expected_loss', 'probability_beaten',
    ] %}
    case when is_shown then {{ column }} end as {{ column }},
    {%- endfor %}
    share_now,
    case when is_shown then share_next end as share_next,
    case when is_shown then is_stopped end as is_stopped
from judged
