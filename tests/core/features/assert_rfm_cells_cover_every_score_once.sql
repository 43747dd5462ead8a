-- Catches a pair of scores in no cell of rfm_cells or in two cells: customers would be missing from the grid or counted twice.
with scores as ({{ literal_rows('score', range(1, 6)) }}),

pairs as (
    select
        recency.score as recency_score,
        customer_values.score as value_score
    from scores as recency
    cross join scores as customer_values
)

select
    pairs.recency_score,
    pairs.value_score,
    count(cells.rfm_cell) as cell_count
from pairs
left join {{ ref('rfm_cells') }} as cells
    on
        pairs.recency_score between cells.lowest_recency_score and cells.highest_recency_score
        and pairs.value_score between cells.lowest_value_score and cells.highest_value_score
group by pairs.recency_score, pairs.value_score
having count(cells.rfm_cell) <> 1
