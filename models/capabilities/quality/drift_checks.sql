-- Grain: raw table × column × severity × measure: each drift measure with a threshold, and whether it exceeds the threshold.
-- Empty on the first build. A measure without a threshold, and a NULL psi, are not checked.
{%- set measures = {'psi': 'max_psi', 'null_share_change': 'max_null_share_change'} %}
with checks as (
    {%- for measure, threshold in measures.items() %}
    select
        drift.raw_table,
        drift.column_name,
        thresholds.severity,
        '{{ measure }}' as measure,
        drift.{{ measure }} as measured,
        thresholds.{{ threshold }} as threshold,
        thresholds.why
    from {{ ref('column_drift') }} as drift
    inner join {{ ref('drift_thresholds') }} as thresholds
        on
            drift.raw_table = thresholds.raw_table
            and drift.column_name = thresholds.column_name
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    raw_table,
    column_name,
    severity,
    measure,
    measured,
    threshold,
    abs(measured) > threshold as is_exceeded,
    why
from checks
where measured is not null and threshold is not null
