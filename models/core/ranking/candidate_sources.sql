-- Grain: source. The rows of the var candidate_sources as a table, so that SQL can join what a source is called, weighs by
-- default, needs and says to the customer.
{% for row in var('candidate_sources') %}
select
    '{{ row.source }}' as source,
    cast({{ row.default_weight }} as double) as default_weight,
    {{ row.needs_history }} as needs_history,
    '{{ row.reason_code }}' as reason_code,
    '{{ row.reason_text | replace("'", "''") }}' as reason_text
{{ 'union all' if not loop.last }}
{% endfor %}
