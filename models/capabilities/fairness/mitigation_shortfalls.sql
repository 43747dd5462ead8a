-- Grain: basis × mitigation × strength × replicate: what the groups of exposure_floor_attribute lack, taken together, of the
-- share of exposure that group_targets wants for them (0 = nothing).
with exposures as (
    select
        lists.basis,
        lists.mitigation,
        lists.strength,
        draws.replicate,
        memberships.protected_group,
        {{ stable_sum('draws.weight * ln(2.0) / ln(lists.list_rank + 1)') }} as exposure
    from {{ ref('mitigation_lists') }} as lists
    inner join {{ ref('product_groups') }} as memberships
        on
            lists.cutoff_id = memberships.cutoff_id
            and lists.product_id = memberships.product_id
            and memberships.attribute = '{{ var("exposure_floor_attribute") }}'
    inner join {{ ref('mitigation_draws') }} as draws on lists.customer_id = draws.customer_id
    group by lists.basis, lists.mitigation, lists.strength, draws.replicate, memberships.protected_group
),

exposure_totals as (
    select
        basis,
        mitigation,
        strength,
        replicate,
        {{ stable_sum('exposure') }} as exposure
    from exposures
    group by basis, mitigation, strength, replicate
),

-- Where there are several tune cutoffs, the mean of their wanted.
mean_targets as (
    select
        wanted.protected_group,
        {{ stable_sum('wanted.target_share') }} / max(counts.cutoff_count) as target_share
    from {{ ref('group_targets') }} as wanted
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            wanted.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'tune'
    cross join (
        select count(*) as cutoff_count
        from {{ ref('cutoffs') }}
        where purpose = 'tune'
    ) as counts
    group by wanted.protected_group
)

select
    all_exposures.basis,
    all_exposures.mitigation,
    all_exposures.strength,
    all_exposures.replicate,
    {{ stable_sum(
        'greatest(mean_targets.target_share - coalesce(exposures.exposure, 0) / nullif(all_exposures.exposure, 0), 0)'
    ) }} as exposure_shortfall
from exposure_totals as all_exposures
cross join mean_targets
left join exposures
    on
        all_exposures.basis = exposures.basis
        and all_exposures.mitigation = exposures.mitigation
        and all_exposures.strength = exposures.strength
        and all_exposures.replicate = exposures.replicate
        and mean_targets.protected_group = exposures.protected_group
group by all_exposures.basis, all_exposures.mitigation, all_exposures.strength, all_exposures.replicate
