{#- The published tables, whose rows run_manifest counts. A list and no look at the graph, because dbt builds a model after those it
    names; tests/project/test_release.py holds it against what is public. -#}
{% macro published_tables() %}
    {%- set tables = {
        'core': [
            'blend_weights', 'customers', 'cutoffs', 'dates', 'list_rule_report', 'marketing_recommendations',
            'products', 'ranking_methods', 'recommendation_evidence', 'recommendation_reasons', 'recommendations',
            'scaling_parameters', 'short_lists',
        ],
        'quality': [
            'cleaning_ledger', 'column_profile', 'corrections', 'flagged_records', 'outlier_report',
            'rejected_records', 'source_freshness',
        ],
        'evaluation': [
            'ablation_results', 'als_learning_curve', 'assembly_effects', 'backtest_results', 'customer_metrics',
            'gate_results', 'ladder_performance', 'metric_registry', 'model_comparisons', 'model_performance',
            'overfit_monitor', 'pool_coverage',
        ],
        'tuning': [
            'tuning_importance', 'tuning_trials',
        ],
        'profiles': [
            'context_lifts', 'customer_embeddings', 'customer_features', 'feature_dictionary', 'feature_embeddings',
            'product_embeddings', 'product_features', 'segment_centroids', 'segment_history', 'segment_profiles',
            'segment_transitions',
        ],
        'private_releases': [
            'privacy_budget', 'private_aggregates',
        ],
        'experiments': [
            'experiment_arms', 'experiment_results', 'off_policy_estimates',
        ],
        'fairness': [
            'fairness_audits', 'mitigation_tradeoff', 'representation_audit',
        ],
        'catalogue': [
            'bought_together', 'contextual_recommendations', 'popular_products', 'similar_products',
        ],
    } -%}
    {%- set listed = [] -%}
    {%- for part, names in tables.items() if part == 'core' or capability_is_on(part) -%}{%- do listed.extend(names) -%}{%- endfor -%}
    {{ return(listed | sort) }}
{% endmacro %}
