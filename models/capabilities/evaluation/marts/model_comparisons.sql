-- Grain: cutoff × baseline × slice × slice_value × mode × metric × k, on the test cutoffs. How much better the published lists
-- (source `hybrid`) are than each source alone and each other way of joining them. The interval is of the paired difference: both
-- are measured on the same customers in every replicate, which is far narrower than two intervals held side by side.
{%- set places = range(1, var('bootstrap_replicates') + 1) %}
with paired as (
    select
        hybrid.cutoff_id,
        baseline.source as baseline,
        hybrid.slice,
        hybrid.slice_value,
        hybrid.mode,
        hybrid.metric,
        hybrid.k,
        hybrid.value - baseline.value as difference,
        {% set differences = [] -%}
        {%- for place in places -%}
            {%- do differences.append(
                array_element('hybrid.replicates', place) ~ ' - ' ~ array_element('baseline.replicates', place)
            ) -%}
        {%- endfor -%}
        case
            when hybrid.replicates is not null and baseline.replicates is not null
                then {{ sorted_array(array_of(differences)) }}
        end as differences,
        hybrid.customer_count
    from {{ ref('bootstrap_means') }} as hybrid
    inner join {{ ref('bootstrap_means') }} as baseline
        on
            hybrid.cutoff_id = baseline.cutoff_id
            and hybrid.mode = baseline.mode
            and hybrid.slice = baseline.slice
            and hybrid.slice_value = baseline.slice_value
            and hybrid.metric = baseline.metric
            and hybrid.k = baseline.k
            and baseline.source <> 'hybrid'
    where hybrid.source = 'hybrid'
)

select
    cutoff_id,
    baseline,
    slice,
    slice_value,
    mode,
    metric,
    k,
    difference,
    {{ interval_bound('differences', 'low') }} as ci_low,
    {{ interval_bound('differences', 'high') }} as ci_high,
    case
        when differences is not null
            then (
                {%- for place in places %}
                case when {{ array_element('differences', place) }} > 0 then 1.0 else 0.0 end{{ ' +' if not loop.last }}
                {%- endfor %}
            ) / {{ var('bootstrap_replicates') }}
    end as share_above_zero,
    customer_count
from paired
