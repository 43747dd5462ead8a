{#- Condition that a customer consents to a purpose: by the customer's last decision, or, if there is none, by the var
    consent_default_<purpose>. `consents` is the alias of a left join to customer_consents. -#}
{% macro has_consent(consents, purpose) -%}
    {%- if purpose not in consent_purposes() -%}
        {{ exceptions.raise_compiler_error("Unknown purpose '" ~ purpose ~ "'. Accepted: "
            ~ consent_purposes() | join(', ') ~ '.') }}
    {%- endif -%}
    coalesce({{ consents }}.is_{{ purpose }}_granted, {{ var('consent_default_' ~ purpose) }})
{%- endmacro %}
