{#- Purposes to which customers can consent, each separately. docs/privacy.md defines each purpose. -#}
{% macro consent_purposes() %}{{ return(['personalisation', 'analytics', 'marketing']) }}{% endmacro %}
