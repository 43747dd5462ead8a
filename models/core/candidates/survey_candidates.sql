-- Grain: cutoff × survey cell (categories named when signing up). The source proposes products similar to the named categories.
-- If a customer named several, the most similar one decides the score, so that no answer dominates the others. survey_score is
-- cosine × ln(e + popularity). The cosine compares the product's terms with the mean of the category's products, reduced to its
-- most_terms heaviest terms. A product without interactions scores its cosine alone, so that new products can be proposed. The
-- cosine alone would rank the most typical products of a category, popularity alone the bestsellers of other categories.
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
        popularity.popularity_rank,
        cosines.cosine * ln(exp(1) + popularity.popularity) as survey_score,
        row_number() over (
            partition by cosines.cutoff_id, cosines.category
            order by
                cosines.cosine * ln(exp(1) + popularity.popularity) desc nulls last,
                popularity.popularity_rank asc nulls last
        ) as survey_rank
    from cosines
    inner join {{ ref('cutoff_products') }} as popularity
        on
            cosines.cutoff_id = popularity.cutoff_id
            and cosines.product_index = popularity.product_index
),

cell_categories as (
    select distinct
        cells.cutoff_id,
        cells.survey_cell,
        tastes.category
    from {{ ref('survey_cells') }} as cells
    inner join {{ ref('survey_tastes') }} as tastes
        on
            cells.cutoff_id = tastes.cutoff_id
            and cells.customer_index = tastes.customer_index
),

scored as (
    select
        cell_categories.cutoff_id,
        cell_categories.survey_cell,
        lists.product_index,
        lists.popularity_rank,
        max(lists.survey_score) as score
    from cell_categories
    inner join lists
        on
            cell_categories.cutoff_id = lists.cutoff_id
            and cell_categories.category = lists.category
            and lists.survey_rank <= {{ var('candidates_per_source') }}
    where lists.survey_score > 0
    group by cell_categories.cutoff_id, cell_categories.survey_cell, lists.product_index, lists.popularity_rank
),

ranked as (
    select
        *,
        row_number() over (
            partition by cutoff_id, survey_cell order by score desc nulls last, popularity_rank asc nulls last
        ) as source_rank
    from scored
)

select
    cutoff_id,
    survey_cell as cell,
    {{ candidate_arrays('score', 'source_rank') }}
from ranked
where source_rank <= {{ var('candidates_per_source') }}
group by cutoff_id, survey_cell
