-- Grain: experiment: its days and metrics, from the seed experiments. Experiment `unnamed` holds the impressions that belong to no
-- row of the seed; it has no days and no guardrails. Its primary metric is the one that reacts to lists first.
{%- set unnamed_metric = 'clicks_per_customer' %}
select
    experiment,
    starts_on,
    ends_on,
    primary_metric,
    guardrails
from {{ ref('experiments') }}
union all
select
    'unnamed' as experiment,
    cast(null as date) as starts_on,
    cast(null as date) as ends_on,
    '{{ unnamed_metric }}' as primary_metric,
    cast(null as string) as guardrails
