-- Catches a number of interactions that falls between two bands or into the neighbouring one, at both sides of every edge.
with expected (interaction_count, band) as (
    values
    {%- set lowest = namespace(value=0) %}
    {%- for edge in var('activity_band_edges') %}
    {%- set label = (lowest.value ~ '') if edge - 1 == lowest.value else (lowest.value ~ '-' ~ (edge - 1)) %}
    ({{ lowest.value }}, '{{ label }}'),
    ({{ edge - 1 }}, '{{ label }}'),
    {%- set lowest.value = edge %}
    {%- endfor %}
    ({{ lowest.value }}, '{{ lowest.value }}+'),
    (1000000, '{{ lowest.value }}+')
),

actual as (
    select
        interaction_count,
        band,
        {{ activity_band('interaction_count') }} as actual_band
    from expected
)

select
    interaction_count,
    band,
    actual_band
from actual
where actual_band is distinct from band
