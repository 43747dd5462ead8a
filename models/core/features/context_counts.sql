-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction before the cutoff. Contexts are the
-- rows of context_crosses, and `all`, where every chain of parents ends; a chain of more than three steps, or to a parent that
-- isn't listed, has no context_level and fails a test. A cell is a combination of values of the context's dimensions,
-- `mobile|evening`; unknown is a value like others, so that the cells of a context share out the interactions of its parent.
-- Products of unknown category count for no category. Situations are put into cells before the cutoffs come in, so that the
-- cutoffs share the work.
with contexts as (
    select
        crosses.context,
        crosses.parent_context,
        case
            when crosses.parent_context = 'all' then 1
            when parents.parent_context = 'all' then 2
            when grandparents.parent_context = 'all' then 3
        end as context_level,
        concat(' ', crosses.dimensions, ' ') as dimensions,
        concat(' ', parents.dimensions, ' ') as parent_dimensions,
        concat(' ', crosses.attributes, ' ') as attributes
    from {{ ref('context_crosses') }} as crosses
    left join {{ ref('context_crosses') }} as parents on crosses.parent_context = parents.context
    left join {{ ref('context_crosses') }} as grandparents on parents.parent_context = grandparents.context
    union all
    select
        'all' as context,
        cast(null as string) as parent_context,
        0 as context_level,
        ' ' as dimensions,
        ' ' as parent_dimensions,
        ' category product ' as attributes
),

product_situations as (
    select
        *,
        cast(product_index as string) as attribute_value
    from {{ ref('situation_counts') }}
),

category_situations as (
    select
        situations.seen_at,
        situations.undone_at,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        products.category as attribute_value,
        sum(situations.interaction_count) as interaction_count
    from {{ ref('situation_counts') }} as situations
    inner join {{ ref('clean_products') }} as products on situations.product_index = products.product_index
    where products.category <> 'unknown'
    group by
        situations.seen_at,
        situations.undone_at,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        products.category
),

cell_counts as (
    {%- for attribute in ['category', 'product'] %}
    {{ 'union all' if not loop.first }}
    select
        situations.seen_at,
        situations.undone_at,
        contexts.context,
        contexts.parent_context,
        contexts.context_level,
        {{ context_cell('situations', 'contexts.dimensions') }} as cell,
        {{ context_cell('situations', 'contexts.parent_dimensions') }} as parent_cell,
        '{{ attribute }}' as attribute,
        situations.attribute_value,
        sum(situations.interaction_count) as interaction_count
    from {{ attribute }}_situations as situations
    inner join contexts on contexts.attributes like '% {{ attribute }} %'
    group by
        situations.seen_at,
        situations.undone_at,
        contexts.context,
        contexts.parent_context,
        contexts.context_level,
        {{ context_cell('situations', 'contexts.dimensions') }},
        {{ context_cell('situations', 'contexts.parent_dimensions') }},
        situations.attribute_value
    {%- endfor %}
)

select
    cutoffs.cutoff_id,
    cell_counts.context,
    cell_counts.parent_context,
    cell_counts.context_level,
    cell_counts.cell,
    cell_counts.parent_cell,
    cell_counts.attribute,
    cell_counts.attribute_value,
    cast(sum(cell_counts.interaction_count) as bigint) as interaction_count
from cell_counts
inner join {{ ref('cutoffs') }} as cutoffs
    on
        cell_counts.seen_at <= cutoffs.cutoff_at
        and (cell_counts.undone_at is null or cell_counts.undone_at >= cutoffs.cutoff_at)
group by
    cutoffs.cutoff_id,
    cell_counts.context,
    cell_counts.parent_context,
    cell_counts.context_level,
    cell_counts.cell,
    cell_counts.parent_cell,
    cell_counts.attribute,
    cell_counts.attribute_value
