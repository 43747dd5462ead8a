-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction before the cutoff. A cell is a
-- combination of values of the context's dimensions, `mobile|evening`; unknown is a value like others, so that the cells of a
-- context share out the interactions of its parent. Products of unknown category count for no category. Read by context_cells
-- and context_shares.
with situations as (
    select
        cutoffs.cutoff_id,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        situations.product_id,
        sum(situations.interaction_count) as interaction_count
    from {{ ref('situation_counts') }} as situations
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            situations.seen_at <= cutoffs.cutoff_at
            and (situations.undone_at is null or situations.undone_at >= cutoffs.cutoff_at)
    group by
        cutoffs.cutoff_id,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        situations.product_id
),

category_situations as (
    select
        situations.cutoff_id,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        products.category,
        sum(situations.interaction_count) as interaction_count
    from situations
    inner join {{ ref('clean_products') }} as products on situations.product_id = products.product_id
    where products.category <> 'unknown'
    group by
        situations.cutoff_id,
        {%- for dimension in context_dimensions() %}
        situations.{{ dimension }},
        {%- endfor %}
        products.category
)

{%- for attribute, flag, relation, value in [
    ('category', 'has_categories', 'category_situations', 'category'),
    ('product', 'has_products', 'situations', 'product_id'),
] %}
{{ 'union all' if not loop.first }}
select
    situations.cutoff_id,
    contexts.context,
    contexts.parent_context,
    contexts.context_level,
    {{ context_cell('situations', 'contexts', 'has_') }} as cell,
    {{ context_cell('situations', 'contexts', 'parent_has_') }} as parent_cell,
    '{{ attribute }}' as attribute,
    situations.{{ value }} as attribute_value,
    cast(sum(situations.interaction_count) as bigint) as interaction_count
from {{ relation }} as situations
cross join {{ ref('contexts') }} as contexts
where contexts.{{ flag }}
group by
    situations.cutoff_id,
    contexts.context,
    contexts.parent_context,
    contexts.context_level,
    {{ context_cell('situations', 'contexts', 'has_') }},
    {{ context_cell('situations', 'contexts', 'parent_has_') }},
    situations.{{ value }}
{%- endfor %}
