-- Catches a row of context_crosses that names a dimension there isn't, or whose parent cuts by a dimension that it doesn't
-- itself or lacks the lifts it needs: cells would then not lie in one cell of the parent, or find no share to fall back to.
with named as (
    select
        context,
        {{ explode_values("replace(dimensions, ' ', '|')") }} as dimension
    from {{ ref('context_crosses') }}
)

select
    context,
    dimension as offence
from named
where dimension not in ({{ literal_rows('dimension', context_dimensions()) }})
union all
select
    contexts.context,
    'parent' as offence
from {{ ref('contexts') }} as contexts
inner join {{ ref('contexts') }} as parents on contexts.parent_context = parents.context
where
    (contexts.has_categories and not parents.has_categories)
    or (contexts.has_products and not parents.has_products)
    {%- for dimension in context_dimensions() %}
    or (parents.has_{{ dimension }} and not contexts.has_{{ dimension }})
    {%- endfor %}
