{#- Values of a group as an array in the order of a rank: an aggregate. -#}
{% macro ranked_array(value, rank) %}{{ return(adapter.dispatch('ranked_array')(value, rank)) }}{% endmacro %}

{% macro duckdb__ranked_array(value, rank) %}array_agg({{ value }} order by {{ rank }}){% endmacro %}

{% macro spark__ranked_array(value, rank) -%}
    transform(array_sort(collect_list(struct({{ rank }} as place, {{ value }} as value))), pair -> pair.value)
{%- endmacro %}
