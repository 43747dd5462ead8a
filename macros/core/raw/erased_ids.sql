{#- A query of the distinct raw ids of customers who requested erasure; no rows if erasure_requests is not mapped. A request
    applies regardless of its time, even if the time cannot be read. -#}
{% macro erased_ids() -%}
    {%- if 'erasure_requests' in var('raw') -%}
    select distinct customer_id as raw_customer_id
    from ({{ mapped_rows('erasure_requests') }}) as requests
    where customer_id is not null
    {%- else -%}
    select cast(null as string) as raw_customer_id
    where 1 = 0
    {%- endif -%}
{%- endmacro %}
