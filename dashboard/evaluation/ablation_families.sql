-- section: learning
-- order: 20
-- title: What each family of features is worth
-- unit: nDCG with it less nDCG without it, lists of 10, customers with a history
-- interval: bootstrap interval over customers, paired
-- read: Right of 0, leaving the family of features out makes the lists worse. Where the interval holds 0, no loss can
--    be shown.
-- empty: No family of features was left out in this release: there was no learned ranker to take it from.

select
    replace(left_out, '_', ' ') as left_out,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    contribution,
    ci_low,
    ci_high,
    ndcg_with,
    ndcg_without,
    list_count
from marts.ablation_results
where part = 'family' and has_history and contribution is not null
order by
    max(case when mode = 'all' then contribution end) over (partition by left_out) desc nulls last,
    left_out,
    lists desc
