{#- The metrics of what a list is like apart from its hits: columns of list_metrics, values of `metric` elsewhere. -#}
{% macro list_metric_columns() %}
    {{ return([
        'novelty_at_k', 'popularity_quantile_at_k', 'long_tail_share', 'serendipity_at_k', 'intra_list_diversity', 'auc_at_k',
    ]) }}
{% endmacro %}
