-- Grain: cutoff × direction that is taken out of the customers' factors of als: the seam customer_directions, where a capability
-- fills it; without one, no rows. A model of its own because a Python node reads the same relation on every run.
{{ config(materialized='view') }}
{%- if seam_is_on('customer_directions') %}
select
    cutoff_id,
    direction_index,
    factors
from {{ seam('customer_directions') }}
{%- else %}
select
    cast(null as string) as cutoff_id,
    cast(null as bigint) as direction_index,
    {{ array_of(['cast(null as float)']) }} as factors
where 1 = 0
{%- endif %}
