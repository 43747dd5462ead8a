-- Grain: mode × rung × source. The weights a list is blended with. Rung history: the trial with the best nDCG on tune; of
-- equal trials the first tried; where tune had no labels, the default weights. Rung popularity: nobody but the
-- popularity source knows these customers. Read by blended_lists, and by whoever wants to know what the lists are made of.
with best_trials as (
    select
        mode,
        min(trial) as trial
    from (
        select
            mode,
            trial,
            rank() over (partition by mode order by ndcg_at_k desc nulls last) as quality_rank
        from {{ ref('blend_trials') }}
    ) as ranked
    where quality_rank = 1
    group by mode
),

found as (
    select
        trials.mode,
        trials.source,
        trials.weight,
        trials.ndcg_at_k,
        trials.list_count
    from {{ ref('blend_trials') }} as trials
    inner join best_trials
        on
            trials.mode = best_trials.mode
            and trials.trial = best_trials.trial
),

rungs as (
    select
        modes.mode,
        rungs.rung,
        sources.source,
        sources.default_weight
    from {{ ref('candidate_sources') }} as sources
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    cross join ({{ literal_rows('rung', ['history', 'popularity']) }}) as rungs
)

select
    rungs.mode,
    rungs.rung,
    rungs.source,
    case
        when rungs.rung = 'popularity' then case when rungs.source = 'popularity' then 1.0 else 0.0 end
        else coalesce(found.weight, rungs.default_weight)
    end as weight,
    case when rungs.rung = 'history' then found.ndcg_at_k end as tune_ndcg,
    case when rungs.rung = 'history' then coalesce(found.list_count, 0) else 0 end as tune_list_count
from rungs
left join found
    on
        rungs.mode = found.mode
        and rungs.source = found.source
