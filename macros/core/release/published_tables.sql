{#- The published tables, whose rows run_manifest counts. A list and no look at the graph, because dbt builds a model after those it
    names; tests/project/test_release.py holds it against what is public. -#}
{% macro published_tables() %}
    {{ return([
        'ablation_results', 'als_learning_curve', 'assembly_effects', 'backtest_results', 'blend_weights',
        'bought_together', 'cleaning_ledger', 'column_profile', 'context_lifts', 'contextual_recommendations',
        'corrections', 'customer_embeddings', 'customer_features', 'customer_metrics', 'customers', 'cutoffs',
        'dates', 'experiment_arms', 'experiment_results', 'fairness_audits', 'feature_dictionary',
        'feature_embeddings', 'flagged_records', 'gate_results', 'ladder_performance', 'list_rule_report',
        'marketing_recommendations', 'metric_registry', 'mitigation_tradeoff', 'model_comparisons',
        'model_performance', 'off_policy_estimates', 'outlier_report', 'overfit_monitor', 'pool_coverage',
        'popular_products', 'privacy_budget', 'private_aggregates', 'product_embeddings', 'product_features',
        'products', 'ranking_methods', 'recommendation_evidence', 'recommendation_reasons', 'recommendations',
        'rejected_records', 'representation_audit', 'scaling_parameters', 'segment_centroids', 'segment_history',
        'segment_profiles', 'segment_transitions', 'short_lists', 'similar_products', 'source_freshness',
        'tuning_importance', 'tuning_trials',
    ]) }}
{% endmacro %}
