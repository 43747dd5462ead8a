-- Catches a template with a placeholder nobody fills, such as {name}, which customers would read as it stands.
select
    source,
    template
from {{ ref('reason_templates') }}
where {{ filled_template('template') }} like '%' || '{' || '%'
