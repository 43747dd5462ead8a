{#- The contexts of customers' habits; each has one dimension of the same name. Months and days of the week are excluded because
    they describe a time, not a customer. session_position is excluded because lists do not depend on it. -#}
{% macro usual_dimensions() %}
    {{ return(['country', 'device', 'daypart']) }}
{% endmacro %}
