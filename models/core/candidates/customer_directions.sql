-- Grain: cutoff × direction that is removed from the customer vectors of als. The rows come from the seam customer_directions;
-- there are none if no capability fills the seam. A separate model, so that a Python node reads the same relation in every run.
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
