-- Catches an experiment whose primary metric or guardrail does not exist, so that its results would be empty.
with named_metrics as (
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
    named_metrics.experiment,
    named_metrics.metric
from named_metrics
left join {{ ref('experiment_metrics') }} as metrics on named_metrics.metric = metrics.metric
where named_metrics.metric <> '' and metrics.metric is null
