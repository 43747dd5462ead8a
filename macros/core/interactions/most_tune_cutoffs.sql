{#- Largest number of tuning cutoffs: the var tune_cutoffs, where auto allows a second one. Under leave_last_out, auto means one:
    each further cutoff takes another product from every history. -#}
{% macro most_tune_cutoffs() %}
    {%- set automatic = 1 if var('evaluation_protocol') == 'leave_last_out' else 2 %}
    {{ return(automatic if var('tune_cutoffs') == 'auto' else var('tune_cutoffs') | int) }}
{% endmacro %}
