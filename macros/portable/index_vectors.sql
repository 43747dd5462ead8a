{#- Statement that indexes the column `embedding` of a table, by the metric of the later approximate searches with
    nearest_vectors. For a post-hook of the table, or `dbt run-operation`. -#}
{% macro index_vectors(relation, metric) %}
    {%- if metric not in ['cosine', 'inner_product'] -%}
        {{ exceptions.raise_compiler_error("index_vectors: metric is '" ~ metric ~ "'. Accepted: cosine, inner_product.") }}
    {%- endif -%}
    {%- do check_vector_index() -%}
    {{ return(adapter.dispatch('index_vectors')(relation, metric)) }}
{% endmacro %}

{% macro duckdb__index_vectors(relation, metric) -%}
    create index {{ relation.identifier }}_by_{{ metric }} on {{ relation }}
    using hnsw (embedding) with (metric = '{{ {'cosine': 'cosine', 'inner_product': 'ip'}[metric] }}')
{%- endmacro %}

{% macro spark__index_vectors(relation, metric) %}{% endmacro %}
