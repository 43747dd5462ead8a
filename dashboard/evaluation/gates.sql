-- section: glance
-- order: 20
-- title: Release gates
-- unit: per gate: difference of nDCG, share of customers, share of products or share of list positions
-- interval: bootstrap interval over customers; counted shares have none
-- read: The short tick is the bound. A gate fails if its whole interval is to the left of the bound, and warns if only the
--    estimate is. Gates that fail or warn come first. A gate without a point did not have enough data.
-- empty: This release evaluated no gate.

select
    case gate
        when 'beats_popularity' then 'Better than popularity'
        when 'beats_sources' then 'Better than ' || replace(compared_with, '_', ' ')
        when 'holds_last_release' then 'As good as the last release'
        when 'customer_coverage' then 'A list for every customer'
        when 'catalogue_coverage' then 'Share of the catalogue shown'
        when 'churn' then 'Overlap with the last release'
        else replace(gate, '_', ' ')
    end
    || case when slice = 'without_history' then ', without a history' else '' end
    || case when mode = 'discovery' then ', new products only' else '' end
    || case when severity = 'warn' then ' (warns only)' else '' end as row_label,
    observed,
    ci_low,
    ci_high,
    bound,
    case status when 'not_enough_data' then 'not enough data' else status end as status,
    message
from marts.gate_results
order by
    status = 'fail' desc,
    status = 'warn' desc,
    gate = 'beats_sources' asc,
    gate asc,
    slice asc,
    mode asc,
    severity asc,
    compared_with asc
