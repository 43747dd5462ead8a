-- Grain: one row. How many sweeps a fit from scratch makes: with als_early_stopping the fewest after which the nDCG on what is
-- held out, averaged over the tune cutoffs, is within als_stopping_tolerance of its best; otherwise, or where nothing could be
-- held out, als_iterations. The fewest and not the best: along the plateau the differences are chance.
with means as (
    select
        iteration,
        {{ stable_sum('ndcg_at_k') }} / count(*) as ndcg
    from {{ ref('als_curves') }}
    group by iteration
),

best as (
    select max(ndcg) as ndcg
    from means
)

select
    coalesce(
        min(
            case
                when
                    {{ var('als_early_stopping') | lower }}
                    and means.ndcg >= best.ndcg * (1 - {{ var('als_stopping_tolerance') }})
                    then means.iteration
            end
        ),
        {{ var('als_iterations') }}
    ) as iterations
from best
left join means on true
