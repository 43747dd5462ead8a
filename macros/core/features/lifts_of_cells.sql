{#- CTEs that end in `lifted`: each cell of the CTE `listed` (cutoff_id, context, cell and the passed-on `columns`) × each product
    offered at its cutoff, with the product's lift in the cell over all interactions. A product never chosen in the cell has its
    lift in the parent, shrunk by the prior; the parent's lift is found in the same way, along a chain of at most three steps. A
    product without interactions and a cell without interactions have lift 1. -#}
{% macro lifts_of_cells(columns=[]) -%}
{%- set steps = ['own', 'parent', 'grandparent'] -%}
product_cells as (
    select
        cutoff_id,
        context,
        cell,
        parent_context,
        parent_cell,
        interaction_count,
        coalesce(prior_interactions, 1.0) as prior_interactions
    from {{ ref('context_cells') }}
    where attribute = 'product'
),

seen_lifts as (
    select
        cutoff_id,
        context,
        cell,
        cast(attribute_value as integer) as product_index,
        interaction_count,
        all_share,
        shrunken_share / all_share as lift
    from {{ ref('context_shares') }}
    where attribute = 'product'
),

chained as (
    select
        listed.cutoff_id,
        listed.context,
        listed.cell,
        {%- for column in columns %}
        listed.{{ column }},
        {%- endfor %}
        offered.product_index,
        offered.popularity,
        offered.popularity_rank,
        coalesce(own_cells.interaction_count, 0) as cell_interaction_count,
        coalesce(own_lifts.interaction_count, 0) as interaction_count,
        {%- for step in steps %}
        {{ step }}_lifts.lift as {{ step }}_lift,
        {{ step }}_cells.prior_interactions as {{ step }}_prior,
        {{ step }}_cells.interaction_count * coalesce(overall.all_share, 0) as {{ step }}_expected{{ ',' if not loop.last }}
        {%- endfor %}
    from listed
    inner join {{ ref('cutoff_products') }} as offered on listed.cutoff_id = offered.cutoff_id
    left join seen_lifts as overall
        on
            listed.cutoff_id = overall.cutoff_id
            and overall.context = 'all'
            and offered.product_index = overall.product_index
    {%- for step in steps %}
    left join product_cells as {{ step }}_cells
        on
            listed.cutoff_id = {{ step }}_cells.cutoff_id
            {%- if loop.first %}
            and listed.context = own_cells.context
            and listed.cell = own_cells.cell
            {%- else %}
            and {{ steps[loop.index0 - 1] }}_cells.parent_context = {{ step }}_cells.context
            and {{ steps[loop.index0 - 1] }}_cells.parent_cell = {{ step }}_cells.cell
            {%- endif %}
    left join seen_lifts as {{ step }}_lifts
        on
            {{ step }}_cells.cutoff_id = {{ step }}_lifts.cutoff_id
            and {{ step }}_cells.context = {{ step }}_lifts.context
            and {{ step }}_cells.cell = {{ step }}_lifts.cell
            and offered.product_index = {{ step }}_lifts.product_index
    {%- endfor %}
),
{% for step in steps | reverse %}
{%- set above = '1.0' if loop.first else steps[loop.revindex] ~ '_total' %}
{{ step }}_totals as (
    select
        *,
        coalesce({{ step }}_lift, {{ above }} * {{ shrunken_lift('0', step ~ '_expected * ' ~ above, step ~ '_prior') }}, 1.0)
            as {{ step }}_total
    from {{ 'chained' if loop.first else steps[loop.revindex] ~ '_totals' }}
),
{% endfor %}
lifted as (
    select
        cutoff_id,
        context,
        cell,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        product_index,
        popularity,
        popularity_rank,
        interaction_count,
        cell_interaction_count,
        own_total as lift
    from own_totals
)
{%- endmacro %}
