{#- The capabilities, each with the capabilities that it reads. A capability is off if one of those is off. -#}
{% macro capabilities() %}
    {{ return({
        'evaluation': [], 'fairness': ['evaluation'], 'experiments': [], 'outcomes': ['evaluation'], 'quality': [], 'catalogue': [],
        'profiles': [], 'private_releases': [], 'tuning': [],
    }) }}
{% endmacro %}
