-- Grain: cutoff (test) × mode × assembly step × customer × rank up to list_length: the list if assembly ended after that step.
-- Step 1 is the blend. Step 2 removes ineligible products (unavailable, disliked, or not allowed as repeats). Step 3 removes
-- products that are not due again. Step 4 orders by adjusted_score and removes what rules and fatigue withhold. Step 5
-- diversifies. Step 6 places pins and exploration; its result is the served list.
with dispositions as (
    select
        dispositions.*,
        coalesce(dispositions.withheld_reason, '') in ('not_available', 'disliked', 'repeat') as is_ineligible
    from {{ ref('candidate_dispositions') }} as dispositions
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            dispositions.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
),

steps as (
    select
        cutoff_id,
        mode,
        1 as step_number,
        customer_index,
        product_index,
        blend_rank as list_rank
    from dispositions
    where blend_rank is not null
    union all
    select
        cutoff_id,
        mode,
        2 as step_number,
        customer_index,
        product_index,
        row_number() over (
            partition by cutoff_id, mode, customer_index order by blend_rank asc nulls last, product_index asc nulls last
        ) as list_rank
    from dispositions
    where blend_rank is not null and not is_ineligible
    union all
    select
        cutoff_id,
        mode,
        3 as step_number,
        customer_index,
        product_index,
        row_number() over (
            partition by cutoff_id, mode, customer_index order by blend_rank asc nulls last, product_index asc nulls last
        ) as list_rank
    from dispositions
    where blend_rank is not null and not is_ineligible and coalesce(withheld_reason, '') <> 'not_due'
    union all
    select
        cutoff_id,
        mode,
        4 as step_number,
        customer_index,
        product_index,
        row_number() over (
            partition by cutoff_id, mode, customer_index
            order by adjusted_score desc nulls last, blend_rank asc nulls last, product_index asc nulls last
        ) as list_rank
    from dispositions
    where blend_rank is not null and withheld_reason is null
    union all
    select
        dispositions.cutoff_id,
        dispositions.mode,
        5 as step_number,
        dispositions.customer_index,
        dispositions.product_index,
        places.list_place as list_rank
    from {{ ref('diversified_candidates') }} as places
    inner join dispositions
        on
            places.list_index = dispositions.list_index
            and places.product_index = dispositions.product_index
    union all
    select
        lists.cutoff_id,
        lists.mode,
        6 as step_number,
        lists.customer_index,
        lists.product_index,
        lists.list_rank
    from {{ ref('assembled_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            lists.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
)

select
    cutoff_id,
    mode,
    step_number,
    customer_index,
    product_index,
    list_rank
from steps
where list_rank <= {{ var('list_length') }}
