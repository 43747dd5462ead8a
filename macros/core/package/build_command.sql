{#- Command that builds a scope (all, lists, refresh): make in a clone, dbt in a project that installs this one. -#}
{% macro build_command(scope='all') %}
    {{ return('dbt build' ~ (' --selector ' ~ scope if scope != 'all') if is_installed() else 'make ' ~ ('build' if scope == 'all' else scope)) }}
{% endmacro %}
