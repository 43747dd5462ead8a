{#- Whether hooks of this package have work to do: not while dbt parses, and in a project that installs this one, not in a run
    that selects none of its nodes. A dbt retry selects nothing and may be a retry of this package. -#}
{% macro runs_package() %}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {%- for name in selected_resources if name.split('.')[1] == 'warehouse_recommender' -%}{{ return(true) }}{%- endfor -%}
    {{ return(not is_installed() or not selected_resources) }}
{% endmacro %}
