{#- Whether the model may read the rows of its previous build in {{ this }}; false with --full-refresh, and in a unit test that
    does not mock {{ this }}. -#}
{% macro remembers_previous_build() %}
    {{ return(execute and not flags.FULL_REFRESH and this is not none and load_cached_relation(this) is not none) }}
{% endmacro %}
