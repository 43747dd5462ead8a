-- Grain: impression of clean_impressions whose customer agrees to personalisation. The one gate before all that learns:
-- nothing behind it reads clean_impressions. A view: it only leaves rows out.
{{ config(materialized='view') }}
{{ consented_rows(ref('clean_impressions'), 'personalisation') }}
