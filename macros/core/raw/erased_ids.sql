{#- A query of the raw ids of those who asked to be forgotten, each once; no rows where no such requests are mapped. A request holds
    whatever its time, and also where its time can't be read. -#}
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
