{#- Query that adds q_value to the rows of `relation`: p_value adjusted by Benjamini and Hochberg (1995) within each group of
    `partition`. Rows without a p_value get no q_value and do not count. `key` breaks ties between equal p-values. -#}
{% macro benjamini_hochberg(relation, partition, key) %}
with ordered as (
    select
        *,
        row_number() over (
            partition by {{ partition | join(', ') }}
            order by p_value asc nulls last, {{ key | join(' asc nulls last, ') }} asc nulls last
        ) as p_rank,
        count(p_value) over (partition by {{ partition | join(', ') }}) as p_count
    from {{ relation }}
)

select
    *,
    case when p_value is not null then least(
        min(p_value * p_count / p_rank) over (
            partition by {{ partition | join(', ') }}
            order by p_rank desc nulls last
            rows between unbounded preceding and current row
        ), 1.0
    ) end as q_value
from ordered
{%- endmacro %}
