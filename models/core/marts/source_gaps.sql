-- Grain: cutoff of this run × candidate source that proposed nothing there, or only a part of the products.
with proposed as (
    select distinct
        place,
        cutoff_id
    from {{ ref('candidate_lists') }}
),

used as (
    select
        cutoffs.cutoff_id,
        sources.place,
        sources.source,
        sources.silent_reason
    from {{ ref('cutoffs') }} as cutoffs
    cross join (
        {%- for row in candidate_sources() %}
        select
            {{ loop.index }} as place,
            '{{ row.source }}' as source,
            {{ sql_text(row.silent_reason) }} as silent_reason
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as sources
)

select
    used.cutoff_id,
    used.source,
    'nothing' as extent,
    used.silent_reason as reason
from used
left join proposed
    on
        used.place = proposed.place
        and used.cutoff_id = proposed.cutoff_id
where proposed.cutoff_id is null
union all
select
    used.cutoff_id,
    used.source,
    'part' as extent,
    limits.reason
from used
inner join proposed
    on
        used.place = proposed.place
        and used.cutoff_id = proposed.cutoff_id
inner join {{ ref('source_limits') }} as limits
    on
        used.source = limits.source
        and used.cutoff_id = limits.cutoff_id
{%- for source in candidate_sources(with_excluded=true) | map(attribute='source')
    | reject('in', candidate_sources() | map(attribute='source') | list) %}
union all
select
    cutoff_id,
    '{{ source }}' as source,
    'nothing' as extent,
    'The var excluded_sources excludes the source.' as reason
from {{ ref('cutoffs') }}
{%- endfor %}
