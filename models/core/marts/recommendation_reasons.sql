-- Grain: customer × recommended product. Why this product, as a code and as a text with the customer's own history in it. The
-- source that contributed most gives the reason; of equal ones the first by name, popularity before all others. The text is the
-- first of the source's reason_templates of which every placeholder is known, else its general text in candidate_sources. A
-- product that no source proposed was put there by the shop.
with leaders as (
    select
        cutoff_id,
        customer_id,
        product_id,
        part as source,
        row_number() over (
            partition by cutoff_id, customer_id, product_id
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
            partition by cutoff_id, customer_id, product_id, source order by evidence_rank asc nulls last
        ) as telling_rank
    from {{ ref('product_evidence') }}
    where evidence_product_id <> product_id
),

last_purchases as (
    select
        cutoff_id,
        customer_id,
        product_id,
        max(purchase_date) as purchase_date
    from {{ ref('purchase_gaps') }}
    group by cutoff_id, customer_id, product_id
),

facts as (
    select
        lists.customer_id,
        lists.product_id,
        leaders.source,
        telling.evidence_product_id,
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
            and lists.customer_id = leaders.customer_id
            and lists.product_id = leaders.product_id
            and leaders.contribution_rank = 1
    left join telling
        on
            lists.cutoff_id = telling.cutoff_id
            and lists.customer_id = telling.customer_id
            and lists.product_id = telling.product_id
            and leaders.source = telling.source
            and telling.telling_rank = 1
    left join {{ ref('clean_products') }} as products on telling.evidence_product_id = products.product_id
    left join last_purchases as purchases
        on
            lists.cutoff_id = purchases.cutoff_id
            and lists.customer_id = purchases.customer_id
            and telling.evidence_product_id = purchases.product_id
    left join last_purchases as own_purchases
        on
            lists.cutoff_id = own_purchases.cutoff_id
            and lists.customer_id = own_purchases.customer_id
            and lists.product_id = own_purchases.product_id
    left join {{ ref('product_cycles') }} as cycles
        on
            lists.cutoff_id = cycles.cutoff_id
            and lists.product_id = cycles.product_id
            and cycles.cycle_shape > 1
            and own_purchases.product_id is not null
),

worded as (
    select
        facts.*,
        templates.template,
        row_number() over (
            partition by facts.customer_id, facts.product_id
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
    worded.customer_id,
    worded.product_id,
    coalesce(worded.source, 'rule') as source,
    coalesce(sources.reason_code, 'chosen_by_us') as reason_code,
    case when worded.template like '%{product}%' or worded.template like '%{month}%' then worded.evidence_product_id end
        as evidence_product_id,
    coalesce(
        {{ filled_template('worded.template', 'worded') }},
        sources.reason_text,
        'Chosen by us for you'
    ) as reason_text
from worded
left join {{ ref('candidate_sources') }} as sources on worded.source = sources.source
where worded.template_rank = 1
