-- Grain: metric: its definition, for every metric in the tables of evaluation, fairness, experiments and outcomes. The same
-- lists score between 0.14 and 0.38 in nDCG@10, depending on the formula. Definitions come from the seed metric_definitions.
-- The protocol of this build is added, because values of different protocols are not comparable.
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
