-- Catches a column of a feature table that is missing from the dictionary or has no unit, and an entry without a column.
{%- set tables = {
    'customer_features': ref('customer_features'),
    'product_features': ref('product_features'),
    'feature_embeddings': ref('feature_embeddings'),
} %}
{%- set keys = ['cutoff_id', 'customer_id', 'product_id', 'attribute', 'attribute_value'] %}
with found as (
    select
        cast(null as string) as feature_table,
        cast(null as string) as feature
    {%- for table, relation in tables.items() %}
    {%- for column in (adapter.get_columns_in_relation(relation) if execute else []) if column.name not in keys %}
    union all
    select
        '{{ table }}' as feature_table,
        '{{ column.name }}' as feature
    {%- endfor %}
    {%- endfor %}
),

described_columns as (
    select
        feature_table,
        feature
    from found
    where feature is not null
)

select
    coalesce(described_columns.feature_table, entries.feature_table) as feature_table,
    coalesce(described_columns.feature, entries.feature) as feature
from described_columns
full outer join {{ ref('feature_dictionary') }} as entries
    on
        described_columns.feature_table = entries.feature_table
        and described_columns.feature = entries.feature
where described_columns.feature is null or entries.feature is null or trim(entries.description) = ''
