-- Grain: customer, product, or neither (both NULL): the current inputs of the lists. digest is a checksum of all inputs of the
-- customer or product. In the row of neither, it covers the rules in force, the seeds and the project's files. If it differs from
-- the digest at the time of a list, the list is computed again. The clock is not an input: a list stays as long as nothing
-- happens. Estimates of missing values are excluded, because other customers change them; the id of a raw row represents its
-- contents. Digests are sums of whole numbers, so they do not depend on the order of rows.
{%- set interaction_columns = [
    'product_index', 'event_type', 'occurred_at', 'reversed_at', 'device', 'country', 'session_number', 'weight'
] %}
{%- set purchase_columns = ['purchase_id', 'product_index', 'is_returned', 'reversed_at'] %}
{%- set feedback_columns = ['record_id', 'product_id', 'verdict', 'given_at'] %}
{%- set impression_columns = ['record_id', 'product_id', 'shown_at', 'clicked_at', 'purchased_at'] %}
{%- set profile_columns = [
    'customer_id', 'signed_up_at', 'case when not is_gender_imputed then gender end', 'country', 'birth_date',
    'case when birth_date is null and not is_age_imputed then age end', 'preferred_categories', 'occupation',
    'is_personalisation_granted', 'is_analytics_granted', 'is_marketing_granted',
] %}
{%- set product_columns = [
    'product_id', 'name', 'description', 'category', 'brand', 'case when not is_price_imputed then price end', 'size',
    'size_unit', 'launched_at', 'is_available',
] %}
{%- set setting_columns = [] %}
{%- for name in list_settings() %}{% do setting_columns.append('settings.' ~ name) %}{% endfor %}
{%- set texts = ['models/**/*.sql', 'python_models/**/*.py', 'macros/**/*.sql'] %}
{%- set project = tojson(seed_fingerprints(), sort_keys=true) ~ files_md5(texts) if execute else '' %}
with rules as (
    select list_rules.*
    from {{ ref('list_rules') }} as list_rules
    cross join {{ ref('as_of') }} as moments
    where
        coalesce(list_rules.dataset, '{{ var("dataset") }}') = '{{ var("dataset") }}'
        and coalesce(list_rules.valid_from <= cast(moments.as_of as date), true)
        and coalesce(list_rules.valid_until >= cast(moments.as_of as date), true)
),

-- A pin rule adds its product to lists that do not contain it yet, so the product's row belongs to the inputs of the rule.
pinned as (
    select scope_value as product_id from rules
    where action = 'pin'
),

of_indexes as (
    select
        customer_index,
        sum({{ row_hash(interaction_columns) }}) as digest
    from {{ ref('interactions') }}
    group by customer_index
    union all
    select
        customer_index,
        sum({{ row_hash(purchase_columns) }}) as digest
    from {{ ref('purchases') }}
    where customer_index is not null
    group by customer_index
),

of_customers as (
    select
        customers.customer_id,
        of_indexes.digest
    from of_indexes
    inner join {{ ref('clean_customers') }} as customers on of_indexes.customer_index = customers.customer_index
    union all
    select
        customer_id,
        {{ row_hash(profile_columns) }} as digest
    from {{ ref('clean_customers') }}
    union all
    select
        customer_id,
        {{ row_hash(feedback_columns) }} as digest
    from {{ ref('clean_feedback') }}
    union all
    select
        customer_id,
        {{ row_hash(impression_columns) }} as digest
    from {{ ref('clean_impressions') }}
    {%- if seam_is_on('list_settings') %}
    union all
    select
        customers.customer_id,
        {{ row_hash(['settings.variant'] + setting_columns) }} as digest
    from {{ seam('list_settings') }} as settings
    inner join {{ ref('clean_customers') }} as customers on settings.customer_index = customers.customer_index
    {%- endif %}
),

of_rules as (
    select {{ row_hash(['rule_id', 'action', 'scope', 'scope_value', 'amount', 'segment', 'country']) }} as digest
    from rules
    union all
    select {{ row_hash(product_columns) }} as digest
    from {{ ref('clean_products') }}
    where product_id in (select pinned.product_id from pinned)
    union all
    select {{ row_hash([sql_text(project)]) }} as digest
)

select
    of_customers.customer_id,
    cast(null as string) as product_id,
    sum(of_customers.digest) as digest
from of_customers
inner join {{ ref('clean_customers') }} as customers on of_customers.customer_id = customers.customer_id
group by of_customers.customer_id
union all
select
    cast(null as string) as customer_id,
    product_id,
    {{ row_hash(product_columns) }} as digest
from {{ ref('clean_products') }}
union all
select
    cast(null as string) as customer_id,
    cast(null as string) as product_id,
    sum(digest) as digest
from of_rules
