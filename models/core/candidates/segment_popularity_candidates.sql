-- Grain: cutoff × customer with a segment × product. What is popular in the customer's segment, with repeats and without. Nobody
-- without a history has a segment; context_popularity_candidates and popularity_candidates speak to them.
{%- set segment_lists %}(
    select
        cutoff_id,
        cell as segment,
        product_id,
        popularity_share,
        context_rank
    from {{ ref('context_products') }}
    where context = 'segment'
)
{%- endset %}
{{ listed_candidates(
    segment_lists, 'popularity_share', 'context_rank',
    cell='segment', members=ref('customer_segments'), member='customer_index'
) }}
