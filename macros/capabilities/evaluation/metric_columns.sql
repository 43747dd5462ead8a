{#- The per-customer metrics, in the order in which tables show them: columns of customer_metrics, values of `metric` elsewhere. -#}
{% macro metric_columns() %}
    {{ return([
        'ndcg_at_k', 'recall_at_k', 'recall_capped_at_k', 'precision_at_k', 'hit_rate_at_k', 'mrr_at_k', 'map_at_k',
        'customer_coverage_share',
    ]) }}
{% endmacro %}
