-- section: sources
-- order: 40
-- title: Ways of joining the sources
-- unit: difference of nDCG to the weighted blend, tune cutoffs
-- interval: two standard errors to either side
-- read: Right of 0 a way is better than the weighted blend. With ranking_method auto it makes the lists where it is better by
--    more than the margin (one standard error); which one does is in the tooltip and in the numbers.
-- empty: Only one way of joining the sources was tried.

select
    method,
    case mode when 'all' then 'repeats allowed' else 'new products only' end as lists,
    tune_difference as difference,
    tune_difference - 2 * standard_error as low,
    tune_difference + 2 * standard_error as high,
    tune_ndcg,
    tune_list_count,
    case when is_chosen then 'makes the lists' else 'does not' end as chosen
from ranking.ranking_methods
where tune_difference is not null
order by method asc, lists desc
