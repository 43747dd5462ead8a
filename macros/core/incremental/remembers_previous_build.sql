{#- Whether the model that is being built may read what its previous build left in {{ this }}; --full-refresh forgets it.
    A unit test that does not mock {{ this }} has none. -#}
{% macro remembers_previous_build() %}
    {{ return(execute and not flags.FULL_REFRESH and this is not none and load_cached_relation(this) is not none) }}
{% endmacro %}
