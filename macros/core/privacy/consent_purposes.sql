{#- Purposes to which customers can consent, each separately; the README defines what each one covers. -#}
{% macro consent_purposes() %}{{ return(['personalisation', 'analytics', 'marketing']) }}{% endmacro %}
