{#- Fails on every value outside [lowest, highest], NULL and NaN included: a number that should be there and isn't is no number. -#}
{% test in_range(model, column_name, lowest, highest) %}
select {{ column_name }}
from {{ model }}
where not coalesce({{ column_name }} between {{ lowest }} and {{ highest }}, false)
{% endtest %}
