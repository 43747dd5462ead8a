-- Grain: mode × method. Accuracy of each ranking method on the tuning cutoffs, and the method in use.
-- With ranking_method auto, the method in use is the one with the best nDCG among those that beat `weighted` by more than
-- `margin` standard errors of the paired difference, else `weighted`. A ranker whose advantage may be chance is not chosen. If
-- there was nothing to evaluate on, `weighted` is used.
{%- set margin = 1.0 %}   {#- standard errors; a larger margin keeps the blend if the ranker is only probably better #}
with methods as (
    select
        modes.mode,
        methods.method,
        fits.ndcg_at_k,
        fits.difference,
        fits.standard_error,
        fits.iterations,
        coalesce(fits.list_count, 0) as list_count,
        case
            when '{{ var("ranking_method") }}' <> 'auto'
                then methods.method = '{{ var("ranking_method") }}' and (methods.method <> 'stacked' or fits.method is not null)
            else
                methods.method = 'weighted'
                or coalesce(fits.difference > {{ margin }} * fits.standard_error, false)
        end as is_eligible
    from ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    cross join ({{ literal_rows('method', ['weighted', 'stacked', 'cascade']) }}) as methods
    left join {{ ref('ranker_fits') }} as fits
        on
            modes.mode = fits.mode
            and methods.method = fits.method
),

ranked as (
    select
        *,
        row_number() over (
            partition by mode
            order by
                is_eligible desc nulls last,
                ndcg_at_k desc nulls last,
                case when method = 'weighted' then 0 else 1 end asc nulls last,
                method asc nulls last
        ) as quality_rank
    from methods
)

select
    mode,
    method,
    ndcg_at_k as tune_ndcg,
    difference as tune_difference,
    standard_error,
    list_count as tune_list_count,
    iterations,
    quality_rank = 1 as is_chosen
from ranked
