-- Grain: verdict of clean_feedback whose customer agrees to personalisation. The one gate before all that learns: nothing
-- behind it reads clean_feedback. A view: it only leaves rows out.
{{ config(materialized='view') }}
{{ consented_rows(ref('clean_feedback'), 'personalisation') }}
