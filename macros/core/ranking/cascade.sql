{#- The cascade: the first `depth` products of the source `retrieval` are re-ranked by content, which makes `content_share` (0..1) of
    their score. -#}
{% macro cascade() %}{{ return({'retrieval': 'als', 'depth': 30, 'content_share': 0.3}) }}{% endmacro %}
