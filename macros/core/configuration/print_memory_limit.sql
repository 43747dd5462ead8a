{#- Runs at the end of a run: if DuckDB ran out of memory, prints its memory limit, a limit that was sufficient, and how to
    resume. -#}
{% macro print_memory_limit(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set failed = [] -%}
    {%- for result in results if 'Out of Memory Error' in (result.message or '') -%}{%- do failed.append(result.node.name) -%}{%- endfor -%}
    {%- if failed -%}
        {%- do log(failed | join(', ') ~ ': WAREHOUSE_MEMORY=' ~ target.settings.memory_limit ~ ' is not enough. '
            ~ '4GB (the default) was enough for 10 million interactions of 100,000 customers. Increase it and rerun the command '
            ~ 'to resume.', info=true) -%}
    {%- endif -%}
{% endmacro %}
