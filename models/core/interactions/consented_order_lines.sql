-- Grain: order line of clean_order_lines whose customer agrees to personalisation; lines of nobody stay. The one gate
-- before all that learns: nothing behind it reads clean_order_lines. A view: it only leaves rows out.
{{ config(materialized='view') }}
{{ consented_rows(ref('clean_order_lines'), 'personalisation') }}
