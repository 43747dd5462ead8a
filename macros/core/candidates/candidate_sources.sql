{#- The candidate sources, one row per source, in the order of arrays with one element per source. excluded_sources are omitted,
    unless with_excluded is true. The model of a source is <source>_candidates.
    default_weight: weight in the blend (share 0..1) if the tuning cutoffs have no labels; the weights of all rows sum to 1.
    needs_history: the source has no candidates for customers without a history.
    evidence_model: model that attributes the source's scores to products of the history, if any.
    reason_text: reason shown to customers if no template of reason_templates applies. none: another source then gives the reason.
    tiers: the cold-start tiers whose customers the source has data about; default: all, or with needs_history those with one.
    leads_tier: tier without a history that the source serves alone, unless another source or a blend is significantly better.
    silent_reason: why the source has no candidates at all, if it has none. -#}
{% macro candidate_sources(with_excluded=false) %}
    {%- set rows = [
        {'source': 'popularity', 'default_weight': 0.05, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'", 'leads_tier': 'popularity',
            'reason_code': 'popular', 'reason_text': none,
            'silent_reason': 'No product is recommendable.'},
        {'source': 'als', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'als_evidence',
            'reason_code': 'similar_customers', 'reason_text': 'Chosen by customers with a history like yours',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'spectral', 'default_weight': 0.15, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'typical_pattern', 'reason_text': 'Matches the pattern of your history',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'neighbours', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'neighbours_evidence',
            'reason_code': 'chosen_together', 'reason_text': 'Customers who chose products from your history also chose this',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'ease', 'default_weight': 0.1, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'follows_from_history', 'reason_text': 'Suggested by your history',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'buy_again', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'buy_again_evidence',
            'reason_code': 'buy_again', 'reason_text': 'You viewed this before',
            'silent_reason': 'No customer has a recommendable product in the history.'},
        {'source': 'bought_together', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'bought_together', 'reason_text': 'Often ordered together with products from your history',
            'silent_reason': 'No product of a history was often ordered together with a recommendable one.'},
        {'source': 'content', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'content_evidence',
            'reason_code': 'similar_products', 'reason_text': 'Similar to products from your history',
            'silent_reason': 'No recommendable product shares a word or attribute with a product of a history.'},
        {'source': 'next_purchase', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'usual_next', 'reason_text': 'Often chosen after the products you bought or viewed last',
            'silent_reason': 'No recommendable product was chosen after a product of a history.'},
        {'source': 'trending', 'default_weight': 0.02, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'",
            'reason_code': 'trending', 'reason_text': 'Becoming more popular',
            'silent_reason': 'No product rose.'},
        {'source': 'segment_popularity', 'default_weight': 0.02, 'needs_history': true, 'evidence_model': none,
            'members': 'customer_segments', 'cell': 'members.segment',
            'reason_code': 'popular_in_segment', 'reason_text': 'Popular with customers who shop like you',
            'silent_reason': 'No customer belongs to a segment.'},
        {'source': 'context_popularity', 'default_weight': 0.01, 'needs_history': false, 'evidence_model': none,
            'members': 'usual_contexts', 'cell': 'members.usual_cell',
            'tiers': ['history', 'fold_in', 'survey', 'context'], 'leads_tier': 'context',
            'reason_code': 'popular_in_context', 'reason_text': none,
            'silent_reason': 'No customer has a usual context.'},
        {'source': 'survey', 'default_weight': 0.05, 'needs_history': false, 'evidence_model': none,
            'members': 'survey_cells', 'cell': 'members.survey_cell', 'tiers': ['survey'], 'leads_tier': 'survey',
            'reason_code': 'stated_taste', 'reason_text': 'Similar to what you told us you like',
            'silent_reason': 'No customer without a history named a category that matches a product.'},
    ] -%}
    {%- set excluded = var('excluded_sources') if var('excluded_sources') is iterable and not with_excluded else [] -%}
    {{ return(rows | rejectattr('source', 'in', excluded) | list) }}
{% endmacro %}
