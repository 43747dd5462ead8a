{#- End of the time in which outcomes of an impression count, exclusive: outcome_window_days after the time it was shown. -#}
{% macro outcome_window_end(shown_at) -%}
    {{ shown_at }} + interval '{{ var("outcome_window_days") }}' day
{%- endmacro %}
