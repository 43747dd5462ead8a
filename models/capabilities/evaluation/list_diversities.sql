-- Grain: list_number of drawn_lists × k, where at least one of the first k products has words: how unlike each other they are.
--
-- Cosines are added up without pairs: of n unit vectors they sum to (|sum of the vectors|² - n) / 2. Products without words are
-- left out. Unit vectors are decimals, so that sums don't depend on the order of rows; what their rounding puts below 0 is 0.
{%- set ks = var('evaluation_ks') %}
with depths as ({{ literal_rows('k', ks) }}),

lengths as (
    select
        terms.cutoff_id,
        terms.product_index,
        sqrt({{ stable_sum('terms.weight * terms.weight') }}) as vector_length
    from {{ ref('product_terms') }} as terms
    inner join {{ ref('cutoffs') }} as cutoffs
        on
            terms.cutoff_id = cutoffs.cutoff_id
            and cutoffs.purpose = 'test'
    group by terms.cutoff_id, terms.product_index
),

unit_vectors as (
    select
        terms.cutoff_id,
        terms.product_index,
        terms.term_index,
        cast(terms.weight / lengths.vector_length as decimal(16, 15)) as weight
    from {{ ref('product_terms') }} as terms
    inner join lengths
        on
            terms.cutoff_id = lengths.cutoff_id
            and terms.product_index = lengths.product_index
),

worded as (
    select
        lists.list_number,
        lists.cutoff_id,
        lists.product_index,
        lists.list_rank
    from {{ ref('drawn_lists') }} as lists
    inner join lengths
        on
            lists.cutoff_id = lengths.cutoff_id
            and lists.product_index = lengths.product_index
),

worded_counts as (
    select
        worded.list_number,
        depths.k,
        count(*) as worded_count
    from worded
    inner join depths on worded.list_rank <= depths.k
    group by worded.list_number, depths.k
),

vector_sums as (
    select
        worded.list_number,
        {%- for k in ks %}
        cast(sum(unit_vectors.weight) filter (where worded.list_rank <= {{ k }}) as double) as weight_{{ k }},
        {%- endfor %}
        unit_vectors.term_index
    from worded
    inner join unit_vectors
        on
            worded.cutoff_id = unit_vectors.cutoff_id
            and worded.product_index = unit_vectors.product_index
    group by worded.list_number, unit_vectors.term_index
),

squared_sums as (
    select
        {%- for k in ks %}
        {{ stable_sum('weight_' ~ k ~ ' * weight_' ~ k) }} as squares_{{ k }},
        {%- endfor %}
        list_number
    from vector_sums
    group by list_number
)

select
    worded_counts.list_number,
    worded_counts.k,
    case
        when worded_counts.worded_count > 1
            then
                greatest(
                    1 - (
                        case worded_counts.k
                            {%- for k in ks %}
                            when {{ k }} then squared_sums.squares_{{ k }}
                            {%- endfor %}
                        end - worded_counts.worded_count
                    ) / (worded_counts.worded_count * (worded_counts.worded_count - 1.0)),
                    0.0
                )
    end as intra_list_diversity
from squared_sums
inner join worded_counts on squared_sums.list_number = worded_counts.list_number
