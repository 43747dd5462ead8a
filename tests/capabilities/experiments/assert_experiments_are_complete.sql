-- Catches an experiment whose results would be empty: fewer than two variants, no control, a metric that does not exist, or variants
-- of an experiment that does not exist.
with variants as (
    select
        experiment,
        count(*) as variant_count,
        count(*) filter (where variant = '{{ var("experiment_control_variant") }}') as control_count
    from {{ ref('experiment_variants') }}
    group by experiment
),

named_metrics as (
    select
        experiment,
        primary_metric as metric
    from {{ ref('experiments') }}
    union all
    select
        experiment,
        {{ explode_values("replace(guardrails, ' ', ',')") }} as metric
    from {{ ref('experiments') }}
)

select
    coalesce(experiments.experiment, variants.experiment) as experiment,
    'needs a row of experiments, and two variants with the control' as fault
from {{ ref('experiments') }} as experiments
full outer join variants on experiments.experiment = variants.experiment
where
    experiments.experiment is null
    or variants.experiment is null
    or variants.variant_count < 2
    or variants.control_count <> 1
union all
select
    named_metrics.experiment,
    'names a metric that experiment_metrics lacks: ' || named_metrics.metric as fault
from named_metrics
left join {{ ref('experiment_metrics') }} as metrics on named_metrics.metric = metrics.metric
where named_metrics.metric <> '' and metrics.metric is null
