-- Grain: cutoff × customer without a history × product. What resembles the categories the customer named when signing up; of
-- several categories, the one the product resembles most counts, so that no answer drowns another. Customers with a history get
-- none: their history says more. One list per category serves all customers who named it. survey_score is cosine × ln(e +
-- popularity), where the cosine lies between the product's terms and the mean of the category's products, cut to its most_terms
-- heaviest terms. A product nobody touched counts its cosine alone, so that new ones can be proposed; the cosine alone would rank
-- what is typical of a category, popularity alone what is a bestseller elsewhere.
{%- set most_terms = 50 %}
with described as (
    select
        cutoff_id,
        product_index,
        term_index,
        weight / sqrt(
            sum(cast(weight * weight as decimal(38, 18))) over (partition by cutoff_id, product_index)
        ) as weight
    from {{ ref('product_terms') }}
),

named as (
    select distinct
        cutoff_id,
        category
    from {{ ref('survey_tastes') }}
),

profiles as (
    select
        named.cutoff_id,
        named.category,
        described.term_index,
        {{ stable_sum('described.weight') }} as weight
    from named
    inner join {{ ref('clean_products') }} as products on named.category = products.category
    inner join described
        on
            named.cutoff_id = described.cutoff_id
            and products.product_index = described.product_index
    group by named.cutoff_id, named.category, described.term_index
),

ranked_terms as (
    select
        *,
        row_number() over (
            partition by cutoff_id, category order by weight desc nulls last, term_index asc nulls last
        ) as term_rank
    from profiles
),

leading_terms as (
    select
        cutoff_id,
        category,
        term_index,
        weight / sqrt(sum(cast(weight * weight as decimal(38, 18))) over (partition by cutoff_id, category)) as weight
    from ranked_terms
    where term_rank <= {{ most_terms }}
),

cosines as (
    select
        leading_terms.cutoff_id,
        leading_terms.category,
        described.product_index,
        {{ stable_sum('leading_terms.weight * described.weight') }} as cosine
    from leading_terms
    inner join described
        on
            leading_terms.cutoff_id = described.cutoff_id
            and leading_terms.term_index = described.term_index
    group by leading_terms.cutoff_id, leading_terms.category, described.product_index
),

lists as (
    select
        cosines.cutoff_id,
        cosines.category,
        popularity.product_index,
        cosines.cosine * ln(exp(1) + popularity.popularity) as survey_score,
        row_number() over (
            partition by cosines.cutoff_id, cosines.category
            order by
                cosines.cosine * ln(exp(1) + popularity.popularity) desc nulls last,
                popularity.product_index asc nulls last
        ) as survey_rank
    from cosines
    inner join {{ ref('cutoff_products') }} as popularity
        on
            cosines.cutoff_id = popularity.cutoff_id
            and cosines.product_index = popularity.product_index
),

scored as (
    select
        customers.cutoff_id,
        customers.customer_index,
        lists.product_index,
        max(lists.survey_score) as score
    from {{ ref('cutoff_customers') }} as customers
    inner join {{ ref('survey_tastes') }} as tastes
        on
            customers.cutoff_id = tastes.cutoff_id
            and customers.customer_index = tastes.customer_index
    inner join lists
        on
            tastes.cutoff_id = lists.cutoff_id
            and tastes.category = lists.category
            and lists.survey_rank <= {{ var('candidates_per_source') }}
    where not customers.has_history
    group by customers.cutoff_id, customers.customer_index, lists.product_index
),

{{ best_candidates('scored') }}
