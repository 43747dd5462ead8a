-- Grain: cutoff × mode × source × slice × slice_value × k × metric × part, part being `values` (weight × value summed over the
-- customers) or `weights` (weights summed over the customers the metric is defined for). One place of the array per replicate;
-- the first is no replicate but the customers as they are. Metrics of customer_metrics are defined for every customer alike,
-- so their weights are summed once per slice, with source and metric `any` and k 0; and customers who score 0 add nothing and
-- are passed over. Metrics of list_metrics are of a small draw: slice `all` only. Groups are measured at slice_ks. Decimals
-- of 15 places, so that sums don't depend on the order of rows.
{%- set places = range(1, var('bootstrap_replicates') + 2) %}
{%- set sums = [] %}
{%- for place in places %}
{%- do sums.append('cast(sum(weights.weight_' ~ place ~ ' * terms.term) as double)') %}
{%- endfor %}
with weights as (
    select
        {%- for place in places %}
        cast(substring(concat('1', weights), {{ place }}, 1) as decimal(1, 0)) as weight_{{ place }},
        {%- endfor %}
        customer_id
    from {{ ref('bootstrap_weights') }}
),

terms as (
    {%- for metric in metric_columns() %}
    select
        cutoff_id,
        mode,
        source,
        customer_id,
        k,
        '{{ metric }}' as metric,
        'values' as part,
        false as is_of_draw,
        cast({{ metric }} as decimal(16, 15)) as term
    from {{ ref('customer_metrics') }}
    where {{ metric }} <> 0
    union all
    {%- endfor %}
    select distinct
        cutoff_id,
        mode,
        'any' as source,
        customer_id,
        0 as k,
        'any' as metric,
        'weights' as part,
        false as is_of_draw,
        cast(1 as decimal(16, 15)) as term
    from {{ ref('customer_metrics') }}
    {%- for metric in list_metric_columns() %}
    {%- for part in ['values', 'weights'] %}
    union all
    select
        cutoff_id,
        mode,
        source,
        customer_id,
        k,
        '{{ metric }}' as metric,
        '{{ part }}' as part,
        true as is_of_draw,
        cast({{ metric if part == 'values' else 1 }} as decimal(16, 15)) as term
    from {{ ref('list_metrics') }}
    where {{ metric }} is not null
    {%- endfor %}
    {%- endfor %}
)

select
    terms.cutoff_id,
    terms.mode,
    terms.source,
    slices.slice,
    slices.slice_value,
    terms.k,
    terms.metric,
    terms.part,
    {{ array_of(sums) }} as sums
from terms
inner join {{ ref('customer_slices') }} as slices
    on
        terms.cutoff_id = slices.cutoff_id
        and terms.customer_id = slices.customer_id
        and (slices.slice = 'all' or not terms.is_of_draw)
        and (
            slices.slice in ('all', 'with_history', 'without_history')
            or terms.k in (0, {{ var('slice_ks') | join(', ') }})
        )
inner join weights on terms.customer_id = weights.customer_id
group by
    terms.cutoff_id,
    terms.mode,
    terms.source,
    slices.slice,
    slices.slice_value,
    terms.k,
    terms.metric,
    terms.part
