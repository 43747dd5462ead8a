-- Grain: context, a row of context_crosses or `all`, where every chain of parents ends. Which dimensions cut its cells, and its
-- parent's, as columns, and how many steps up the chain is (context_level, 0 = `all`). A parent that isn't listed, or a chain
-- longer than three steps, has no level and fails a test.
{%- set dimensions = context_dimensions() %}
with crosses as (
    select
        context,
        concat(' ', dimensions, ' ') as dimensions,
        parent_context,
        concat(' ', attributes, ' ') as attributes
    from {{ ref('context_crosses') }}
    union all
    select
        'all' as context,
        ' ' as dimensions,
        cast(null as string) as parent_context,
        ' category product ' as attributes
)

select
    crosses.context,
    crosses.parent_context,
    case
        when crosses.context = 'all' then 0
        when parents.context = 'all' then 1
        when grandparents.context = 'all' then 2
        when grandparents.parent_context = 'all' then 3
    end as context_level,
    {%- for dimension in dimensions %}
    crosses.dimensions like '% {{ dimension }} %' as has_{{ dimension }},
    coalesce(parents.dimensions like '% {{ dimension }} %', false) as parent_has_{{ dimension }},
    {%- endfor %}
    crosses.attributes like '% category %' as has_categories,
    crosses.attributes like '% product %' as has_products
from crosses
left join crosses as parents on crosses.parent_context = parents.context
left join crosses as grandparents on parents.parent_context = grandparents.context
