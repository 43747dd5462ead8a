-- Grain: one row per raw row of events, with its disposition; see customer_dispositions for the columns.
{{ config(materialized='view') }}
select
    {%- for column in raw_contract()['events']['columns'] %}
    events.{{ column }},
    {%- endfor %}
    events.record_id,
    events.unreadable_values,
    events.implausible_values,
    rulings.rejection_reason,
    rulings.found_rules
from {{ ref('stg_events') }} as events
left join {{ ref('event_rulings') }} as rulings on events.record_id = rulings.record_id
