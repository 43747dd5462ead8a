-- Grain: cutoff × context × cell × attribute (category, product) × value with an interaction before the cutoff. Contexts are the
-- rows of context_crosses, plus `all`, the root of every chain of parents. A chain of more than three steps, or with an unlisted
-- parent, gives a NULL context_level, which fails a test. A cell is a combination of values of the context's dimensions, such as
-- `mobile|evening`. unknown is a value like others, so that the cells of a context partition the interactions of its parent.
-- Products of unknown category are not counted for attribute category. Interactions are first counted by situation and by period
-- between two cutoffs, so that contexts and cutoffs share the work. Hours, days and months are local (local_at).
{%- set dimensions = context_dimensions() %}
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
        {%- for dimension in dimensions %}
        concat(' ', crosses.dimensions, ' ') like '% {{ dimension }} %' as has_{{ dimension }},
        {%- endfor %}
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
        {%- for dimension in dimensions %}
        false as has_{{ dimension }},
        {%- endfor %}
        ' category product ' as attributes
),

periods as (
    select
        cutoff_at,
        lag(cutoff_at) over (order by cutoff_at asc nulls last) as previous_cutoff_at
    from {{ ref('cutoffs') }}
),

hours as (
    {{ hours_by_daypart() }}
),

product_situations as (
    select
        periods.cutoff_at as seen_at,
        events.reversed_at,
        events.country,
        events.device,
        hours.daypart,
        case when {{ iso_weekday('events.local_at') }} >= 6 then 'weekend' else 'weekday' end as day_type,
        lpad(cast(extract(month from events.local_at) as string), 2, '0') as month,
        coalesce(positions.session_position, 'other') as session_position,
        events.product_index,
        {{ customer_marks('events.customer_index') }} as customer_marks,
        count(*) as interaction_count
    from {{ ref('interactions') }} as events
    inner join periods
        on
            events.occurred_at < periods.cutoff_at
            and (periods.previous_cutoff_at is null or events.occurred_at >= periods.previous_cutoff_at)
    left join hours on extract(hour from events.local_at) = hours.active_hour
    left join {{ ref('session_positions') }} as positions
        on events.session_position between positions.lowest_position and positions.highest_position
    group by all
),

category_situations as (
    select
        situations.seen_at,
        situations.reversed_at,
        situations.{{ dimensions | join(',\n        situations.') }},
        products.category,
        bit_or(situations.customer_marks) as customer_marks,
        sum(situations.interaction_count) as interaction_count
    from product_situations as situations
    inner join {{ ref('clean_products') }} as products on situations.product_index = products.product_index
    where products.category <> 'unknown'
    group by all
),

-- Dimensions that a context does not have are set to NULL, and the counts are summed, before cells are named.
{%- for attribute, value in {'category': 'category', 'product': 'product_index'}.items() %}
{{ attribute }}_counts as (
    select
        situations.seen_at,
        situations.reversed_at,
        contexts.context,
        {%- for dimension in dimensions %}
        case when contexts.has_{{ dimension }} then situations.{{ dimension }} end as {{ dimension }},
        {%- endfor %}
        situations.{{ value }},
        bit_or(situations.customer_marks) as customer_marks,
        sum(situations.interaction_count) as interaction_count
    from {{ attribute }}_situations as situations
    inner join contexts on contexts.attributes like '% {{ attribute }} %'
    group by all
),
{% endfor %}
counted as (
    {%- for attribute, value in {'category': 'category', 'product': 'cast(product_index as string)'}.items() %}
    {{ 'union all' if not loop.first }}
    select
        seen_at,
        reversed_at,
        context,
        {{ dimensions | join(',\n        ') }},
        '{{ attribute }}' as attribute,
        {{ value }} as attribute_value,
        customer_marks,
        interaction_count
    from {{ attribute }}_counts
    {%- endfor %}
)

select
    cutoffs.cutoff_id,
    contexts.context,
    contexts.parent_context,
    contexts.context_level,
    {{ context_cell('counted', 'contexts.dimensions') }} as cell,
    {{ context_cell('counted', 'contexts.parent_dimensions') }} as parent_cell,
    counted.attribute,
    counted.attribute_value,
    bit_or(counted.customer_marks) as customer_marks,
    cast(sum(counted.interaction_count) as bigint) as interaction_count
from counted
inner join contexts on counted.context = contexts.context
inner join {{ ref('cutoffs') }} as cutoffs
    on
        counted.seen_at <= cutoffs.cutoff_at
        and (counted.reversed_at is null or counted.reversed_at >= cutoffs.cutoff_at)
group by all
