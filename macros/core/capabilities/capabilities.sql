{#- The capabilities, each with the capabilities that it reads: off with one of those, off itself. -#}
{% macro capabilities() %}
    {{ return({
        'evaluation': [], 'fairness': ['evaluation'], 'experiments': [], 'quality': [], 'catalogue': [], 'profiles': [],
        'private_releases': [], 'tuning': [],
    }) }}
{% endmacro %}
