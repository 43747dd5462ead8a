{#- Runs before anything is built: refuses parameters that contradict each other or can have no meaning, and says what would be
    accepted. -#}
{% macro check_vars() %}
    {%- set names = var('candidate_sources') | map(attribute='source') | list -%}
    {%- set rules = [
        (var('horizon_days') >= 1, 'horizon_days', 'at least 1 day'),
        (var('tune_cutoffs') >= 0, 'tune_cutoffs', '0 or more'),
        (0 < var('reopen_days') and var('reopen_days') < (var('tune_cutoffs') + 1) * var('horizon_days'), 'reopen_days',
            'above 0 days and below (tune_cutoffs + 1) * horizon_days, from before which bounds and medians are estimated'),
        (var('strength_half_life_days') > 0, 'strength_half_life_days', 'above 0 days'),
        (var('popularity_half_life_days') > 0, 'popularity_half_life_days', 'above 0 days'),
        (0 <= var('smallest_discount_share') and var('smallest_discount_share') < 1, 'smallest_discount_share', '0 to below 1'),
        (var('rfm_score_count') >= 2, 'rfm_score_count', 'at least 2'),
        (var('trend_days') >= 1, 'trend_days', 'at least 1 day'),
        (var('season_prior_purchases') > 0, 'season_prior_purchases', 'above 0 purchases'),
        (var('price_band_count') >= 1, 'price_band_count', 'at least 1'),
        (var('embedding_dimensions') >= 1, 'embedding_dimensions', 'at least 1'),
        (var('embedding_history') >= 2, 'embedding_history', 'at least 2 products'),
        (var('embedding_support') >= 1, 'embedding_support', 'at least 1 customer'),
        (names and names | length == names | unique | list | length, 'candidate_sources', 'at least one row, each source once'),
        ('popularity' in names, 'candidate_sources', 'popularity among them: it is the floor for customers without history'),
        ((var('candidate_sources') | sum(attribute='default_weight') - 1) | abs < 0.000001, 'candidate_sources',
            'default weights that sum to 1'),
        (var('list_length') >= 1, 'list_length', 'at least 1 product'),
        (var('candidates_per_source') >= var('list_length'), 'candidates_per_source', 'at least list_length'),
        (var('evaluation_ks') and var('evaluation_ks') | min >= 1, 'evaluation_ks', 'at least one length, each 1 or more'),
        (var('similar_per_product') >= 1, 'similar_per_product', 'at least 1 product'),
        (var('similar_shrinkage') >= 0, 'similar_shrinkage', '0 customers or more'),
        (var('similar_content_customers') > 0, 'similar_content_customers', 'above 0 customers'),
        (var('popular_per_scope') >= 1, 'popular_per_scope', 'at least 1 product'),
        (var('candidates_per_source') >= var('evaluation_ks') | max, 'candidates_per_source', 'at least the longest of evaluation_ks'),
        (var('blend_steps') >= 1, 'blend_steps', 'at least 1'),
        (var('blend_rounds') >= 1, 'blend_rounds', 'at least 1'),
        (var('blend_lists') >= 1, 'blend_lists', 'at least 1 list'),
        (var('evaluation_customers') >= 1, 'evaluation_customers', 'at least 1'),
        (var('bootstrap_replicates') >= 1, 'bootstrap_replicates', 'at least 1'),
        (var('profile_text_characters') >= 1, 'profile_text_characters', 'at least 1 character'),
        (var('profile_mad_limit') > 0, 'profile_mad_limit', 'above 0'),
        (var('profile_z_limit') > 0, 'profile_z_limit', 'above 0'),
        (var('profile_iqr_limit') > 0, 'profile_iqr_limit', 'above 0'),
        (0 < var('confidence_level') and var('confidence_level') < 1, 'confidence_level', 'between 0 and 1'),
    ] -%}
    {%- for holds, name, accepted in rules if not holds -%}
        {{ exceptions.raise_compiler_error("Var " ~ name ~ " is " ~ var(name) ~ ". Accepted: " ~ accepted ~ ".") }}
    {%- endfor -%}
    {%- do served_mode() -%}
    {%- do check_vector_index() -%}
{% endmacro %}
