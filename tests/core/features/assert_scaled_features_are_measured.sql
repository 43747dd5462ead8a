-- Catches a feature of scaled_features that is not in customer_measures, such as a misspelt name, which would silently be
-- ignored.
select feature
from {{ ref('scaled_features') }}
where feature not in ({{ literal_rows('feature', measured_features()) }})
