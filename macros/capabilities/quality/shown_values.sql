{#- SQL expressions that show columns of a raw row in audit tables, as {column: SQL}, with `withheld` for personal columns.
    Unreadable texts of customers may contain a date of birth, so they are withheld too. The pseudonym in customer_id is shown: it
    leads to the other tables of the customer. -#}
{% macro shown_values(table) %}
    {%- set shown = {} -%}
    {%- set notes = ['unreadable_values', 'implausible_values'] -%}
    {%- for column in raw_contract()[table]['columns'] + (notes if table == 'customers' else [])
        if column in notes or (column != 'customer_id' and is_personal(table, column)) -%}
        {%- do shown.update({column: "case when " ~ column ~ " is not null then 'withheld' end"}) -%}
    {%- endfor -%}
    {{ return(shown) }}
{% endmacro %}
