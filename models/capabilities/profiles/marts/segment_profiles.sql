-- Grain: cutoff × segment with a customer, including `none` for customers without a history: size, mean features and quality of
-- the segment. Means cover the segment's customers who have the feature. Lossy: segments with few customers show only their name
-- (macro suppressed_cells).
{%- set means = [
    'order_count', 'monetary_amount', 'recency_days', 'amount_per_order', 'purchases_per_order', 'price_level', 'discounted_share',
    'session_count', 'interactions_per_session', 'converted_share', 'weekend_share', 'tenure_days',
] %}
with profiles as (
    select
        cutoff_id,
        segment,
        {%- for feature in means %}
        {{ stable_sum(feature) }} / nullif(count({{ feature }}), 0) as mean_{{ feature }},
        {%- endfor %}
        count(*) as customer_count
    from {{ ref('customer_features') }}
    group by cutoff_id, segment
),

published as (
    {{ suppressed_cells('profiles', 'customer_count', ['segment'], [['cutoff_id']]) | indent(4) }}
),

qualities as (
    select
        cutoffs.cutoff_id,
        fits.segment,
        max(fits.fitted_at) as fitted_at,
        max(fits.silhouette) as silhouette,
        max(fits.stability) as stability
    from {{ ref('segment_centroids') }} as fits
    inner join {{ ref('cutoffs') }} as cutoffs on fits.as_of = cutoffs.cutoff_at
    group by cutoffs.cutoff_id, fits.segment
)

select
    profiles.cutoff_id,
    profiles.segment,
    coalesce(overrides.segment_name, descriptions.generated_name, 'without history') as segment_name,
    descriptions.generated_name,
    case when not profiles.is_suppressed then profiles.customer_count end as customer_count,
    case
        when not profiles.is_suppressed
            then
                profiles.customer_count
                / cast(sum(profiles.customer_count) over (partition by profiles.cutoff_id) as double)
    end as customer_share,
    case when not profiles.is_suppressed then descriptions.top_categories end as top_categories,
    {%- for feature in means %}
    case when not profiles.is_suppressed then profiles.mean_{{ feature }} end as mean_{{ feature }},
    {%- endfor %}
    qualities.silhouette,
    qualities.stability,
    qualities.fitted_at
from published as profiles
left join {{ ref('segment_descriptions') }} as descriptions
    on
        profiles.cutoff_id = descriptions.cutoff_id
        and profiles.segment = descriptions.segment
left join qualities
    on
        profiles.cutoff_id = qualities.cutoff_id
        and profiles.segment = qualities.segment
left join {{ ref('segment_names') }} as overrides on profiles.segment = overrides.segment
