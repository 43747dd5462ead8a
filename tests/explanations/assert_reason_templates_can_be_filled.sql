-- Catches a template with a placeholder nobody fills, such as {name}, which customers would read as it stands.
select
    source,
    template
from {{ ref('reason_templates') }}
where
    {% for placeholder in reason_facts() %}replace({% endfor %}template
    {%- for placeholder in reason_facts() %}, '{{ placeholder }}', ''){% endfor %} like '%' || '{' || '%'
