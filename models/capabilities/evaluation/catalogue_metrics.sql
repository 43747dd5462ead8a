-- Grain: cutoff × mode × source × k, on the test cutoffs: how the lists of a source distribute over the catalogue, among all
-- sampled customers. Both metrics grow with the number of customers, so they compare sources at one cutoff, not companies. gini
-- covers all recommendable products, including those in no list: sum of (2 i - n - 1) x / (n × sum of x). Here, x is the number
-- of lists that contain the product, i is its position from the least listed, and n is the number of products. No confidence
-- interval: a bootstrap replicate has fewer distinct customers and therefore fewer products.
{%- set ks = evaluation_ks() %}
with depths as ({{ literal_rows('k', ks) }}),

catalogue_sizes as (
    select
        cutoff_id,
        count(*) as product_count
    from {{ ref('evaluated_products') }}
    group by cutoff_id
),

exposures as (
    select
        lists.cutoff_id,
        lists.mode,
        lists.source,
        {%- for k in ks %}
        count(*) filter (where lists.list_rank <= {{ k }}) as exposure_{{ k }},
        {%- endfor %}
        lists.product_index
    from {{ ref('evaluated_lists') }} as lists
    group by lists.cutoff_id, lists.mode, lists.source, lists.product_index
),

exposures_by_depth as (
    select
        exposures.cutoff_id,
        exposures.mode,
        exposures.source,
        exposures.product_index,
        depths.k,
        case depths.k
            {%- for k in ks %}
            when {{ k }} then exposures.exposure_{{ k }}
            {%- endfor %}
        end as exposure
    from exposures
    inner join {{ ref('evaluated_products') }} as products
        on
            exposures.cutoff_id = products.cutoff_id
            and exposures.product_index = products.product_index
    inner join depths on {{ is_measured('exposures.source', 'depths.k') }}
),

placed as (
    select
        exposures.cutoff_id,
        exposures.mode,
        exposures.source,
        exposures.k,
        exposures.exposure,
        catalogue_sizes.product_count,
        count(*) over (
            partition by exposures.cutoff_id, exposures.mode, exposures.source, exposures.k
        ) as listed_product_count,
        row_number() over (
            partition by exposures.cutoff_id, exposures.mode, exposures.source, exposures.k
            order by exposures.exposure asc nulls last, exposures.product_index asc nulls last
        ) as place_among_listed
    from exposures_by_depth as exposures
    inner join catalogue_sizes on exposures.cutoff_id = catalogue_sizes.cutoff_id
    where exposures.exposure > 0
)

select
    cutoff_id,
    mode,
    source,
    k,
    max(listed_product_count) / cast(max(product_count) as double) as catalogue_coverage_share,
    sum(
        (2 * (product_count - listed_product_count + place_among_listed) - product_count - 1) * exposure
    ) / cast(max(product_count) * sum(exposure) as double) as gini
from placed
group by cutoff_id, mode, source, k
