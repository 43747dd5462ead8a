-- Catches a product, above all a new product without customers, that has no similar products of the kinds content and blended
-- although another recommendable product shares a word with it.
with terms as (
    select
        product_index,
        term_index
    from {{ ref('product_terms') }}
    where cutoff_id = 'live'
),

offered_terms as (
    select
        terms.term_index,
        count(*) as product_count,
        min(terms.product_index) as first_index
    from terms
    inner join {{ ref('cutoff_products') }} as offered
        on
            terms.product_index = offered.product_index
            and offered.cutoff_id = 'live'
    group by terms.term_index
),

described as (
    select distinct
        products.product_id,
        kinds.kind
    from terms
    inner join offered_terms on terms.term_index = offered_terms.term_index
    inner join {{ ref('clean_products') }} as products on terms.product_index = products.product_index
    cross join ({{ literal_rows('kind', ['content', 'blended']) }}) as kinds
    where offered_terms.product_count > 1 or offered_terms.first_index <> terms.product_index
)

select
    described.product_id,
    described.kind
from described
left join {{ ref('similar_products') }} as similar_products
    on
        described.product_id = similar_products.product_id
        and described.kind = similar_products.kind
where similar_products.product_id is null
