-- section: sources
-- order: 40
-- title: Ranking methods
-- unit: difference of nDCG from the weighted blend, tuning cutoffs
-- interval: two standard errors to either side
-- read: To the right of 0 a method is better than the weighted blend. If ranking_method is auto, another method replaces the
--    blend only if it is better by more than the margin (one standard error). The tooltip and the numbers show which method
--    was chosen.
-- empty: Only one ranking method was tried.

select
    method,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    tune_difference as difference,
    tune_difference - 2 * standard_error as low,
    tune_difference + 2 * standard_error as high,
    tune_ndcg,
    tune_list_count,
    case when is_chosen then 'yes' else 'no' end as chosen
from ranking.ranking_methods
where tune_difference is not null
order by method asc, lists desc
