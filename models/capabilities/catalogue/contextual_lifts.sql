-- Grain: context of macro contextual_lists × cell × product that may be recommended, at live: how much likelier the product is
-- there. A cell combines a value of each of the context's dimensions that catalogue_smallest_cell interactions have been seen
-- in; `unknown` is such a value and has lift 1, so that a shop that doesn't know devices has lists by daypart. Lifts of the
-- dimensions are added as logarithms, as in context_popularity_candidates: each combination on its own would rest on next to
-- nothing. Products never seen in a cell have the lift the prior leaves them.
{%- set dimensions = usual_dimensions() %}
{%- for row in contextual_lists() %}
{%- for dimension in row.dimensions if dimension not in dimensions %}
{{ exceptions.raise_compiler_error("Macro contextual_lists: context '" ~ row.context ~ "' has dimension '" ~ dimension
    ~ "'. Accepted: " ~ dimensions | join(', ') ~ ".") }}
{%- endfor %}
{%- endfor %}
with living as (
    select cutoff_id from {{ ref('cutoffs') }}
    where purpose = 'live'
),

dimension_values as (
    select
        cells.context as dimension,
        cells.cell as dimension_value,
        cells.unseen_lift
    from {{ ref('context_cells') }} as cells
    inner join living on cells.cutoff_id = living.cutoff_id
    where
        cells.attribute = 'product'
        and cells.context_level = 1
        and cells.context in ('{{ dimensions | join("', '") }}')
        and cells.interaction_count >= {{ var('catalogue_smallest_cell') }}
),

log_lifts as (
    select
        dimension_values.dimension,
        dimension_values.dimension_value,
        products.product_index,
        case
            when dimension_values.dimension_value = 'unknown' then 0
            else ln(coalesce(seen.shrunken_share / seen.all_share, dimension_values.unseen_lift))
        end as log_lift
    from {{ ref('cutoff_products') }} as products
    inner join living on products.cutoff_id = living.cutoff_id
    cross join dimension_values
    left join {{ ref('context_shares') }} as seen
        on
            products.cutoff_id = seen.cutoff_id
            and dimension_values.dimension = seen.context
            and dimension_values.dimension_value = seen.cell
            and cast(products.product_index as string) = seen.attribute_value
            and seen.attribute = 'product'
            and seen.context_level = 1
)

{% for row in contextual_lists() %}
{{ lifts_of_context(row) }}
{{ 'union all' if not loop.last }}
{% endfor %}
