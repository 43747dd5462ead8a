-- Catches a row of context_crosses that names an unknown dimension, or whose parent has a dimension that the row lacks, or whose
-- parent lacks an attribute of the row. Its cells would then span several cells of the parent, or would have no share to fall
-- back to.
with dimensions as (
    select
        context,
        {{ explode_values("replace(dimensions, ' ', '|')") }} as dimension
    from {{ ref('context_crosses') }}
),

attributes as (
    select
        context,
        {{ explode_values("replace(attributes, ' ', '|')") }} as attribute
    from {{ ref('context_crosses') }}
)

select
    context,
    dimension as offence
from dimensions
where dimension not in ({{ literal_rows('dimension', context_dimensions()) }})
union all
select
    crosses.context,
    dimensions.dimension as offence
from {{ ref('context_crosses') }} as crosses
inner join dimensions on crosses.parent_context = dimensions.context
left join dimensions as own
    on
        crosses.context = own.context
        and dimensions.dimension = own.dimension
where own.context is null
union all
select
    crosses.context,
    attributes.attribute as offence
from {{ ref('context_crosses') }} as crosses
inner join attributes on crosses.context = attributes.context
left join attributes as needed
    on
        crosses.parent_context = needed.context
        and attributes.attribute = needed.attribute
where crosses.parent_context <> 'all' and needed.context is null
