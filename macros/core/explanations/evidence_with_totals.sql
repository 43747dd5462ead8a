{#- The select of the evidence of a source in SQL: every part of the score with the sum over all parts, whatever is named of them.
    `parts` is the CTE with cutoff_id, customer_index, product_index, evidence_index and evidence_score. -#}
{% macro evidence_with_totals(parts) -%}
select
    cutoff_id,
    customer_index,
    product_index,
    evidence_index,
    evidence_score,
    cast(sum(cast(evidence_score as decimal(38, 18))) over (
        partition by cutoff_id, customer_index, product_index
    ) as double) as total_score
from {{ parts }}
{%- endmacro %}
