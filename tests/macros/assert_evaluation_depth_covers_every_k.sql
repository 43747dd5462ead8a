-- Catches lists that are shorter than the largest k, in any order of the var evaluation_ks.
with depths as ({{ literal_rows('k', evaluation_ks()) }})

select
    max(k) as expected_value,
    {{ evaluation_depth() }} as actual_value
from depths
having max(k) <> {{ evaluation_depth() }}
