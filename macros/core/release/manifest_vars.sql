{#- All vars of the project with the values of this run, in alphabetical order. File locations (raw_path and the files of the
    mapping) are excluded, because they differ from machine to machine without changing a table. -#}
{% macro manifest_vars() %}
    {%- set values = {} -%}
    {%- set names = [] -%}
    {%- for vars in public_vars().values() -%}{%- do names.extend(vars) -%}{%- endfor -%}
    {%- for name in names | sort if name != 'raw_path' -%}
        {%- do values.update({name: var(name)}) -%}
    {%- endfor -%}
    {%- set tables = {} -%}
    {%- for table, mapping in values.raw.items() -%}
        {%- set settings = {} -%}
        {%- for setting, value in mapping.items() if setting != 'file' -%}{%- do settings.update({setting: value}) -%}{%- endfor -%}
        {%- do tables.update({table: settings}) -%}
    {%- endfor -%}
    {%- do values.update({'raw': tables}) -%}
    {{ return(values) }}
{% endmacro %}
