-- Catches an experiment whose results are empty because none of its variants is the var control_variant.
{{ config(severity='warn') }}
select
    variant,
    customer_count
from {{ ref('experiment_arms') }}
where
    (select count(*) from {{ ref('experiment_arms') }}) > 1
    and not exists (select 1 from {{ ref('experiment_arms') }} as control where control.is_control)
