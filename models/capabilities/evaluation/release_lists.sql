-- Grain: release × customer × rank: the published lists of this build (release `this`) and those that the previous build stored
-- here (`last`). `last` is empty in the first build and after --full-refresh. Lists that failed the gate `churn` do not become
-- `last`; otherwise a repeated failed build would pass. Lossy: lists of customers without a list in this build are dropped, so
-- that no erased customer remains.
-- depends_on: {{ ref('gates') }} (read on the second build only)
{{ config(materialized='incremental', incremental_strategy='replace', on_schema_change='fail') }}
select
    'this' as release,
    customer_id,
    rank as list_rank,
    product_id
from {{ ref('recommendations') }}
{%- if remembers_previous_build() %}
union all
select
    'last' as release,
    remembered.customer_id,
    remembered.list_rank,
    remembered.product_id
from {{ this }} as remembered
inner join (
    select distinct customer_id from {{ ref('recommendations') }}
) as listed on remembered.customer_id = listed.customer_id
cross join (
    select count(*) as failure_count
    from ({{ mean_overlaps_of('(' ~ overlaps_of(this) ~ ') as listed_overlaps') }}) as listed_overlaps
    inner join {{ ref('gates') }} as gates on listed_overlaps.k = gates.k
    where
        gates.gate = 'churn'
        and gates.severity = 'fail'
        and listed_overlaps.overlap_at_k < gates.bound
        and listed_overlaps.customer_count >= {{ var('evaluation_fewest_customers') }}
) as failures
where remembered.release = case when failures.failure_count > 0 then 'last' else 'this' end
{%- endif %}
