{#- The best candidates_per_source candidates per customer, and as many among those the customer hasn't got, so that a list can be
    filled with repeats and without. A score of zero or below is no proposal: it would say "I don't know" and rank all the same. -#}
{% macro best_candidates(scored) %}
told_apart as (
    select
        scored.cutoff_id,
        scored.customer_index,
        scored.product_index,
        scored.score,
        row_number() over (
            partition by scored.cutoff_id, scored.customer_index, seen.product_index is null
            order by scored.score desc nulls last, scored.product_index asc nulls last
        ) as rank_among_its_kind,
        row_number() over (
            partition by scored.cutoff_id, scored.customer_index
            order by scored.score desc nulls last, scored.product_index asc nulls last
        ) as source_rank,
        seen.product_index is null as is_new
    from {{ scored }} as scored
    left join {{ ref('customer_product_strengths') }} as seen
        on
            scored.cutoff_id = seen.cutoff_id
            and scored.customer_index = seen.customer_index
            and scored.product_index = seen.product_index
    where scored.score > 0
)

select
    cutoff_id,
    customer_index,
    {{ candidate_arrays('score', 'source_rank') }}
from told_apart
where
    source_rank <= {{ var('candidates_per_source') }}
    or (is_new and rank_among_its_kind <= {{ var('candidates_per_source') }})
group by cutoff_id, customer_index
{%- endmacro %}
