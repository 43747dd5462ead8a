{#- A post-hook of tables that keep rows from build to build: deletes those of customers who are not in `customers` any more: they asked
    to be forgotten, left the raw tables, or have another pseudonym since the key was changed. `condition` says who else may not stay. -#}
{% macro forget_gone_customers(customers, condition='true') %}
    delete from {{ this }}
    where customer_id is not null and customer_id not in (select customer_id from {{ customers }} where {{ condition }})
{% endmacro %}
