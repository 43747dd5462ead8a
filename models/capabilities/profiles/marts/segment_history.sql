-- Grain: as_of × customer with a history then. Which segment each customer was in as of the cutoffs so far: all of the
-- first build, and of each later one those not before the newest known, in the end its `live`. What is recorded stays; only
-- a build of the same moment replaces it, and whoever is gone or agrees no more is taken out. --full-refresh begins anew.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='as_of', on_schema_change='fail',
    post_hook="{{ forget_gone_customers(ref('clean_customers'), 'is_personalisation_granted') }}"
) }}
select
    cutoffs.cutoff_at as as_of,
    customers.customer_id,
    segments.segment,
    segments.distance
from {{ ref('customer_segments') }} as segments
inner join {{ ref('cutoffs') }} as cutoffs on segments.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('clean_customers') }} as customers on segments.customer_index = customers.customer_index
{%- if is_incremental() %}
where cutoffs.cutoff_at >= (select coalesce(max(recorded.as_of), timestamp '0001-01-01 00:00:00') from {{ this }} as recorded)
{%- endif %}
