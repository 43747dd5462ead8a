-- section: glance
-- order: 20
-- title: Gates: may these lists be shown?
-- unit: as each gate says: difference of nDCG, share of customers, of products, of list places, 0 to 1
-- interval: bootstrap interval over customers; shares that are counted have none
-- read: The short tick is the bound. A gate fails where the whole interval lies to the left of it, and warns where only the
--    estimate does; these come first. A row without a point had not enough data.
-- empty: No gate was judged in this release.

select
    case gate
        when 'beats_popularity' then 'Better than popularity'
        when 'beats_sources' then 'Better than ' || replace(compared_with, '_', ' ')
        when 'holds_last_release' then 'As good as the last release'
        when 'customer_coverage' then 'A list for everybody'
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
