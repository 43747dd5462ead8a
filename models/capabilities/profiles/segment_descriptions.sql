-- Grain: cutoff × segment: its distinctive properties in words. These are up to two categories that its customers choose more
-- than others do, and up to two features in the words of scaled_features. A feature is included if it deviates by
-- notable_deviation or more from the mean of all customers. If two segments have the same description, their keys are appended.
-- top_categories are the most chosen categories, with the mean share of the customers' interactions.
{%- set notable_deviation = 0.25 %}   {#- minimum deviation from the mean for a feature to appear in a segment's name, in scaled
    units #}
with deviations as (
    select
        cutoff_id,
        segment,
        axis like 'category=%' as is_taste,
        substr(axis, length('category=') + 1) as category,
        axis,
        mean_square,
        mean_value - mean_of_all as deviation
    from {{ ref('segment_means') }}
),

tastes as (
    select
        cutoff_id,
        segment,
        category,
        deviation,
        mean_square as category_share,
        concat(category, ' ', cast(cast(round(mean_square * 100) as integer) as string), ' %') as category_text,
        row_number() over (
            partition by cutoff_id, segment order by deviation desc nulls last, category asc nulls last
        ) as peculiarity,
        row_number() over (
            partition by cutoff_id, segment order by mean_square desc nulls last, category asc nulls last
        ) as place
    from deviations
    where is_taste
),

habits as (
    select
        deviations.cutoff_id,
        deviations.segment,
        case when deviations.deviation > 0 then features.high_word else features.low_word end as habit,
        row_number() over (
            partition by deviations.cutoff_id, deviations.segment
            order by abs(deviations.deviation) desc nulls last, deviations.axis asc nulls last
        ) as peculiarity
    from deviations
    inner join {{ ref('scaled_features') }} as features on deviations.axis = features.feature
    where abs(deviations.deviation) >= {{ notable_deviation }}
),

segments as (
    select distinct
        cutoff_id,
        segment
    from {{ ref('segment_means') }}
),

taste_words as (
    select
        cutoff_id,
        segment,
        max(case when place = 1 and category_share > 0 then category_text end) as largest,
        max(case when place = 2 and category_share > 0 then category_text end) as second_largest,
        max(case when place = 3 and category_share > 0 then category_text end) as third_largest,
        max(case when peculiarity = 1 and deviation > 0 then category end) as first_category,
        max(case when peculiarity = 2 and deviation > 0 then category end) as second_category
    from tastes
    group by cutoff_id, segment
),

habit_words as (
    select
        cutoff_id,
        segment,
        max(case when peculiarity = 1 then habit end) as first_habit,
        max(case when peculiarity = 2 then habit end) as second_habit
    from habits
    group by cutoff_id, segment
),

named as (
    select
        segments.cutoff_id,
        segments.segment,
        nullif(concat_ws(' & ', taste_words.first_category, taste_words.second_category), '') as taste,
        nullif(concat_ws(', ', habit_words.first_habit, habit_words.second_habit), '') as habit,
        nullif(concat_ws(', ', taste_words.largest, taste_words.second_largest, taste_words.third_largest), '') as top_categories
    from segments
    left join taste_words
        on
            segments.cutoff_id = taste_words.cutoff_id
            and segments.segment = taste_words.segment
    left join habit_words
        on
            segments.cutoff_id = habit_words.cutoff_id
            and segments.segment = habit_words.segment
),

described as (
    select
        *,
        coalesce(nullif(concat_ws(', ', taste, habit), ''), 'average') as description
    from named
)

select
    cutoff_id,
    segment,
    case
        when count(*) over (partition by cutoff_id, description) > 1 then concat(description, ' (', segment, ')')
        else description
    end as generated_name,
    top_categories
from described
