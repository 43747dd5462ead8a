-- Catches lists that are cut before the deepest k is measured, whatever the order of the var evaluation_ks.
with depths as ({{ literal_rows('k', evaluation_ks()) }})

select
    max(k) as expected_value,
    {{ evaluation_depth() }} as actual_value
from depths
having max(k) <> {{ evaluation_depth() }}
