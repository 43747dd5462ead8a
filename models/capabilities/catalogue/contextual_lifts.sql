-- Grain: context of macro contextual_lists × cell × product that may be recommended, at live: how much likelier the product is
-- there. A context is a row of context_crosses that counts products, and a cell a combination of values of its dimensions in
-- which catalogue_smallest_cell interactions of smallest_published_cell customers have been seen; where no value is known
-- there is no list. A cross such as device_daypart is counted as a cell of its own and falls back to its parent: lifts of
-- device and daypart multiplied would count the same interactions twice. The evidence bounds each step of the chain: |ln(lift in
-- the parent)| <= ln(1 + n / prior), where n is the larger of the interactions with the product in the cell and of those
-- expected there. So a product with n interactions in the whole shop is at most (1 + n / prior) times likelier, or less likely,
-- per step. log_lift is cut to tenths: published lists show it, and an exact one would give away single interactions.
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
