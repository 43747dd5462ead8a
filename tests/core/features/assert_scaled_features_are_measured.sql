-- Catches a feature of scaled_features that customer_measures doesn't know, a slip of the pen, which would silently be left out.
select feature
from {{ ref('scaled_features') }}
where feature not in ({{ literal_rows('feature', measured_features()) }})
