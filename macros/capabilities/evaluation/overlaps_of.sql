{#- Query: for each customer with a list in this build and in the last release, the share of the first k products that both lists
    contain, in any order. If lists are shorter than k, the denominator is the length of the longer one. `lists` is release_lists
    or its state after the previous build. -#}
{% macro overlaps_of(lists) %}
{%- set ks = (evaluation_ks() + [var('list_length') | int]) | unique | sort | list -%}
select
    shown.customer_id,
    shown.k,
    shown.shared_count / cast(greatest(shown.listed_count, before.listed_count) as double) as overlap_at_k
from (
    select
        lists.customer_id,
        depths.k,
        count(*) as listed_count,
        count(earlier.product_id) as shared_count
    from {{ lists }} as lists
    inner join ({{ literal_rows('k', ks) }}) as depths on lists.list_rank <= depths.k
    left join {{ lists }} as earlier
        on
            lists.customer_id = earlier.customer_id
            and lists.product_id = earlier.product_id
            and depths.k >= earlier.list_rank
            and earlier.release = 'last'
    where lists.release = 'this' and depths.k <= {{ var('list_length') }}
    group by lists.customer_id, depths.k
) as shown
inner join (
    select
        lists.customer_id,
        depths.k,
        count(*) as listed_count
    from {{ lists }} as lists
    inner join ({{ literal_rows('k', ks) }}) as depths on lists.list_rank <= depths.k
    where lists.release = 'last'
    group by lists.customer_id, depths.k
) as before
    on
        shown.customer_id = before.customer_id
        and shown.k = before.k
{%- endmacro %}
