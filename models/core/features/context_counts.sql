-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction before the cutoff. A cell is a
-- combination of values of the context's dimensions, `mobile|evening`; unknown is a value like others, so that the cells of a
-- context share out the interactions of its parent. Products of unknown category count for no category. Situations are put into
-- cells before the cutoffs come in, so that the cutoffs share the work.
with product_situations as (
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
    {%- for attribute, flag in [('category', 'has_categories'), ('product', 'has_products')] %}
    {{ 'union all' if not loop.first }}
    select
        situations.seen_at,
        situations.undone_at,
        contexts.context,
        contexts.parent_context,
        contexts.context_level,
        {{ context_cell('situations', 'contexts', 'has_') }} as cell,
        {{ context_cell('situations', 'contexts', 'parent_has_') }} as parent_cell,
        '{{ attribute }}' as attribute,
        situations.attribute_value,
        sum(situations.interaction_count) as interaction_count
    from {{ attribute }}_situations as situations
    cross join {{ ref('contexts') }} as contexts
    where contexts.{{ flag }}
    group by
        situations.seen_at,
        situations.undone_at,
        contexts.context,
        contexts.parent_context,
        contexts.context_level,
        {{ context_cell('situations', 'contexts', 'has_') }},
        {{ context_cell('situations', 'contexts', 'parent_has_') }},
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
