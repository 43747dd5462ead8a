{#- A query of the rows of a relation whose customers agree to a purpose, and of those without a customer, who can't be asked. -#}
{% macro consented_rows(relation, purpose) %}
select records.*
from {{ relation }} as records
left join {{ ref('customer_consents') }} as consents on records.customer_id = consents.customer_id
where records.customer_id is null or {{ has_consent('consents', purpose) }}
{%- endmacro %}
