{#- Lifts of all products in the cells of one row of macro contextual_lists: a query over log_lifts, which must be a CTE of the model. -#}
{% macro lifts_of_context(row) %}
    {%- set names, lifts, known = ['lifts.dimension_value'], ['lifts.log_lift'], ["lifts.dimension_value <> 'unknown'"] -%}
    {%- for dimension in row.dimensions[1:] -%}
        {%- do names.append('of_' ~ dimension ~ '.dimension_value') -%}
        {%- do lifts.append('of_' ~ dimension ~ '.log_lift') -%}
        {%- do known.append('of_' ~ dimension ~ ".dimension_value <> 'unknown'") -%}
    {%- endfor -%}
    select
        '{{ row.context }}' as context,
        concat_ws('|', {{ names | join(', ') }}) as cell,
        lifts.product_index,
        {{ lifts | join(' + ') }} as log_lift
    from log_lifts as lifts
    {%- for dimension in row.dimensions[1:] %}
    inner join log_lifts as of_{{ dimension }}
        on
            lifts.product_index = of_{{ dimension }}.product_index
            and of_{{ dimension }}.dimension = '{{ dimension }}'
    {%- endfor %}
    where
        lifts.dimension = '{{ row.dimensions[0] }}'
        and ({{ known | join(' or ') }})
{%- endmacro %}
