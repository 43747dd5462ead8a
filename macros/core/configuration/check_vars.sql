{#- Runs before a build: rejects unknown vars, values that public_vars does not accept, vars of a capability that is off, and
    values that contradict each other. The error lists all problems with the accepted values. -#}
{% macro check_vars() %}
    {%- if not runs_package() -%}{{ return('') }}{%- endif -%}
    {%- set table = public_vars() -%}
    {%- set rows = {} -%}
    {%- for vars in table.values() -%}{%- do rows.update(vars) -%}{%- endfor -%}
    {%- set problems = [] -%}
    {%- set stated = fromyaml(file_text(invocation_args_dict.project_dir ~ '/dbt_project.yml')).vars or {} -%}
    {#- A project that installs this package sets its vars under the package's name, and has other vars on the command line. -#}
    {%- set given = stated.get('warehouse_recommender', {}) if is_installed() else dict(stated, **invocation_args_dict.vars) -%}
    {%- for name in given if name not in rows -%}
        {%- do problems.append(name ~ " is unknown. Did you mean " ~ nearest_name(name, rows.keys() | list) ~ "?") -%}
    {%- endfor -%}
    {%- for name, row in rows.items() if not is_accepted(var(name, row.default), row.accepts) -%}
        {%- do problems.append(name ~ " is " ~ tojson(var(name), var(name)) ~ ". Accepted: " ~ row.accepts
            ~ (" (" ~ row.unit ~ ")" if row.unit) ~ ".") -%}
    {%- endfor -%}
    {%- for section, vars in table.items() if section in capabilities() and not capability_is_on(section) -%}
        {%- set switches = disabling_switches(section) | join(' and ') -%}
        {%- for name, row in vars.items() if var(name) != row.default -%}
            {%- do problems.append(name ~ " is " ~ tojson(var(name), var(name)) ~ ", but " ~ switches ~ " is false. Accepted: "
                ~ tojson(row.default) ~ ", or " ~ switches ~ " true.") -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for rule in (var_rules() if not problems else []) if not rule.holds -%}
        {%- do problems.append(rule.name ~ " is " ~ tojson(var(rule.name)) ~ ". Accepted: " ~ rule.accepts ~ ".") -%}
    {%- endfor -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error("Some vars (dbt_project.yml, mapping file or --vars) are not accepted. "
            ~ "docs/reference/vars.md lists all vars.\n- " ~ problems | join('\n- ')) }}
    {%- endif -%}
{% endmacro %}
