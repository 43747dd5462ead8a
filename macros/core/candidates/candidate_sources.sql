{#- The candidate sources, without excluded_sources unless with_excluded: one row per source, in the order of arrays with a number
    per source. The model of a source is <source>_candidates. default_weight (share 0..1) is its weight where tuning has no labels;
    the default weights of all rows sum to 1. needs_history: the source proposes nothing to customers without a history.
    evidence_model: the model that attributes its scores to the products of the history, if any. reason_text is what a customer
    reads where the source gives the reason and no template of reason_templates applies; none: then another source gives it. tiers:
    the tiers of the ladder on whose customers the source knows anything, where not all (without needs_history) or those with a
    history. silent_reason: why it has no candidates where it has none. leads_tier: the tier of customers without a history that is served by the source alone unless something is surely
    better. -#}
{% macro candidate_sources(with_excluded=false) %}
    {%- set rows = [
        {'source': 'popularity', 'default_weight': 0.05, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'", 'leads_tier': 'popularity',
            'reason_code': 'popular', 'reason_text': none,
            'silent_reason': 'No product may be recommended.'},
        {'source': 'als', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'als_evidence',
            'reason_code': 'similar_customers', 'reason_text': 'Chosen by customers whose history resembles yours',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'spectral', 'default_weight': 0.15, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'typical_pattern', 'reason_text': 'Fits the pattern of your history',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'neighbours', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'neighbours_evidence',
            'reason_code': 'chosen_together', 'reason_text': 'Chosen by the same customers as products in your history',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'ease', 'default_weight': 0.1, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'follows_from_history', 'reason_text': 'Follows from your history',
            'silent_reason': 'No customer with a history gets a list.'},
        {'source': 'buy_again', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'buy_again_evidence',
            'reason_code': 'buy_again', 'reason_text': 'You have looked at it before',
            'silent_reason': 'No customer had a product that may be recommended.'},
        {'source': 'bought_together', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'bought_together', 'reason_text': 'Often ordered together with products in your history',
            'silent_reason': 'No product of a history was often ordered together with one that may be recommended.'},
        {'source': 'content', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'content_evidence',
            'reason_code': 'similar_products', 'reason_text': 'Similar to products in your history',
            'silent_reason': 'No product that may be recommended shares a word or attribute with one of a history.'},
        {'source': 'next_purchase', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'usual_next', 'reason_text': 'Often comes next after what you bought or looked at last',
            'silent_reason': 'No product that may be recommended followed one of a history.'},
        {'source': 'trending', 'default_weight': 0.02, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'",
            'reason_code': 'trending', 'reason_text': 'Rising in popularity',
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
            'reason_code': 'stated_taste', 'reason_text': 'Resembles what you said you like',
            'silent_reason': 'No customer without a history named a category whose words a product has.'},
    ] -%}
    {%- set excluded = var('excluded_sources') if var('excluded_sources') is iterable and not with_excluded else [] -%}
    {{ return(rows | rejectattr('source', 'in', excluded) | list) }}
{% endmacro %}
