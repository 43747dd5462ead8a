-- Grain: event of clean_events whose customer agrees to personalisation; events of nobody stay. The one gate before all
-- that learns: nothing behind it reads clean_events. A view: it only leaves rows out. Read by purchases, held_out_products
-- and weighted_interactions.
{{ config(materialized='view') }}
{{ consented_rows(ref('clean_events'), 'personalisation') }}
