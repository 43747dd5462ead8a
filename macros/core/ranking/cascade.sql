{#- The cascade: content re-ranks the first `depth` products of the source `retrieval`, with the weight `content_share` (0..1) in
    their score. -#}
{% macro cascade() %}{{ return({'retrieval': 'als', 'depth': 30, 'content_share': 0.3}) }}{% endmacro %}
