{#- The features that a model's YAML declares, in the order of its columns: a list of dictionaries with name, data_type, unit,
    grain of the model, lowest, highest (open ends as the largest double), range_text, accepted values, null_reason, leak_safe and
    description. Columns without a unit are keys, not features. The list is empty while dbt parses, because the graph is not
    available yet. -#}
{% macro stated_features(model_name) %}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in [package_node(model_name)] if node -%}
            {%- for column in node.columns.values() if column.config.meta.unit -%}
                {%- set meta = column.config.meta -%}
                {%- set bounds = meta.get('range') or [none, none] -%}
                {%- set range_text = meta['values'] | join(', ') if 'values' in meta
                    else (bounds | map('string') | join(' to ') | replace('None', 'open') if meta.get('range') else none) -%}
                {%- do found.append({
                    'name': column.name,
                    'grain': node.config.meta.grain,
                    'data_type': column.data_type,
                    'unit': meta.unit,
                    'is_number': column.data_type.split('(')[0] in ['double', 'bigint', 'decimal'],
                    'lowest': bounds[0] if bounds[0] is not none else '-1.7e308',
                    'highest': bounds[1] if bounds[1] is not none else '1.7e308',
                    'range_text': range_text,
                    'accepted': meta['values'] if 'values' in meta else [],
                    'null_reason': meta.get('null_reason'),
                    'leak_safe': meta.get('leak_safe'),
                    'description': column.description,
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
