-- Grain: cutoff × mode × source × slice × slice_value × k × metric. The mean over the customers (value) and in each bootstrap
-- replicate (replicates, an array); no array where some replicate holds no customer.
{%- set weights = [] %}
{%- set means = [] %}
{%- for place in range(2, var('bootstrap_replicates') + 2) %}
{%- set weight = array_element('weights', place) %}
{%- do weights.append(weight) %}
{%- do means.append('coalesce(' ~ array_element('sums', place) ~ ', 0) / nullif(' ~ weight ~ ', 0)') %}
{%- endfor %}
with customer_weights as (
    select
        cutoff_id,
        mode,
        slice,
        slice_value,
        sums as weights
    from {{ ref('bootstrap_sums') }}
    where metric = 'any'
),

-- A source whose lists hit nothing in a slice has no sums of values there; its mean is 0.
measured as (
    select distinct
        cutoff_id,
        mode,
        source,
        k
    from {{ ref('customer_metrics') }}
),

customer_sums as (
    select
        measured.cutoff_id,
        measured.mode,
        measured.source,
        weights.slice,
        weights.slice_value,
        measured.k,
        metrics.metric,
        weights.weights,
        sums.sums
    from measured
    inner join customer_weights as weights
        on
            measured.cutoff_id = weights.cutoff_id
            and measured.mode = weights.mode
            and (
                weights.slice in ('all', 'with_history', 'without_history')
                or measured.k in ({{ var('slice_ks') | join(', ') }})
            )
    cross join ({{ literal_rows('metric', metric_columns()) }}) as metrics
    left join {{ ref('bootstrap_sums') }} as sums
        on
            measured.cutoff_id = sums.cutoff_id
            and measured.mode = sums.mode
            and measured.source = sums.source
            and weights.slice = sums.slice
            and weights.slice_value = sums.slice_value
            and measured.k = sums.k
            and metrics.metric = sums.metric
            and sums.part = 'values'
),

list_sums as (
    select
        weights.cutoff_id,
        weights.mode,
        weights.source,
        weights.slice,
        weights.slice_value,
        weights.k,
        weights.metric,
        weights.sums as weights,
        sums.sums
    from {{ ref('bootstrap_sums') }} as weights
    inner join {{ ref('bootstrap_sums') }} as sums
        on
            weights.cutoff_id = sums.cutoff_id
            and weights.mode = sums.mode
            and weights.source = sums.source
            and weights.slice = sums.slice
            and weights.slice_value = sums.slice_value
            and weights.k = sums.k
            and weights.metric = sums.metric
            and sums.part = 'values'
    where weights.part = 'weights' and weights.metric <> 'any'
),

all_sums as (
    select * from customer_sums
    union all
    select * from list_sums
)

select
    cutoff_id,
    mode,
    source,
    slice,
    slice_value,
    k,
    metric,
    coalesce({{ array_element('sums', 1) }}, 0) / {{ array_element('weights', 1) }} as value,
    case when least({{ weights | join(', ') }}) > 0 then {{ array_of(means) }} end as replicates,
    cast({{ array_element('weights', 1) }} as bigint) as customer_count
from all_sums
