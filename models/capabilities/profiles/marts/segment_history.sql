-- Grain: as_of × customer with a history at that time: segment of each customer as of the cutoffs so far. The first build records
-- all its cutoffs. Each later build records its cutoffs from the newest recorded one on, that is, its `live`. Recorded rows
-- remain. Only a build with the same cutoff time replaces them, and customers who were erased or withdrew consent are removed.
-- --full-refresh starts over.
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
