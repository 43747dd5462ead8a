{#- A query of one row: the missing-value policy of each column of a raw table, as <column>_policy; leave if
    missing_value_policies has no row for the column. -#}
{% macro policies_by_column(raw_table) %}
    select
        {%- for column in missing_value_columns()[raw_table] %}
        coalesce(max(case when column_name = '{{ column }}' then policy end), 'leave') as {{ column }}_policy
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('missing_value_policies') }}
    where raw_table = '{{ raw_table }}'
{% endmacro %}
