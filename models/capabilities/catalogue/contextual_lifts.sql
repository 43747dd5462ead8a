-- Grain: context of macro contextual_lists × cell × product that may be recommended, at live. The value is the lift of the
-- product in the cell. A context is a row of context_crosses that counts products. A cell is a combination of values of the
-- context's dimensions with at least catalogue_smallest_cell interactions of smallest_published_cell customers. A cell without
-- any known value has no list. A cross such as device_daypart is counted as a context of its own and falls back to its parent:
-- multiplying the lifts of device and daypart would count the same interactions twice. Evidence bounds each step of the chain:
-- |ln(lift relative to the parent)| <= ln(1 + n / prior). Here, n is the larger of the product's observed and expected
-- interactions in the cell. A product with n interactions in the whole shop is therefore at most (1 + n / prior) times more or
-- less likely per step. log_lift is truncated to one decimal: published lists show it, and an exact value would reveal single
-- interactions.
{%- set dimensions = usual_dimensions() %}
{%- set contexts = [] %}
{%- for row in contextual_lists() %}
{%- do contexts.append(row.context) %}
{%- for dimension in row.dimensions if dimension not in dimensions %}
{{ exceptions.raise_compiler_error("Macro contextual_lists: context '" ~ row.context ~ "' has dimension '" ~ dimension
    ~ "'. Accepted: " ~ dimensions | join(', ') ~ ".") }}
{%- endfor %}
{%- endfor %}
with listed as (
    select
        cells.cutoff_id,
        cells.context,
        cells.cell
    from {{ ref('context_cells') }} as cells
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            cells.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'live'
    where
        cells.attribute = 'product'
        and cells.context in ('{{ contexts | join("', '") }}')
        and cells.interaction_count >= {{ var('catalogue_smallest_cell') }}
        and {{ marked_customers('cells.customer_marks') }} >= {{ var('smallest_published_cell') }}
        and replace(replace(cells.cell, 'unknown', ''), '|', '') <> ''
),

{{ lifts_of_cells() }}

select
    context,
    cell,
    product_index,
    sign(ln(lift)) * floor(10 * abs(ln(lift))) / 10 as log_lift
from lifted
