-- Grain: study × trial × parameter of the last `make tune`, as recorded in its trials file. No rows if nothing was tuned. A build
-- does not tune: tuning takes minutes to hours, and a person must accept its results.
select
    study,
    cast(trial as int) as trial,
    sampler,
    parameter,
    cast(value as double) as value,
    cast(ndcg_at_k as double) as ndcg_at_k,
    cast(difference as double) as difference,
    cast(nullif(standard_error, '') as double) as standard_error,
    cast(customer_count as bigint) as customer_count,
    cast(is_baseline as boolean) as is_baseline,
    cast(is_chosen as boolean) as is_chosen,
    cast(nullif(importance, '') as double) as importance
from {{ tuning_records() }} as records
