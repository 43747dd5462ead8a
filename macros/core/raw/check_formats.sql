{#- Rejects a time_format or number_format that names a column of another kind, or that is not a valid format. -#}
{% macro check_formats(where, table, mapping) %}
    {%- for setting, kind in {'time_format': 'time', 'number_format': 'number'}.items() if mapping[setting] -%}
        {%- set columns = [] -%}
        {%- for column in raw_contract()[table]['columns'] if column in column_types() and column_types()[column].kind == kind -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
        {%- set stated = mapping[setting] if mapping[setting] is mapping else {(columns + [none])[0]: mapping[setting]} -%}
        {%- for column, format in stated.items() -%}
            {%- if column not in columns -%}
                {{ exceptions.raise_compiler_error(where ~ ": " ~ setting ~ " names '" ~ column ~ "', which is not a " ~ kind
                    ~ " column of the "
                    ~ "table. " ~ (("Columns: " ~ columns | join(', ')) if columns else "The table has none") ~ ".") }}
            {%- elif kind == 'time' and '%' not in format | string -%}
                {{ exceptions.raise_compiler_error(where ~ ": time_format is '" ~ format ~ "'. Use strptime codes, for example "
                    ~ "'%d/%m/%Y %H:%M'.") }}
            {%- elif kind == 'number' and not number_format(format) -%}
                {{ exceptions.raise_compiler_error(where ~ ": number_format is '" ~ format
                    ~ "'. Write the number 1234.56 in the format of "
                    ~ "the file, for example '1.234,56 €', '1,234.56' or '1234,56'.") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
