{#- Candidates from lists that many customers share: of the list everybody sees, or of the customer's cell of it. As many as
    candidates_per_source among all, and as many among those the customer hasn't got: of the first K + s products a customer with
    s seen ones has at least K new ones, so no customer ever meets more rows than that. A shorter list gives what there is. -#}
{% macro listed_candidates(lists, score, list_rank, cell=none, members=none) %}
members as (
    select
        customers.cutoff_id,
        customers.customer_index
        {%- if cell %},
        members.{{ cell }}
        {%- endif %}
    from {{ ref('cutoff_customers') }} as customers
    {%- if cell %}
    inner join {{ members }} as members
        on
            customers.cutoff_id = members.cutoff_id
            and customers.customer_index = members.customer_index
    {%- endif %}
),

seen as (
    select
        strengths.cutoff_id,
        strengths.customer_index,
        strengths.product_index,
        lists.{{ list_rank }}
    from {{ ref('customer_product_strengths') }} as strengths
    inner join members
        on
            strengths.cutoff_id = members.cutoff_id
            and strengths.customer_index = members.customer_index
    inner join {{ lists }} as lists
        on
            strengths.cutoff_id = lists.cutoff_id
            and strengths.product_index = lists.product_index
            {%- if cell %}
            and members.{{ cell }} = lists.{{ cell }}
            {%- endif %}
),

customers as (
    select
        members.cutoff_id,
        members.customer_index,
        {%- if cell %}
        members.{{ cell }},
        {%- endif %}
        {{ var('candidates_per_source') }} + count(seen.product_index) as deepest_rank
    from members
    left join seen
        on
            members.cutoff_id = seen.cutoff_id
            and members.customer_index = seen.customer_index
    group by members.cutoff_id, members.customer_index{{ ', members.' ~ cell if cell }}
),

reachable as (
    select
        customers.cutoff_id,
        customers.customer_index,
        lists.product_index,
        lists.{{ score }},
        lists.{{ list_rank }},
        sum(case when seen.product_index is null then 1 else 0 end) over (
            partition by customers.cutoff_id, customers.customer_index
            order by lists.{{ list_rank }} nulls last
            rows between unbounded preceding and current row
        ) as new_rank,
        seen.product_index is not null as is_repeat
    from customers
    inner join {{ lists }} as lists
        on
            customers.cutoff_id = lists.cutoff_id
            {%- if cell %}
            and customers.{{ cell }} = lists.{{ cell }}
            {%- endif %}
            and customers.deepest_rank >= lists.{{ list_rank }}
    left join seen
        on
            customers.cutoff_id = seen.cutoff_id
            and customers.customer_index = seen.customer_index
            and lists.product_index = seen.product_index
)

select
    cutoff_id,
    customer_index,
    product_index,
    {{ score }} as score
from reachable
where
    {{ list_rank }} <= {{ var('candidates_per_source') }}
    or (not is_repeat and new_rank <= {{ var('candidates_per_source') }})
{%- endmacro %}
