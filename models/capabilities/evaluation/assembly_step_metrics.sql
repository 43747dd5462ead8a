-- Grain: cutoff (test) × mode × assembly step × customer with a relevant product: nDCG and diversity of the first list_length
-- products. intra_list_diversity is 1 minus the mean similarity over the pairs of the list; pairs absent from content_pairs have
-- similarity 0.
with relevant as (
    select
        products.cutoff_id,
        modes.mode,
        products.customer_index,
        products.product_index
    from {{ ref('relevant_products') }} as products
    inner join {{ ref('cutoff_customers') }} as customers
        on
            products.cutoff_id = customers.cutoff_id
            and products.customer_index = customers.customer_index
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            products.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    cross join ({{ literal_rows('mode', ['all', 'discovery']) }}) as modes
    where modes.mode = 'all' or not products.is_repeat
),

-- The ideal list has the n-th relevant product at rank n.
ideals as (
    select
        cutoff_id,
        mode,
        customer_index,
        {{ stable_sum('case when number <= ' ~ var('list_length') ~ ' then ln(2.0) / ln(number + 1) end') }} as gain
    from (
        select
            cutoff_id,
            mode,
            customer_index,
            row_number() over (partition by cutoff_id, mode, customer_index order by product_index nulls last) as number
        from relevant
    ) as numbered
    group by cutoff_id, mode, customer_index
),

gains as (
    select
        steps.cutoff_id,
        steps.mode,
        steps.customer_index,
        steps.step_number,
        {{ stable_sum('ln(2.0) / ln(steps.list_rank + 1)') }} as gain
    from {{ ref('assembly_steps') }} as steps
    inner join relevant
        on
            steps.cutoff_id = relevant.cutoff_id
            and steps.mode = relevant.mode
            and steps.customer_index = relevant.customer_index
            and steps.product_index = relevant.product_index
    group by steps.cutoff_id, steps.mode, steps.customer_index, steps.step_number
),

similarities as (
    select
        upper_rows.cutoff_id,
        upper_rows.mode,
        upper_rows.customer_index,
        upper_rows.step_number,
        count(*) as pair_count,
        coalesce({{ stable_sum('content_pairs.similarity') }}, 0.0) as similarity_sum
    from {{ ref('assembly_steps') }} as upper_rows
    inner join {{ ref('assembly_steps') }} as lower_rows
        on
            upper_rows.cutoff_id = lower_rows.cutoff_id
            and upper_rows.mode = lower_rows.mode
            and upper_rows.customer_index = lower_rows.customer_index
            and upper_rows.step_number = lower_rows.step_number
            and upper_rows.list_rank < lower_rows.list_rank
    left join {{ ref('content_pairs') }} as content_pairs
        on
            upper_rows.cutoff_id = content_pairs.cutoff_id
            and upper_rows.product_index = content_pairs.product_index
            and lower_rows.product_index = content_pairs.similar_product_index
    group by upper_rows.cutoff_id, upper_rows.mode, upper_rows.customer_index, upper_rows.step_number
),

numbers as ({{ literal_rows('step_number', range(1, 7)) }})

select
    ideals.cutoff_id,
    ideals.mode,
    numbers.step_number,
    customers.customer_id,
    coalesce(gains.gain, 0.0) / ideals.gain as ndcg_at_k,
    1 - similarities.similarity_sum / similarities.pair_count as intra_list_diversity
from ideals
inner join {{ ref('clean_customers') }} as customers on ideals.customer_index = customers.customer_index
cross join numbers
left join gains
    on
        ideals.cutoff_id = gains.cutoff_id
        and ideals.mode = gains.mode
        and ideals.customer_index = gains.customer_index
        and numbers.step_number = gains.step_number
left join similarities
    on
        ideals.cutoff_id = similarities.cutoff_id
        and ideals.mode = similarities.mode
        and ideals.customer_index = similarities.customer_index
        and numbers.step_number = similarities.step_number
