-- Grain: cutoff × product known by then. One column per feature; feature_dictionary gives meaning, unit and range. This model
-- only joins; the feature models compute. Lossy: values of few buyers are withheld, and days are whole numbers.
{%- set many_buyers = "rhythm.buyer_count not between 1 and " ~ (var('smallest_published_cell') | int - 1) %}
with term_counts as (
    select
        cutoff_id,
        product_index,
        count(*) as term_count
    from {{ ref('product_terms') }}
    group by cutoff_id, product_index
)

select
    known.cutoff_id,
    products.product_id,
    popularity.popularity,
    popularity.popularity_rank,
    rhythm.interaction_trend,
    case when {{ many_buyers }} then rhythm.new_buyer_share end as new_buyer_share,
    prices.price,
    prices.price_percentile,
    prices.price_to_category,
    prices.discounted_share,
    rhythm.age_days,
    cast(floor(rhythm.days_since_purchase) as double) as days_since_purchase,
    rhythm.purchase_count,
    case when {{ many_buyers }} then rhythm.buyer_count end as buyer_count,
    case when {{ many_buyers }} then rhythm.repeat_buyer_share end as repeat_buyer_share,
    case when {{ many_buyers }} then rhythm.repeat_interval_days end as repeat_interval_days,
    rhythm.returned_share,
    peak_months.season_value as peak_month,
    peak_months.season_index as peak_month_index,
    coming_months.season_index as coming_month_index,
    peak_weekdays.season_value as peak_weekday,
    peak_weekdays.season_index as peak_weekday_index,
    coalesce(term_counts.term_count, 0) as term_count,
    encodings.category_product_share,
    encodings.category_interaction_share,
    encodings.brand_product_share,
    encodings.brand_interaction_share
from {{ ref('known_products') }} as known
inner join {{ ref('cutoffs') }} as cutoffs on known.cutoff_id = cutoffs.cutoff_id
inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
inner join {{ ref('product_prices') }} as prices
    on
        known.cutoff_id = prices.cutoff_id
        and known.product_index = prices.product_index
inner join {{ ref('product_rhythm') }} as rhythm
    on
        known.cutoff_id = rhythm.cutoff_id
        and known.product_index = rhythm.product_index
inner join {{ ref('product_encodings') }} as encodings
    on
        known.cutoff_id = encodings.cutoff_id
        and known.product_index = encodings.product_index
left join {{ ref('cutoff_products') }} as popularity
    on
        known.cutoff_id = popularity.cutoff_id
        and known.product_index = popularity.product_index
left join term_counts
    on
        known.cutoff_id = term_counts.cutoff_id
        and known.product_index = term_counts.product_index
left join {{ ref('product_seasonality') }} as peak_months
    on
        known.cutoff_id = peak_months.cutoff_id
        and known.product_index = peak_months.product_index
        and peak_months.season_type = 'month'
        and peak_months.season_rank = 1
left join {{ ref('product_seasonality') }} as coming_months
    on
        known.cutoff_id = coming_months.cutoff_id
        and known.product_index = coming_months.product_index
        and coming_months.season_type = 'month'
        and coming_months.season_value = {{ coming_month('cutoffs.cutoff_at') }}
left join {{ ref('product_seasonality') }} as peak_weekdays
    on
        known.cutoff_id = peak_weekdays.cutoff_id
        and known.product_index = peak_weekdays.product_index
        and peak_weekdays.season_type = 'weekday'
        and peak_weekdays.season_rank = 1
