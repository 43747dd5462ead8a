-- Grain: metric. What every number in the tables of evaluation, fairness and experiments means: the same lists score anything
-- between 0.14 and 0.38 in nDCG@10, depending on whose formula it is. From the seed metric_definitions, beside how this build
-- measured: a number without its protocol can't be compared with any other.
select
    metric,
    published_in,
    formula,
    denominator,
    customers,
    lowest,
    highest,
    better,
    interval_method,
    source,
    '{{ var("evaluation_protocol") }}' as protocol,
    {{ var('horizon_days') }} as horizon_days,
    case when interval_method = 'bootstrap' then {{ var('evaluation_bootstrap_replicates') }} end as replicate_count,
    case when interval_method is not null then cast({{ var('evaluation_confidence_level') }} as double) end as confidence_level
from {{ ref('metric_definitions') }}
