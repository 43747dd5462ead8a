{#- Query: mean overlap of lists with the last release for each k, and the number of customers behind it. `overlaps` is a query of
    overlaps_of. -#}
{% macro mean_overlaps_of(overlaps) %}
select
    k,
    {{ stable_sum('overlap_at_k') }} / count(*) as overlap_at_k,
    count(*) as customer_count
from {{ overlaps }}
group by k
{%- endmacro %}
