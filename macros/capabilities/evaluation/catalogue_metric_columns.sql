{#- The metrics of all lists of a source together: columns of catalogue_metrics, values of `metric` elsewhere. -#}
{% macro catalogue_metric_columns() %}{{ return(['catalogue_coverage_share', 'gini']) }}{% endmacro %}
