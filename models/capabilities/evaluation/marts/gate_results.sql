-- Grain: gate × compared_with × source × mode × slice × metric × k × severity: the result of each row of the seed gates, at the
-- newest test cutoff and in the published lists. Customers without history are few at each cutoff and differ between cutoffs.
-- Their results therefore pool all test cutoffs that have an interval, weighted by customers. With an interval, a gate fails if
-- the whole interval is below the bound, and warns if only the estimate is: a difference within chance blocks no release.
-- Coverage and overlap are counts over all lists, not samples, so their values decide. A row with insufficient data remains, as
-- not_enough_data.
with newest as (
    select max_by(cutoff_id, cutoff_at) as cutoff_id
    from {{ ref('cutoffs') }}
    where purpose = 'test'
),

bounds as (
    select
        gate,
        metric,
        source,
        {{ gate_mode('mode') }} as mode,
        slice,
        k,
        severity,
        bound,
        why,
        case
            {%- for gate, kind in gate_kinds().items() %}
            when gate = '{{ gate }}' then '{{ kind }}'
            {%- endfor %}
        end as kind
    from {{ ref('gates') }}
),

expected as (
    select
        bounds.*,
        sources.source as compared_with
    from bounds
    inner join {{ ref('candidate_sources') }} as sources
        on
            (bounds.gate = 'beats_popularity') = (sources.source = 'popularity')
            and (bounds.slice <> 'without_history' or not sources.needs_history)
    where bounds.kind = 'source'
    union all
    select
        bounds.*,
        case when bounds.kind = 'release' then 'last release' else 'none' end as compared_with
    from bounds
    where bounds.kind <> 'source'
),

compared as (
    select
        comparisons.baseline,
        comparisons.mode,
        comparisons.slice,
        comparisons.metric,
        comparisons.k,
        comparisons.customer_count,
        comparisons.difference,
        comparisons.ci_low,
        comparisons.ci_high,
        comparisons.customer_count * (comparisons.difference - comparisons.ci_low) as deviation_low,
        comparisons.customer_count * (comparisons.ci_high - comparisons.difference) as deviation_high
    from {{ ref('model_comparisons') }} as comparisons
    cross join newest
    where
        comparisons.slice_value = 'all'
        and (
            comparisons.cutoff_id = newest.cutoff_id
            or (comparisons.slice = 'without_history' and comparisons.ci_low is not null)
        )
),

totals as (
    select
        baseline,
        mode,
        slice,
        metric,
        k,
        count(*) as cutoff_count,
        cast(sum(customer_count) as bigint) as customer_count,
        max(ci_low) as ci_low,
        max(ci_high) as ci_high,
        {{ stable_sum('customer_count * difference') }} / sum(customer_count) as difference,
        sqrt({{ stable_sum('deviation_low * deviation_low') }}) / sum(customer_count) as deviation_low,
        sqrt({{ stable_sum('deviation_high * deviation_high') }}) / sum(customer_count) as deviation_high
    from compared
    group by baseline, mode, slice, metric, k
),

measured as (
    select
        'source' as kind,
        'hybrid' as source,
        baseline as compared_with,
        mode,
        slice,
        metric,
        k,
        difference as observed,
        -- Bounds for a mean of independent estimates (Zou and Donner, Statistics in Medicine 27, 2008).
        case when cutoff_count = 1 then ci_low else difference - deviation_low end as ci_low,
        case when cutoff_count = 1 then ci_high else difference + deviation_high end as ci_high,
        customer_count
    from totals
    union all
    select
        'release' as kind,
        changes.source,
        'last release' as compared_with,
        changes.mode,
        changes.slice,
        changes.metric,
        changes.k,
        changes.change as observed,
        changes.ci_low,
        changes.ci_high,
        changes.customer_count
    from ({{ changes_of(ref('release_metrics')) }}) as changes
    union all
    select
        'release' as kind,
        'assembled' as source,
        'last release' as compared_with,
        '{{ served_mode() }}' as mode,
        'all' as slice,
        'overlap_at_k' as metric,
        listed_overlaps.k,
        listed_overlaps.overlap_at_k as observed,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        listed_overlaps.customer_count
    from ({{ mean_overlaps_of('(' ~ overlaps_of(ref('release_lists')) ~ ') as listed_overlaps') }}) as listed_overlaps
    union all
    select
        'bound' as kind,
        metrics.source,
        'none' as compared_with,
        metrics.mode,
        metrics.slice,
        metrics.metric,
        metrics.k,
        metrics.value as observed,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        metrics.customer_count
    from {{ ref('release_metrics') }} as metrics
    where metrics.release = 'this'
),

judged as (
    select
        expected.gate,
        expected.compared_with,
        expected.source,
        expected.mode,
        expected.slice,
        expected.metric,
        expected.k,
        expected.severity,
        expected.why,
        measured.observed,
        measured.ci_low,
        measured.ci_high,
        expected.bound,
        coalesce(measured.customer_count, 0) as customer_count,
        case
            when
                measured.observed is null
                or measured.customer_count < {{ var('evaluation_fewest_customers') }}
                or (expected.gate in ('beats_popularity', 'beats_sources', 'holds_last_release') and measured.ci_high is null)
                then 'not_enough_data'
            when coalesce(measured.ci_high, measured.observed) < expected.bound then expected.severity
            when measured.observed < expected.bound then 'warn'
            else 'pass'
        end as status
    from expected
    left join measured
        on
            expected.kind = measured.kind
            and expected.source = measured.source
            and expected.compared_with = measured.compared_with
            and expected.mode = measured.mode
            and expected.slice = measured.slice
            and expected.metric = measured.metric
            and expected.k = measured.k
            and measured.customer_count >= {{ var('smallest_published_cell') }}
)

select
    gate,
    compared_with,
    source,
    mode,
    slice,
    metric,
    k,
    severity,
    observed,
    ci_low,
    ci_high,
    bound,
    customer_count,
    status,
    gate || ' (' || status || '): ' || metric || ' at ' || cast(k as string) || ' of ' || source
    || case
        when compared_with = 'none' then ''
        when gate = 'churn' then ' with the last release'
        when gate = 'holds_last_release' then ', change since the last release'
        else ' minus that of ' || compared_with
    end
    || ' (mode ' || mode || ', slice ' || slice || ') is '
    || coalesce(cast(cast(observed as decimal(18, 6)) as string), 'not measured')
    || coalesce(
        ' (' || cast(cast(ci_low as decimal(18, 6)) as string)
        || ' to ' || cast(cast(ci_high as decimal(18, 6)) as string) || ')',
        ''
    )
    || ' on ' || cast(customer_count as string) || ' customers; bound ' || cast(cast(bound as decimal(18, 6)) as string)
    || '. ' || why as message
from judged
