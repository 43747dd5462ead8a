-- Grain: running experiment × assigned customer, and one row per customer of the global holdout, which belongs to no experiment.
-- Only customers who consent to personalisation and analytics are assigned. A missing customer may therefore have refused
-- consent, so the table is in the schema restricted and is not published. recommendations.variant is the published variant.
-- The assignment is a function of seeds, vars and customer_id. A table that remembers earlier assignments would keep customers
-- whatever changes in the seeds, but a rebuild of the warehouse would lose it and move them.
{{ config(
    schema='restricted', contract={'enforced': true},
    grants={} if target.type in ('duckdb', 'spark') else {'select': ['data_engineers']}
) }}
select
    experiment,
    layer,
    customer_id,
    variant,
    false as is_holdout
from {{ ref('drawn_variants') }}
where is_measured
union all
select
    cast(null as string) as experiment,
    cast(null as string) as layer,
    customer_id,
    cast(null as string) as variant,
    true as is_holdout
from {{ ref('clean_customers') }}
where is_personalisation_granted and is_analytics_granted and {{ is_held_out('customer_id') }}
