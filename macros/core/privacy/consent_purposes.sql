{#- What customers may agree to, one by one; the README says what each governs. -#}
{% macro consent_purposes() %}{{ return(['personalisation', 'analytics', 'marketing']) }}{% endmacro %}
