-- Catches a template with an unknown placeholder, such as {name}, which customers would see unfilled.
select
    source,
    template
from {{ ref('reason_templates') }}
where {{ filled_template('template') }} like '%' || '{' || '%'
