-- Grain: cutoff × product × term. TF-IDF weights of the words of name and description, and of category and brand as single terms
-- ("category=garden"): (1 + ln tf) × ln(1 + products / document frequency), over the products known at the cutoff. A term of only
-- one product connects no products and is dropped. term_index numbers the terms for matrices.
with catalogue as (
    select
        known.cutoff_id,
        products.product_index,
        concat_ws(' ', products.name, products.description) as product_text,
        lower(products.category) as category,
        lower(products.brand) as brand
    from {{ ref('known_products') }} as known
    inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
),

tokens as (
    select
        cutoff_id,
        product_index,
        {{ explode_tokens('product_text') }} as term
    from catalogue
    union all
    select
        cutoff_id,
        product_index,
        'category=' || category as term
    from catalogue
    where category <> 'unknown'
    union all
    select
        cutoff_id,
        product_index,
        'brand=' || brand as term
    from catalogue
    where brand <> 'unknown'
),

term_counts as (
    select
        cutoff_id,
        product_index,
        term,
        count(*) as term_count
    from tokens
    group by cutoff_id, product_index, term
),

document_counts as (
    select
        cutoff_id,
        term,
        count(*) as document_count,
        row_number() over (partition by cutoff_id order by term nulls last) - 1 as term_index
    from term_counts
    group by cutoff_id, term
    having count(*) > 1
),

catalogue_sizes as (
    select
        cutoff_id,
        count(*) as product_count
    from catalogue
    group by cutoff_id
)

select
    term_counts.cutoff_id,
    term_counts.product_index,
    document_counts.term_index,
    term_counts.term,
    (1 + ln(term_counts.term_count))
    * ln(1 + catalogue_sizes.product_count / cast(document_counts.document_count as double)) as weight
from term_counts
inner join document_counts
    on
        term_counts.cutoff_id = document_counts.cutoff_id
        and term_counts.term = document_counts.term
inner join catalogue_sizes on term_counts.cutoff_id = catalogue_sizes.cutoff_id
