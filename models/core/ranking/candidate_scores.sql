-- Grain: list × source × product. What the sources propose, ready to be blended: mode `all` allows repeats, `discovery` doesn't,
-- and each source keeps its candidates_per_source best of either. Lossy: products the customer dislikes fall away, and what lies
-- beyond a source's depth. What the scales of macro normalisations need of the source's list stands beside each score: which of
-- them is used is found later, on tune. The largest table of a build: lists and products are numbers here, and each source is
-- ranked on its own, which sorts less at a time. Equal scores go by product_index.
{%- set sources = candidate_sources() | map(attribute='source') | list %}
with withheld_products as (
    select
        lists.list_index,
        signals.product_index
    from {{ ref('lists') }} as lists
    inner join {{ ref('eligibility_signals') }} as signals
        on
            lists.cutoff_id = signals.cutoff_id
            and lists.customer_index = signals.customer_index
    where signals.is_disliked
    union
    select
        lists.list_index,
        strengths.product_index
    from {{ ref('lists') }} as lists
    inner join {{ ref('customer_product_strengths') }} as strengths
        on
            lists.cutoff_id = strengths.cutoff_id
            and lists.customer_index = strengths.customer_index
    where lists.mode = 'discovery'
)
{%- for source in sources %},

{{ source }}_ranked as (
    select
        lists.list_index,
        candidates.product_index,
        candidates.score,
        row_number() over (
            partition by lists.list_index order by candidates.score desc nulls last, candidates.product_index asc nulls last
        ) as source_rank
    from {{ ref(source ~ '_candidates') }} as candidates
    inner join {{ ref('lists') }} as lists
        on
            candidates.cutoff_id = lists.cutoff_id
            and candidates.customer_index = lists.customer_index
    where
        not exists (
            select 1
            from withheld_products
            where
                lists.list_index = withheld_products.list_index
                and candidates.product_index = withheld_products.product_index
        )
),

{{ source }}_ends as (
    select
        list_index,
        max(score) as highest_score,
        min(score) as lowest_score
    from {{ source }}_ranked
    where source_rank <= {{ var('candidates_per_source') }}
    group by list_index
),

{{ source }}_levelled as (
    select
        ranked.*,
        coalesce((ranked.score - ends.lowest_score) / nullif(ends.highest_score - ends.lowest_score, 0), 1.0) as min_max_score
    from {{ source }}_ranked as ranked
    inner join {{ source }}_ends as ends on ranked.list_index = ends.list_index
    where ranked.source_rank <= {{ var('candidates_per_source') }}
),

{{ source }}_moments as (
    select
        list_index,
        count(*) as candidate_count,
        {{ stable_small_sum('min_max_score') }} as score_sum,
        {{ stable_small_sum('min_max_score * min_max_score') }} as square_sum
    from {{ source }}_levelled
    group by list_index
)
{%- endfor %}

{% for source in sources %}
select
    levelled.list_index,
    '{{ source }}' as source,
    levelled.product_index,
    levelled.score,
    levelled.source_rank,
    levelled.min_max_score,
    sqrt(
        greatest(moments.square_sum / moments.candidate_count - power(moments.score_sum / moments.candidate_count, 2), 0)
    ) as score_deviation
from {{ source }}_levelled as levelled
inner join {{ source }}_moments as moments on levelled.list_index = moments.list_index
{{ 'union all' if not loop.last }}
{%- endfor %}
