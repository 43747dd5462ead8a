-- Grain: customer × recommended product. Why this product, as a code and as a text with the customer's own history in it. The
-- source that contributed most gives the reason; of equal ones the first by name, popularity before all others. The text is the
-- first of the source's reason_templates of which every placeholder is known, else its general text in candidate_sources. A
-- product that no source proposed was put there by the shop.
{{ config(materialized='incremental', incremental_strategy='lists_of_customers', on_schema_change='fail') }}
with leaders as (
    select
        cutoff_id,
        customer_index,
        product_index,
        part as source,
        row_number() over (
            partition by cutoff_id, customer_index, product_index
            order by
                contribution desc nulls last,
                case when part = 'popularity' then 0 else 1 end asc nulls last,
                part asc nulls last
        ) as contribution_rank
    from {{ ref('list_contributions') }}
    where is_proposal
),

-- The product itself is no evidence that tells the customer anything.
telling as (
    select
        *,
        row_number() over (
            partition by cutoff_id, customer_index, product_index, source order by evidence_rank asc nulls last
        ) as telling_rank
    from {{ ref('product_evidence') }}
    where evidence_index <> product_index
),

last_purchases as (
    select
        cutoff_id,
        customer_index,
        product_index,
        max(purchase_date) as purchase_date
    from {{ ref('purchase_gaps') }}
    group by cutoff_id, customer_index, product_index
),

facts as (
    select
        lists.customer_index,
        lists.product_index,
        leaders.source,
        telling.evidence_index,
        products.name as product_name,
        {{ spoken_month('purchases.purchase_date', 'cutoffs.cutoff_at') }} as product_month,
        {{ spoken_month('own_purchases.purchase_date', 'cutoffs.cutoff_at') }} as own_month,
        case when round(cycles.cycle_days) > 1 then cast(cast(round(cycles.cycle_days) as bigint) as string) end
            as cycle_days
    from {{ ref('explained_lists') }} as lists
    inner join {{ ref('cutoffs') }} as cutoffs on lists.cutoff_id = cutoffs.cutoff_id
    left join leaders
        on
            lists.cutoff_id = leaders.cutoff_id
            and lists.customer_index = leaders.customer_index
            and lists.product_index = leaders.product_index
            and leaders.contribution_rank = 1
    left join telling
        on
            lists.cutoff_id = telling.cutoff_id
            and lists.customer_index = telling.customer_index
            and lists.product_index = telling.product_index
            and leaders.source = telling.source
            and telling.telling_rank = 1
    left join {{ ref('clean_products') }} as products on telling.evidence_index = products.product_index
    left join last_purchases as purchases
        on
            lists.cutoff_id = purchases.cutoff_id
            and lists.customer_index = purchases.customer_index
            and telling.evidence_index = purchases.product_index
    left join last_purchases as own_purchases
        on
            lists.cutoff_id = own_purchases.cutoff_id
            and lists.customer_index = own_purchases.customer_index
            and lists.product_index = own_purchases.product_index
    left join {{ ref('product_cycles') }} as cycles
        on
            lists.cutoff_id = cycles.cutoff_id
            and lists.product_index = cycles.product_index
            and cycles.cycle_shape > 1
            and own_purchases.product_index is not null
),

worded as (
    select
        facts.*,
        templates.template,
        row_number() over (
            partition by facts.customer_index, facts.product_index
            order by templates.preference asc nulls last, templates.template asc nulls last
        ) as template_rank
    from facts
    left join {{ ref('reason_templates') }} as templates
        on
            facts.source = templates.source
            {%- for placeholder, column in reason_facts().items() %}
            and (templates.template not like '%{{ placeholder }}%' or facts.{{ column }} is not null)
            {%- endfor %}
)

select
    customers.customer_id,
    products.product_id,
    coalesce(worded.source, 'rule') as source,
    coalesce(sources.reason_code, 'chosen_by_us') as reason_code,
    case when worded.template like '%{product}%' or worded.template like '%{month}%' then evidence_products.product_id end
        as evidence_product_id,
    coalesce(
        {{ filled_template('worded.template', 'worded') }},
        sources.reason_text,
        'Chosen by us for you'
    ) as reason_text
from worded
inner join {{ ref('clean_customers') }} as customers on worded.customer_index = customers.customer_index
inner join {{ ref('clean_products') }} as products on worded.product_index = products.product_index
left join {{ ref('clean_products') }} as evidence_products on worded.evidence_index = evidence_products.product_index
left join {{ ref('candidate_sources') }} as sources on worded.source = sources.source
where worded.template_rank = 1
