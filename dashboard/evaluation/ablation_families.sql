-- section: learning
-- order: 20
-- title: Contribution of each feature family
-- unit: nDCG with the family minus nDCG without it, lists of 10, customers with a history
-- interval: paired bootstrap interval over customers
-- read: To the right of 0, the lists are worse without the feature family. If the interval contains 0, no loss is detected.
-- empty: This release has no ablation of feature families, because it has no learned ranker.

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
