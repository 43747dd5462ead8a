-- Grain: customer × attribute of the customer side of protected_groups, or intersection of two attributes
-- (protected_intersections): the protected group of the customer. Lossy: a customer whose attribute is unknown or was imputed by
-- cleaning has no group, because a guess would assign customers to wrong groups. A value named in the seed takes precedence over
-- `*`. `*` makes every value with smallest_published_cell customers a group of its own; the minimum exists because audits show
-- group names, and a rare text may contain anything. Inner and at customer level: marts publish counts of groups only.
with fields as (
    {%- for field, known in {
        'gender': "not is_gender_imputed and gender <> 'unknown'",
        'country': "not is_country_imputed and country <> 'unknown'",
        'occupation': "occupation <> ''",
    }.items() %}
    select
        customer_id,
        customer_index,
        '{{ field }}' as field,
        {{ field }} as text_value,
        cast(null as double) as number_value
    from {{ ref('clean_customers') }}
    where {{ known }}
    union all
    {%- endfor %}
    select
        customer_id,
        customer_index,
        'age' as field,
        cast(null as string) as text_value,
        age as number_value
    from {{ ref('clean_customers') }}
    where age is not null and not is_age_imputed
),

members as (
    select
        fields.customer_id,
        fields.customer_index,
        protected_groups.attribute,
        {{ named_group('protected_groups', 'fields') }} as protected_group,
        protected_groups.field_value = '*' as is_unnamed,
        row_number() over (
            partition by fields.customer_index, protected_groups.attribute
            order by
                case when protected_groups.field_value = '*' then 1 else 0 end asc nulls last,
                protected_groups.protected_group asc nulls last
        ) as choice
    from fields
    inner join {{ ref('protected_groups') }} as protected_groups
        on
            fields.field = protected_groups.field
            and protected_groups.side = 'customer'
            and {{ is_of_group('protected_groups', 'fields') }}
),

sized as (
    select
        *,
        count(*) over (partition by attribute, protected_group) as customer_count
    from members
    where choice = 1
),

memberships as (
    select *
    from sized
    where not coalesce(is_unnamed, false) or customer_count >= {{ var('smallest_published_cell') }}
)

select
    customer_id,
    customer_index,
    attribute,
    protected_group
from memberships
union all
select
    first_members.customer_id,
    first_members.customer_index,
    crosses.first_attribute || ' & ' || crosses.second_attribute as attribute,
    first_members.protected_group || ' & ' || second_members.protected_group as protected_group
from {{ ref('protected_intersections') }} as crosses
inner join memberships as first_members
    on crosses.first_attribute = first_members.attribute
inner join memberships as second_members
    on
        crosses.second_attribute = second_members.attribute
        and first_members.customer_index = second_members.customer_index
