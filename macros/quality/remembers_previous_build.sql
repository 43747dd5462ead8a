{#- Whether the model that is being built may read what its previous build left in {{ this }}; --full-refresh forgets it. -#}
{% macro remembers_previous_build() %}
    {{ return(execute and not flags.FULL_REFRESH and load_cached_relation(this) is not none) }}
{% endmacro %}
