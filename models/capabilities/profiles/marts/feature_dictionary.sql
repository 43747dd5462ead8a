-- Grain: feature, that is, a column of a feature table. Read from the YAML of the tables at run time, so that it always matches
-- their documentation. A data test checks the values against the range.
{%- set tables = ['customer_features', 'product_features', 'feature_embeddings'] %}
-- depends_on: {{ ref('customer_features') }}, {{ ref('product_features') }}, {{ ref('feature_embeddings') }}
with features as (
    select
        cast(null as string) as feature_table,
        cast(null as string) as feature,
        cast(null as string) as grain,
        cast(null as string) as data_type,
        cast(null as string) as unit,
        cast(null as string) as value_range,
        cast(null as string) as null_reason,
        cast(null as boolean) as is_leak_safe,
        cast(null as string) as description
    {%- for table in tables %}
    {%- for feature in stated_features(table) %}
    union all
    select
        '{{ table }}' as feature_table,
        '{{ feature.name }}' as feature,
        {{ sql_text(feature.grain) }} as grain,
        {{ sql_text(feature.data_type) }} as data_type,
        {{ sql_text(feature.unit) }} as unit,
        {{ sql_text(feature.range_text) if feature.range_text else 'null' }} as value_range,
        {{ sql_text(feature.null_reason) if feature.null_reason else 'null' }} as null_reason,
        {{ feature.leak_safe | lower }} as is_leak_safe,
        {{ sql_text(feature.description) }} as description
    {%- endfor %}
    {%- endfor %}
)

select
    feature_table,
    feature,
    grain,
    data_type,
    unit,
    value_range,
    null_reason,
    is_leak_safe,
    description
from features
where feature is not null
