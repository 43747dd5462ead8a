{#- At the end of a run: where DuckDB ran out of memory, says how much it was allowed, what has been enough, and how to go on. -#}
{% macro print_memory_limit(results) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set failed = [] -%}
    {%- for result in results if 'Out of Memory Error' in (result.message or '') -%}{%- do failed.append(result.node.name) -%}{%- endfor -%}
    {%- if failed -%}
        {%- do log(failed | join(', ') ~ ': WAREHOUSE_MEMORY=' ~ target.settings.memory_limit ~ ' is too little. '
            ~ '4GB (the default) was enough for 10 million interactions of 100,000 customers. Set it higher and run the same command again.', info=true) -%}
    {%- endif -%}
{% endmacro %}
