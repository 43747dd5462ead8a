"""Published intervals have the coverage of their level, measured on simulated customers with known means.

The simulations run through the SQL models. Each simulation is a source of its own, so one run of the bootstrap covers all.
"""

import duckdb
import numpy as np
import pytest

from tests.conftest import Run, run_dbt

SIMULATIONS = 1000
CUSTOMERS = 300
SEED = 5
MODELS = ("bootstrap_means", "model_performance")
# A mean of each kind: a share, a gain that most customers do not have, and a gain that nearly all customers have.
MEANS = {"hit_rate_at_k": 0.3, "ndcg_at_k": 0.4 * 0.5, "recall_at_k": 5 / 6}
METRICS = ["precision_at_k", "recall_capped_at_k", "mrr_at_k", "map_at_k", "customer_coverage_share", *MEANS]
LIST_METRICS = [
    *("novelty_at_k", "popularity_quantile_at_k", "long_tail_share", "serendipity_at_k", "intra_list_diversity", "auc_at_k"),
]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("coverage")
    rng = np.random.default_rng(SEED)
    shape = (SIMULATIONS, CUSTOMERS)
    values = {
        "hit_rate_at_k": (rng.random(shape) < MEANS["hit_rate_at_k"]).astype(float),
        "ndcg_at_k": (rng.random(shape) < 0.4) * rng.random(shape),
        "recall_at_k": rng.beta(5, 1, shape),
    }
    columns = {name: grid.ravel() for name, grid in values.items()}
    simulation, customer = (index.ravel() for index in np.indices(shape))
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.register("simulation_values", {"simulation": simulation, "customer": customer, **columns})
        zeros = ", ".join(f"0.0::double as {name}" for name in METRICS if name not in MEANS)
        empty = ", ".join(f"null::double as {name}" for name in LIST_METRICS)
        connection.execute(
            f"""
            create schema marts; create schema evaluation;
            create table evaluation.customer_metrics as
            select 'test' as cutoff_id, 'all' as mode, 's' || simulation as source, 'c' || customer as customer_id, 10 as k,
                {", ".join(MEANS)}, {zeros}
            from simulation_values;
            create table evaluation.customer_slices as
            select distinct cutoff_id, customer_id, 'all' as slice, 'all' as slice_value from evaluation.customer_metrics;
            create table evaluation.list_metrics as
            select cutoff_id, mode, source, customer_id, k, {empty} from evaluation.customer_metrics where false;
            create table evaluation.catalogue_metrics as
            select cutoff_id, mode, source, k, 0.5::double as catalogue_coverage_share, 0.5::double as gini
            from evaluation.customer_metrics where false;
            create table evaluation.evaluated_lists as
            select cutoff_id, mode, source, customer_id, 1 as list_rank from evaluation.customer_metrics where false;
            """
        )
    run = run_dbt(folder, "run", "--select", *MODELS)
    assert run.succeeded, run.output
    return run


@pytest.mark.parametrize("metric", MEANS)
def test_intervals_cover_the_mean_at_their_level(simulated: Run, metric: str) -> None:
    ((share, count),) = simulated.query(
        f"""select avg(case when {MEANS[metric]} between ci_low and ci_high then 1.0 else 0.0 end), count(*)
        from marts.model_performance where metric = '{metric}'"""
    )
    assert count == SIMULATIONS
    assert 0.92 <= share <= 0.98, share


@pytest.mark.parametrize("metric", MEANS)
def test_intervals_cover_a_wrong_mean_less_often(simulated: Run, metric: str) -> None:
    """A mean two standard errors away is covered about half of the time, so the test above can fail."""
    ((share,),) = simulated.query(
        f"""with off as (select *, (ci_high - ci_low) / 2 as two_errors from marts.model_performance where metric = '{metric}')
        select avg(case when {MEANS[metric]} + two_errors between ci_low and ci_high then 1.0 else 0.0 end) from off"""
    )
    assert share < 0.7, share
