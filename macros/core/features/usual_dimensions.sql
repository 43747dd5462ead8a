{#- The contexts a customer has habits in, each of one dimension of the same name. Months and days of the week belong to a moment
    and not to a customer, and what a visit opens with is in no list. -#}
{% macro usual_dimensions() %}
    {{ return(['country', 'device', 'daypart']) }}
{% endmacro %}
