-- Grain: event of clean_events whose customer agrees to personalisation; events of nobody stay. The one gate before all
-- that learns: nothing behind it reads clean_events. A view: it only leaves rows out.
{{ config(materialized='view') }}
{{ consented_rows(ref('clean_events'), 'personalisation') }}
