-- Grain: source × scope × step: training and held-out nDCG of each learned part, by sweeps (als), by number of patterns
-- (spectral) or by number of trees (stacked, the learned ranker on top of the blend). Scope is a tuning cutoff, or the mode of
-- the ranker, whose lists are held out in folds by cutoff or customer. A step overfits if two conditions hold relative to the
-- best earlier step: the gap has grown, and the held-out nDCG fell by more than the relative tolerance. An overfit end of a curve
-- only shows that the curve is long enough; what counts is whether the step in use overfits. The measure is nDCG, not loss: the
-- loss of als rises with confidence while its lists improve.
{%- set tolerance = 0.01 %}
{%- set ranker_step = 20 %}   {#- trees between two evaluations of the ranker on held-out lists, ranker.STEP #}
with looks as ({{ literal_rows('look', range(1, var('ranker_iterations') | int // ranker_step + 2)) }}),

curves as (
    select
        'als' as source,
        cutoff_id as scope,
        'sweeps' as step_unit,
        iteration as step,
        train_ndcg_at_k as train_ndcg,
        ndcg_at_k as held_out_ndcg,
        is_chosen as is_in_use
    from {{ ref('als_learning_curve') }}
    union all
    select
        'spectral' as source,
        cutoff_id as scope,
        'patterns' as step_unit,
        rank as step,
        train_ndcg_at_k as train_ndcg,
        ndcg_at_k as held_out_ndcg,
        is_chosen as is_in_use
    from {{ ref('spectral_curves') }}
    union all
    select
        'stacked' as source,
        fits.mode as scope,
        'trees' as step_unit,
        (looks.look - 1) * {{ ranker_step }} as step,
        {{ array_element('fits.train_ndcgs', 'looks.look') }} as train_ndcg,
        {{ array_element('fits.held_out_ndcgs', 'looks.look') }} as held_out_ndcg,
        (looks.look - 1) * {{ ranker_step }} = coalesce(methods.iterations, 0) as is_in_use
    from {{ ref('ranker_fits') }} as fits
    cross join looks
    left join {{ ref('ranking_methods') }} as methods
        on
            fits.mode = methods.mode
            and methods.method = 'stacked'
            and methods.is_chosen
    where fits.method = 'weighted' and looks.look <= cardinality(fits.held_out_ndcgs)
),

compared as (
    select
        curves.*,
        earlier.step as best_step_before,
        earlier.held_out_ndcg as best_held_out_before,
        earlier.train_ndcg - earlier.held_out_ndcg as gap_before,
        row_number() over (
            partition by curves.source, curves.scope, curves.step
            order by earlier.held_out_ndcg desc nulls last, earlier.step asc nulls last
        ) as place
    from curves
    left join curves as earlier
        on
            curves.source = earlier.source
            and curves.scope = earlier.scope
            and curves.step > earlier.step
)

select
    source,
    scope,
    step_unit,
    cast(step as int) as step,
    train_ndcg,
    held_out_ndcg,
    train_ndcg - held_out_ndcg as gap,
    cast(best_step_before as int) as best_step_before,
    train_ndcg - held_out_ndcg - gap_before as gap_growth,
    held_out_ndcg - best_held_out_before as held_out_change,
    is_in_use,
    coalesce(
        train_ndcg - held_out_ndcg > gap_before
        and held_out_ndcg < best_held_out_before * (1 - {{ tolerance }}),
        false
    ) as is_warning
from compared
where place = 1
