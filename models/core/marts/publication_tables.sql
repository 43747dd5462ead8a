-- Grain: table that can be published. The definition comes from the project, so that the publish command needs only the
-- warehouse. That command fills in the other columns, which state the run that built the table.
with tables as (
    select
        cast(null as string) as schema_name,
        cast(null as string) as table_name,
        cast(null as string) as description,
        cast(null as string) as definition
    where 1 = 0
    {%- for table in published_tables() %}
    union all
    select
        '{{ table.schema }}' as schema_name,
        '{{ table.name }}' as table_name,
        {{ sql_text(table.description) }} as description,
        {{ sql_text(tojson(table.definition, sort_keys=true)) }} as definition
    {%- endfor %}
)

select
    schema_name,
    table_name,
    description,
    definition,
    cast(null as string) as scope,
    cast(null as timestamp) as as_of,
    cast(null as timestamp) as finished_at
from tables
