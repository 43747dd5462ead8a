{#- Post-hook of tables that keep rows from build to build: deletes the rows of customers who are no longer in `customers`,
    because they were erased, left the raw tables, or have another pseudonym after a change of the key. `condition` can exclude
    further customers. -#}
{% macro forget_gone_customers(customers, condition='true') %}
    {{ delete_rows(this, 'customer_id is not null and customer_id not in (select customer_id from ' ~ customers ~ ' where ' ~ condition ~ ')') }}
{% endmacro %}
