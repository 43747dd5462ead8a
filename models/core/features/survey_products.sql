-- Grain: cutoff × category somebody named when signing up × product that may be recommended, the best candidates_per_source.
-- Score: cosine × ln(e + popularity), where the cosine lies between the product's terms and the mean of the category's products,
-- cut to its survey_terms heaviest terms. A product nobody touched counts its cosine alone, so that new ones can be proposed; the
-- cosine alone would rank what is typical of a category, popularity alone what is a bestseller elsewhere. One list per category
-- serves all customers who named it.
{%- set most_terms = 50 %}   {#- heaviest terms of a category that stand for it #}
with named as (
    select distinct
        cutoff_id,
        category
    from {{ ref('survey_tastes') }}
),

lengths as (
    select
        cutoff_id,
        product_index,
        sqrt({{ stable_sum('weight * weight') }}) as term_length
    from {{ ref('product_terms') }}
    group by cutoff_id, product_index
),

described as (
    select
        terms.cutoff_id,
        terms.product_index,
        terms.term_index,
        terms.weight / lengths.term_length as weight
    from {{ ref('product_terms') }} as terms
    inner join lengths
        on
            terms.cutoff_id = lengths.cutoff_id
            and terms.product_index = lengths.product_index
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
        weight,
        sqrt(sum(cast(weight * weight as decimal(38, 18))) over (partition by cutoff_id, category)) as profile_length
    from ranked_terms
    where term_rank <= {{ most_terms }}
),

cosines as (
    select
        leading_terms.cutoff_id,
        leading_terms.category,
        described.product_index,
        {{ stable_sum('leading_terms.weight / leading_terms.profile_length * described.weight') }} as cosine
    from leading_terms
    inner join described
        on
            leading_terms.cutoff_id = described.cutoff_id
            and leading_terms.term_index = described.term_index
    group by leading_terms.cutoff_id, leading_terms.category, described.product_index
),

scored as (
    select
        cosines.cutoff_id,
        cosines.category,
        popularity.product_index,
        cosines.cosine * ln(exp(1) + popularity.popularity) as survey_score
    from cosines
    inner join {{ ref('product_popularity') }} as popularity
        on
            cosines.cutoff_id = popularity.cutoff_id
            and cosines.product_index = popularity.product_index
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, category order by survey_score desc nulls last, product_index asc nulls last
        ) as survey_rank
    from scored
)

select
    cutoff_id,
    category,
    product_index,
    survey_score
from ranked
where survey_rank <= {{ var('candidates_per_source') }}
