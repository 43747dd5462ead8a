{#- The condition that a customer agrees to a purpose: as decided last, or, where nothing was ever decided, as the var
    consent_default_<purpose> says. `consents` is the alias of a left join to customer_consents. -#}
{% macro has_consent(consents, purpose) -%}
    {%- if purpose not in consent_purposes() -%}
        {{ exceptions.raise_compiler_error("Purpose '" ~ purpose ~ "'. Accepted: " ~ consent_purposes() | join(', ') ~ '.') }}
    {%- endif -%}
    coalesce({{ consents }}.is_{{ purpose }}_granted, {{ var('consent_default_' ~ purpose) }})
{%- endmacro %}
