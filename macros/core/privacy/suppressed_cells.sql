{#- Query that adds is_suppressed to the rows of `relation`: whether the row's count, and every value derived from it, must not be
    published. It suppresses counts below smallest_published_cell. `totals` are lists of columns whose sums may be known. In each
    group of a total, the query then suppresses the next smallest counts until the suppressed sum covers at least two cells and
    reaches the limit. With several totals, each one is processed three times, because complementary suppression for one total can
    expose a cell of another. A count of zero belongs to no customer. `key` breaks ties between equal counts. -#}
{% macro suppressed_cells(relation, cell_count, key, totals) %}
{%- set limit = var('smallest_published_cell') -%}
{%- set passes = totals if totals | length == 1 else totals * 3 -%}
with pass_0 as (
    select
        *,
        {{ cell_count }} > 0 and {{ cell_count }} < {{ limit }} as is_suppressed_0
    from {{ relation }}
),
{%- for columns in passes %}
{%- set before = 'is_suppressed_' ~ loop.index0 %}
{%- set window = 'partition by ' ~ columns | join(', ') ~ ' order by ' ~ before ~ ' desc nulls last, case when ' ~ cell_count
    ~ ' = 0 then 1 else 0 end asc nulls last, ' ~ cell_count ~ ' asc nulls last, ' ~ key | join(' asc nulls last, ')
    ~ ' asc nulls last' %}

pass_{{ loop.index }} as (
    select
        *,
        {{ cell_count }} > 0
        and (
            {{ before }}
            or (
                max(case when {{ before }} then 1 else 0 end) over (partition by {{ columns | join(', ') }}) = 1
                and (
                    row_number() over ({{ window }}) <= 2
                    or sum({{ cell_count }}) over ({{ window }} rows between unbounded preceding and 1 preceding) < {{ limit }}
                )
            )
        ) as is_suppressed_{{ loop.index }}
    from pass_{{ loop.index0 }}
){{ ',' if not loop.last }}
{%- endfor %}

select
    *,
    is_suppressed_{{ passes | length }} as is_suppressed
from pass_{{ passes | length }}
{%- endmacro %}
