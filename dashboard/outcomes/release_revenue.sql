-- section: outcomes
-- order: 20
-- title: What did the lists of each release earn?
-- unit: revenue per thousand impressions, in the base currency
-- interval: normal interval over customers
-- read: Revenue is that of the shown product, bought within outcome_window_days after its latest impression. Releases differ in
--    season and customers too, so only an experiment shows which lists earn more.
-- empty: No impressions are old enough, or too few customers bought a shown product.

select
    outcomes.release,
    outcomes.value,
    outcomes.ci_low,
    outcomes.ci_high,
    outcomes.impression_count,
    outcomes.customer_count
from marts.outcomes as outcomes
where outcomes.dimension = 'all' and outcomes.metric = 'revenue_per_mille' and outcomes.value is not null
order by outcomes.release desc
limit 50
