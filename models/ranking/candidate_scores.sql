-- Grain: cutoff × mode × customer × source × product. What the sources propose, ready to be blended: mode `all` allows
-- repeats, `discovery` doesn't, and each source keeps its candidates_per_source best of either. `live` has the served mode
-- only. Lossy: products the customer dislikes fall away, and what lies beyond a source's depth. What the scales of macro
-- normalisations need of the source's list stands beside each score: which of them is used is found later, on tune. The
-- largest table of a build, so it is ranked source by source, which sorts less at a time, and the ends of a list come out of the
-- sort that ranks it. Read by tuning_pool, pool, ranking_features, list_contributions and evaluated_lists.
{%- set depth = var('candidates_per_source') %}
{%- set sources = var('candidate_sources') | map(attribute='source') | list %}
with mode_cutoffs as (
    select
        modes.mode,
        cutoffs.cutoff_id
    from {{ ref('cutoffs') }} as cutoffs
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where cutoffs.purpose <> 'live' or modes.mode = '{{ served_mode() }}'
)
{%- for source in sources %},

{{ source }}_allowed as (
    select
        mode_cutoffs.mode,
        candidates.cutoff_id,
        candidates.customer_id,
        candidates.product_id,
        candidates.score
    from {{ ref(source ~ '_candidates') }} as candidates
    inner join mode_cutoffs
        on
            candidates.cutoff_id = mode_cutoffs.cutoff_id
            and mode_cutoffs.mode = 'all'
    where
        not exists (
            select 1
            from {{ ref('disliked_products') }} as disliked
            where
                candidates.cutoff_id = disliked.cutoff_id
                and candidates.customer_id = disliked.customer_id
                and candidates.product_id = disliked.product_id
        )
    union all
    select
        mode_cutoffs.mode,
        candidates.cutoff_id,
        candidates.customer_id,
        candidates.product_id,
        candidates.score
    from {{ ref(source ~ '_candidates') }} as candidates
    inner join mode_cutoffs
        on
            candidates.cutoff_id = mode_cutoffs.cutoff_id
            and mode_cutoffs.mode = 'discovery'
    where
        not exists (
            select 1
            from {{ ref('disliked_products') }} as disliked
            where
                candidates.cutoff_id = disliked.cutoff_id
                and candidates.customer_id = disliked.customer_id
                and candidates.product_id = disliked.product_id
        )
        and not exists (
            select 1
            from {{ ref('customer_product_strengths') }} as strengths
            where
                candidates.cutoff_id = strengths.cutoff_id
                and candidates.customer_id = strengths.customer_id
                and candidates.product_id = strengths.product_id
        )
),

{{ source }}_ranked as (
    select
        *,
        {%- set order = 'partition by cutoff_id, mode, customer_id order by score desc nulls last, product_id asc nulls last' %}
        {%- set whole = 'rows between unbounded preceding and unbounded following' %}
        row_number() over ({{ order }}) as source_rank,
        first_value(score) over ({{ order }} {{ whole }}) as highest_score,
        coalesce(
            nth_value(score, {{ depth }}) over ({{ order }} {{ whole }}), last_value(score) over ({{ order }} {{ whole }})
        ) as lowest_score
    from {{ source }}_allowed
),

{{ source }}_levelled as (
    select
        cutoff_id,
        mode,
        customer_id,
        product_id,
        score,
        source_rank,
        coalesce((score - lowest_score) / nullif(highest_score - lowest_score, 0), 1.0) as min_max_score
    from {{ source }}_ranked
    where source_rank <= {{ depth }}
),

{{ source }}_measured as (
    select
        *,
        {%- set list = 'partition by cutoff_id, mode, customer_id' %}
        count(*) over ({{ list }}) as candidate_count,
        cast(sum(cast(min_max_score as decimal(18, 15))) over ({{ list }}) as double) as score_sum,
        cast(sum(cast(min_max_score * min_max_score as decimal(18, 15))) over ({{ list }}) as double) as square_sum
    from {{ source }}_levelled
)
{%- endfor %}

{% for source in sources %}
select
    cutoff_id,
    mode,
    customer_id,
    '{{ source }}' as source,
    product_id,
    score,
    source_rank,
    min_max_score,
    sqrt(greatest(square_sum / candidate_count - power(score_sum / candidate_count, 2), 0)) as score_deviation
from {{ source }}_measured
{{ 'union all' if not loop.last }}
{%- endfor %}
