-- Grain: list × candidate that may be shown and is not pinned, with its position among these candidates. The first list_length
-- positions are filled one after the other, each with the candidate of the highest value (macro pick_key):
--   mmr         diversity_lambda × adjusted_score - (1 - diversity_lambda) × similarity to the most similar picked candidate
--   calibrated  diversity_lambda × adjusted_score + (1 - diversity_lambda) × reduction of the KL divergence between the
--               category mix of the customer's history and that of the list (Steck 2018)
--   none        adjusted_score
-- The remaining candidates follow by adjusted_score. Pinned products do not count as picked.
-- Each position is one unrolled step with a window and a look-up. A join per step in place of the window is somewhat faster on
-- DuckDB, but reads each step twice: an engine that inlines CTEs would double its work with every position.
-- With mmr, only contenders take part in the steps. Similarity costs at most 1 - diversity_lambda, so a candidate that is further
-- than that below the last of the list_length best can never be picked.
{%- set is_diverse = var('diversity_lambda') | float < 1 or seam_is_on('list_settings') %}
{%- set is_mmr = var('diversity_method') == 'mmr' and is_diverse %}
{%- set is_calibrated = var('diversity_method') == 'calibrated' and is_diverse %}
{%- set weight_column = 'diversity_lambda' if seam_is_on('list_settings') else none %}
{%- set weight = weight_column or var('diversity_lambda') %}
{%- set other_weight = '(1 - diversity_lambda)' if weight_column else 1 - var('diversity_lambda') | float %}
{%- set places = var('list_length') | int if is_mmr or is_calibrated else 0 %}
with candidates as (
    select
        dispositions.list_index,
        dispositions.product_index,
        dispositions.cutoff_id,
        dispositions.adjusted_score,
        row_number() over (
            partition by dispositions.list_index
            order by
                dispositions.adjusted_score desc nulls last,
                dispositions.blend_rank asc nulls last,
                dispositions.product_index asc nulls last
        ) as candidate_rank,
        {% if is_calibrated %}
        dispositions.category,
        coalesce(tastes.strength_share, 0) as history_share,
        0 as category_count,
        {% else %}
        cast(0 as double) as highest_similarity,
        {% endif %}
        {%- if weight_column %}
        {{ list_setting('diversity_lambda') }} as {{ weight_column }},
        {%- endif %}
        cast(null as integer) as list_place
    from {{ ref('candidate_dispositions') }} as dispositions
    {{- join_list_settings('dispositions') }}
    {% if is_calibrated %}
    left join {{ ref('customer_tastes') }} as tastes
        on
            dispositions.cutoff_id = tastes.cutoff_id
            and dispositions.customer_index = tastes.customer_index
            and tastes.attribute = 'category'
            and dispositions.category = tastes.attribute_value
    {% endif %}
    where dispositions.withheld_reason is null and dispositions.pin_position is null
),
{% if is_mmr %}
bounds as (
    select
        list_index,
        min(adjusted_score) as lowest_score
    from candidates
    where candidate_rank <= {{ places }}
    group by list_index
),

assessed as (
    select
        candidates.*,
        {{ weight }} * (bounds.lowest_score - candidates.adjusted_score)
        <= {{ other_weight }} + 1e-8 as is_contender
    from candidates
    inner join bounds on candidates.list_index = bounds.list_index
),
{% endif %}
step_0 as (
    select *
    from {{ 'assessed where is_contender' if is_mmr else 'candidates' }}
),
{% for place in range(1, places + 1) %}
keyed_{{ place }} as (
    select
        *,
        {{ pick_key(place, weight, other_weight) }} as pick_key
    from step_{{ place - 1 }}
),

picked_{{ place }} as (
    select
        *,
        {% if is_calibrated %}
        max_by(category, pick_key) over (partition by list_index) as picked_category,
        {% endif %}
        max_by(product_index, pick_key) over (partition by list_index) as picked_index
    from keyed_{{ place }}
),

step_{{ place }} as (
    select
        picked.list_index,
        picked.product_index,
        picked.cutoff_id,
        picked.adjusted_score,
        picked.candidate_rank,
        {% if is_calibrated %}
        picked.category,
        picked.history_share,
        picked.category_count + case when picked.category = picked.picked_category then 1 else 0 end as category_count,
        {% else %}
        greatest(picked.highest_similarity, coalesce(content_pairs.similarity, 0)) as highest_similarity,
        {% endif %}
        {%- if weight_column %}
        picked.{{ weight_column }},
        {%- endif %}
        case
            when picked.list_place is null and picked.product_index = picked.picked_index then {{ place }} else picked.list_place
        end as list_place
    from picked_{{ place }} as picked
    {% if is_mmr %}
    left join {{ ref('content_pairs') }} as content_pairs
        on
            picked.cutoff_id = content_pairs.cutoff_id
            and picked.picked_index = content_pairs.product_index
            and picked.product_index = content_pairs.similar_product_index
    {% endif %}
),
{% endfor %}
placed as (select * from step_{{ places }})

select
    list_index,
    product_index,
    row_number() over (
        partition by list_index order by list_place asc nulls last, candidate_rank asc nulls last
    ) as list_place
from placed
{%- if is_mmr %}
union all
select
    list_index,
    product_index,
    candidate_rank as list_place
from assessed
where not is_contender
{%- endif %}
