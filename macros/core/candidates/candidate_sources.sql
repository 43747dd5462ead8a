{#- The candidate sources, without excluded_sources unless with_excluded: one row per source, in the order of arrays with a number per
    source. The model of a source is <source>_candidates. default_weight (share 0..1) is its weight where tuning has no labels; the default weights of all rows sum
    to 1. needs_history: the source proposes nothing to customers without a history. evidence_model: the model that attributes its scores to
    the products of the history, if any. reason_text is what a customer reads where the source contributed most. -#}
{% macro candidate_sources(with_excluded=false) %}
    {%- set rows = [
        {'source': 'popularity', 'default_weight': 0.05, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'",
            'reason_code': 'popular', 'reason_text': 'Popular with customers right now'},
        {'source': 'als', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'als_evidence',
            'reason_code': 'similar_customers', 'reason_text': 'Chosen by customers whose history resembles yours'},
        {'source': 'spectral', 'default_weight': 0.15, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'typical_pattern', 'reason_text': 'Goes with the pattern of what you have chosen'},
        {'source': 'neighbours', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'neighbours_evidence',
            'reason_code': 'chosen_together', 'reason_text': 'Often chosen by the same customers as products in your history'},
        {'source': 'ease', 'default_weight': 0.1, 'needs_history': true, 'evidence_model': none,
            'reason_code': 'follows_from_history', 'reason_text': 'Follows from the products you have chosen'},
        {'source': 'buy_again', 'default_weight': 0.2, 'needs_history': true, 'evidence_model': 'buy_again_evidence',
            'reason_code': 'buy_again', 'reason_text': 'You have chosen it before and may need it again'},
        {'source': 'bought_together', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'bought_together', 'reason_text': 'Often ordered together with products you have chosen'},
        {'source': 'content', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'content_evidence',
            'reason_code': 'similar_products', 'reason_text': 'Similar to products you have chosen'},
        {'source': 'next_purchase', 'default_weight': 0.05, 'needs_history': true, 'evidence_model': 'pair_evidence',
            'reason_code': 'usual_next', 'reason_text': 'Often comes next after what you chose last'},
        {'source': 'trending', 'default_weight': 0.02, 'needs_history': false, 'evidence_model': none,
            'members': 'cutoff_customers', 'cell': "'all'",
            'reason_code': 'trending', 'reason_text': 'More and more customers choose it'},
        {'source': 'segment_popularity', 'default_weight': 0.02, 'needs_history': true, 'evidence_model': none,
            'members': 'customer_segments', 'cell': 'members.segment',
            'reason_code': 'popular_in_segment', 'reason_text': 'Popular with customers who shop like you'},
        {'source': 'context_popularity', 'default_weight': 0.01, 'needs_history': false, 'evidence_model': none,
            'members': 'usual_contexts', 'cell': 'members.usual_cell',
            'reason_code': 'popular_in_context', 'reason_text': 'Popular where, when and how you usually shop'},
        {'source': 'survey', 'default_weight': 0.05, 'needs_history': false, 'evidence_model': none,
            'members': 'survey_cells', 'cell': 'members.survey_cell',
            'reason_code': 'stated_taste', 'reason_text': 'Goes with what you said you like'},
    ] -%}
    {%- set excluded = var('excluded_sources') if var('excluded_sources') is iterable and not with_excluded else [] -%}
    {{ return(rows | rejectattr('source', 'in', excluded) | list) }}
{% endmacro %}
