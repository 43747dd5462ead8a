-- Grain: cutoff × customer × category that the customer named at sign-up. Answers are matched to the catalogue's categories by
-- normal form; unmatched answers are dropped. The sign-up must precede the cutoff; answers with an unknown sign-up date count
-- only at `live`. strength_share is the category's share of the customer's strength so far.
with answers as (
    select
        customer_index,
        signed_up_at,
        {{ explode_values('preferred_categories') }} as answer
    from {{ ref('clean_customers') }}
    where preferred_categories is not null
),

categories as (
    select distinct
        category,
        {{ normal_form('category') }} as normal_form
    from {{ ref('clean_products') }}
    where category <> 'unknown'
),

named as (
    select distinct
        answers.customer_index,
        answers.signed_up_at,
        categories.category
    from answers
    inner join categories on {{ normal_form('answers.answer') }} = categories.normal_form
)

select
    cutoffs.cutoff_id,
    named.customer_index,
    named.category,
    coalesce(tastes.strength_share, 0) as strength_share
from named
inner join {{ ref('cutoffs') }} as cutoffs
    on named.signed_up_at < cutoffs.cutoff_at or (named.signed_up_at is null and cutoffs.purpose = 'live')
left join {{ ref('customer_tastes') }} as tastes
    on
        cutoffs.cutoff_id = tastes.cutoff_id
        and named.customer_index = tastes.customer_index
        and tastes.attribute = 'category'
        and named.category = tastes.attribute_value
