{#- An operation: writes the lists of the current release to a file for the CRM (write_file), with the company's own ids, and
    records who exported what, and why, in the audit log. `columns` are those of marts.recommendations and marts.products;
    customer_id is the company's own id. The file has the lists of customers who consent to the purpose `consent` in the newest
    build, or with `none` of all customers; erased customers are always omitted. `dbt run-operation export_lists --args '{to:
    lists.csv, why: <reason>}'`, or make export. -#}
{% macro export_lists(to='', why='', columns='customer_id, rank, product_id, reason_text, list_id', consent='marketing') %}
    {%- do require_duckdb('make export') -%}
    {%- if not to or not why -%}
        {{ exceptions.raise_compiler_error('State a file and the reason: make export TO=<file.csv or .parquet> WHY="<reason>".') }}
    {%- endif -%}
    {%- if consent not in consent_purposes() + ['none'] -%}
        {{ exceptions.raise_compiler_error("The consent is '" ~ consent ~ "'. Accepted: " ~ consent_purposes() | join(', ') ~ ', or none for all '
            ~ 'customers.') }}
    {%- endif -%}
    {%- set folder = env_var('PUBLISHED_PATH', env_var('WAREHOUSE_PATH', '').rpartition('/')[:2] | join ~ 'published'
        ~ ('' if var('dataset') == 'demo' else '/' ~ var('dataset'))) -%}
    {%- set published = sql_text(folder ~ '/recommendations.duckdb') -%}
    {%- set nodes = {} -%}
    {%- for name in ['customer_identities', 'audit_log', 'customers'] -%}
        {%- set node = package_node(name) -%}
        {%- do nodes.update({name: adapter.get_relation(node.database, node.schema, node.alias)}) -%}
    {%- endfor -%}
    {%- if none in nodes.values() or not run_query('select count(*) from glob(' ~ published ~ ')').rows[0][0] -%}
        {{ exceptions.raise_compiler_error('There is no release in ' ~ folder ~ ', so there is nothing to export. '
            ~ 'make build publishes one; PUBLISHED_PATH is the folder of the releases.') }}
    {%- endif -%}
    {%- do run_query('attach if not exists ' ~ published ~ ' as exported_release (read_only)') -%}
    {%- set places = {} -%}
    {%- for table in ['products', 'recommendations'] -%}
        {%- for row in run_query('describe exported_release.marts.' ~ table).rows -%}{%- do places.update({row[0]: table}) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set selected = [] -%}
    {%- set chosen = (columns if columns is not string else columns.replace(',', ' ').split()) | unique | list -%}
    {%- for column in chosen -%}
        {%- if column not in places -%}
            {{ exceptions.raise_compiler_error("There is no column '" ~ column ~ "' to export. Accepted: " ~ places.keys() | sort | join(', ')
                ~ '.') }}
        {%- endif -%}
        {%- do selected.append('identities.raw_customer_id as customer_id' if column == 'customer_id' else places[column] ~ '.' ~ column) -%}
    {%- endfor -%}
    {%- set from_lists -%}
        from exported_release.marts.recommendations as recommendations
        inner join {{ nodes.customer_identities }} as identities on recommendations.customer_id = identities.customer_id
        inner join {{ nodes.customers }} as customers on recommendations.customer_id = customers.customer_id
        left join exported_release.marts.products as products on recommendations.product_id = products.product_id
        {%- if consent != 'none' %}
        where customers.is_{{ consent }}_granted
        {%- endif %}
    {%- endset -%}
    {%- set counts = run_query('select count(*), count(distinct recommendations.customer_id), count(distinct case when '
        ~ is_formula('identities.raw_customer_id') ~ ' then recommendations.customer_id end), (select max(release) from '
        ~ 'exported_release.marts.publication) ' ~ from_lists).rows[0] -%}
    {%- if not counts[0] -%}
        {{ exceptions.raise_compiler_error('There is no list to export: no customer of release ' ~ counts[3] ~ ' who is '
            ~ 'still known consents to ' ~ consent ~ '.') }}
    {%- endif -%}
    {%- set details = {'why': why, 'columns': chosen | join(', '), 'consent': consent, 'release': counts[3], 'customers': counts[1] | int} -%}
    {%- set query = 'select ' ~ selected | join(', ') ~ ', identities.raw_customer_id as own_id, recommendations.rank as place ' ~ from_lists -%}
    {%- set entry = audit_entry(nodes.audit_log, 'export', to, counts[0] | int, 'success', details) -%}
    {%- do write_file(query, chosen, 'own_id, place', to, entry) -%}
    {%- do print('Exported the lists of ' ~ counts[1] ~ ' customers of release ' ~ counts[3] ~ ' to ' ~ to ~ ', ' ~ counts[0] ~ ' rows.') -%}
    {%- if counts[2] and to.lower().endswith('.csv') -%}
        {%- do print(counts[2] ~ ' customer ids begin like a formula. '
            ~ 'In CSV they have an apostrophe in front; Parquet keeps them unchanged.') -%}
    {%- endif -%}
{% endmacro %}
