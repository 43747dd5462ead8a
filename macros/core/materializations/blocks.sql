{#- The materialization `blocks`: builds a table block by block, for models whose single query over all rows needs too much
    memory. The model filters its rows by in_block(column). The config `blocks_of` names the model whose highest `block_column`
    ends the last block, and `block_size` sets the number of values per block. The table gets its final name once all blocks are
    inserted. -#}
{% materialization blocks, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set building = make_intermediate_relation(target_relation) -%}
    {%- set size = config.require('block_size') -%}
    {{ drop_relation_if_exists(load_cached_relation(building)) }}
    {{ run_hooks(pre_hooks) }}
    {%- set highest_rows = run_query('select max(' ~ config.require('block_column') ~ ') from '
        ~ ref(config.require('blocks_of'))).rows -%}
    {%- set highest = highest_rows[0][0] or 0 -%}
    {%- if in_block('') not in sql -%}
        {{ exceptions.raise_compiler_error(model.name ~ ' is materialized in blocks but has no in_block(column).') }}
    {%- endif -%}
    {%- for first in range(0, highest + 1, size) -%}
        {%- set block = sql | replace(in_block(''), ' between ' ~ first ~ ' and ' ~ (first + size - 1)) -%}
        {% call statement('main' if loop.last else 'block') -%}
            {%- if loop.first -%}
                {{ create_table_as(false, building, block) }}
            {%- else -%}
                insert into {{ building }}
                {{ block }}
            {%- endif -%}
        {%- endcall %}
    {%- endfor -%}
    {{ drop_relation_if_exists(existing) }}
    {{ adapter.rename_relation(building, target_relation) }}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
