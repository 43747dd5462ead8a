-- Grain: published list × rank: the lists of this and earlier builds, to match the shop's log with what was published. Empty
-- unless the mapping of impressions has list_id. release is the first release with the list: a refresh keeps lists that do not
-- change. Lossy: omits customers who refuse personalisation or analytics, and lists older than kept_days. --full-refresh starts
-- over.
{%- set kept_days = 90 %}   {#- shops log an impression within hours; analysts compare the releases of a quarter #}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    post_hook=[
        "{{ forget_gone_customers(ref('clean_customers'), 'is_personalisation_granted and is_analytics_granted') }}",
        "{{ delete_rows(this, 'as_of < (select as_of - interval " ~ kept_days ~ " day from ' ~ ref('as_of') ~ ')') }}",
    ]
) }}
select
    recommendations.list_id,
    recommendations.customer_id,
    recommendations.rank as list_rank,
    recommendations.product_id,
    recommendations.tier,
    recommendations.source,
    recommendations.reason_code,
    recommendations.as_of,
    this_release.release
from {{ ref('recommendations') }} as recommendations
cross join {{ ref('publication') }} as this_release
inner join {{ ref('clean_customers') }} as customers on recommendations.customer_id = customers.customer_id
{%- if remembers_previous_build() %}
left join (select distinct list_id from {{ this }}) as recorded on recommendations.list_id = recorded.list_id
{%- endif %}
where
    {{ is_mapped('impressions', 'list_id') }}
    {%- if remembers_previous_build() %}
    and recorded.list_id is null
    {%- endif %}
    and customers.is_personalisation_granted
    and customers.is_analytics_granted
