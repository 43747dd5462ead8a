{#- Candidates from lists that many customers share: of the list everybody sees, or of the customer's cell of it. As many as
    candidates_per_source among all, and as many among those the customer hasn't got: of the first K + s products a customer with
    s seen ones has at least K new ones, so no customer ever meets more rows than that. A shorter list gives what there is. -#}
{% macro listed_candidates(lists, score, list_rank, cell=none, members=none, member='customer_id') %}
with members as (
    select
        customers.cutoff_id,
        customers.customer_id
        {%- if cell %},
        members.{{ cell }}
        {%- endif %}
    from {{ ref('cutoff_customers') }} as customers
    {%- if cell %}
    inner join {{ members }} as members
        on
            customers.cutoff_id = members.cutoff_id
            and customers.{{ member }} = members.{{ member }}
    {%- endif %}
),

seen as (
    select
        strengths.cutoff_id,
        strengths.customer_id,
        strengths.product_id,
        lists.{{ list_rank }}
    from {{ ref('customer_product_strengths') }} as strengths
    inner join members
        on
            strengths.cutoff_id = members.cutoff_id
            and strengths.customer_id = members.customer_id
    inner join {{ lists }} as lists
        on
            strengths.cutoff_id = lists.cutoff_id
            and strengths.product_id = lists.product_id
            {%- if cell %}
            and members.{{ cell }} = lists.{{ cell }}
            {%- endif %}
),

customers as (
    select
        members.cutoff_id,
        members.customer_id,
        {%- if cell %}
        members.{{ cell }},
        {%- endif %}
        {{ var('candidates_per_source') }} + count(seen.product_id) as deepest_rank
    from members
    left join seen
        on
            members.cutoff_id = seen.cutoff_id
            and members.customer_id = seen.customer_id
    group by members.cutoff_id, members.customer_id{{ ', members.' ~ cell if cell }}
),

reachable as (
    select
        customers.cutoff_id,
        customers.customer_id,
        lists.product_id,
        lists.{{ score }},
        lists.{{ list_rank }},
        sum(case when seen.product_id is null then 1 else 0 end) over (
            partition by customers.cutoff_id, customers.customer_id
            order by lists.{{ list_rank }} nulls last
            rows between unbounded preceding and current row
        ) as new_rank,
        seen.product_id is not null as is_repeat
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
            and customers.customer_id = seen.customer_id
            and lists.product_id = seen.product_id
)

select
    cutoff_id,
    customer_id,
    product_id,
    {{ score }} as score
from reachable
where
    {{ list_rank }} <= {{ var('candidates_per_source') }}
    or (not is_repeat and new_rank <= {{ var('candidates_per_source') }})
{%- endmacro %}
