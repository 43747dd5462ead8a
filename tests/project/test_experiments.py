"""Experiments: the planted A/B effect is found; tests and intervals equal SciPy's or keep their stated level."""

import json
import math

import duckdb
import numpy as np
import pytest
from scipy import stats

from tests.conftest import PROJECT, Run, run_dbt

# --- the demo store's A/B test ---


@pytest.fixture(scope="module")
def planted() -> dict:
    return json.loads((PROJECT / "seeds" / "demo" / "expected.json").read_text())["planted"]["ab_test"]


def test_planted_ab_effect_is_found(demo_build: Run, planted: dict) -> None:
    rates = planted["click_rate_at_position_1"]
    effect = rates["treatment"] / rates["control"] - 1
    arms = demo_build.query(
        "select variant, is_control, is_sample_ratio_ok, crossover_count from marts.experiment_arms order by 1"
    )
    assert arms == [("control", True, True, 0), ("treatment", False, True, 0)]
    results = {
        metric: row
        for metric, *row in demo_build.query(
            """select metric, status, relative_ci_low, relative_ci_high, always_valid_low / control_value,
                always_valid_high / control_value
            from marts.experiment_results"""
        )
    }
    for metric in ("click_rate", "clicks_per_customer"):
        status, low, high, *_ = results[metric]
        assert status == "better", metric
        assert 0 < low < effect < high, metric
    # In the demo, treated customers happened to buy more of the products they clicked. For this metric, one of six at 95 %,
    # the fixed-sample interval narrowly misses the planted effect; the wider always-valid interval contains it.
    status, _, _, low, high = results["purchases_per_customer"]
    assert status == "better"
    assert 0 < low < effect < high
    status, low, high, *_ = results["orders_per_customer"]
    assert status == "no_difference_seen", "few orders come from lists, so no difference should be detected"
    assert low < 0 < high


def test_planted_effect_is_shipped_and_can_be_planned(demo_build: Run) -> None:
    assert demo_build.query("select experiment, variant, recommendation from marts.experiment_decisions") == [
        ("unnamed", "treatment", "ship")
    ]
    falling = """select count(*) from marts.experiment_power as small inner join marts.experiment_power as large using (metric)
        where small.relative_effect < large.relative_effect and small.days_needed <= large.days_needed"""
    assert demo_build.query(falling) == [(0,)]
    assert demo_build.query("select count(*) from marts.experiment_power where customers_needed > 0") != [(0,)]


def test_strength_before_explains_orders_and_not_planted_clicks(demo_build: Run) -> None:
    found = dict(demo_build.query("select metric, variance_reduction from marts.experiment_results"))
    assert found["orders_per_customer"] > 0.15
    assert abs(found["click_rate"]) < 0.05


def test_off_policy_estimates_of_few_impressions_are_withheld(demo_build: Run) -> None:
    """The demo's propensities are right, but few impressions of its past horizon show what the policies contain."""
    rows = demo_build.query(
        """select estimator, status, value, effective_sample_size, mean_weight_low, mean_weight_high
        from marts.off_policy_estimates where policy = 'popularity'"""
    )
    assert {row[0] for row in rows} == {*ESTIMATORS, *(f"clipped_{name}" for name in ESTIMATORS)}
    for estimator, status, value, effective_sample_size, weight_low, weight_high in rows:
        assert (status, value) == ("not_enough_data", None), estimator
        assert 30 < effective_sample_size < 100, "a bound of 30 would have published the estimate"
        assert weight_low < 1 < weight_high


def test_customers_without_consent_are_not_measured(demo_build: Run) -> None:
    refused = (
        "select customer_id from cleaning.customer_consents where not is_analytics_granted or not is_personalisation_granted"
    )
    shown = "select customer_id from cleaning.clean_impressions"
    assert demo_build.query(f"({shown}) intersect ({refused})") != []
    assert demo_build.query(f"select customer_id from experiments.measured_impressions intersect ({refused})") == []
    assert demo_build.query(f"select customer_id from experiments.experiment_customers intersect ({refused})") == []


# --- simulated arms, through the SQL models ---

ARMS = {"control": 700, "few": 60, "same": 700, "more": 650}
SEED = 11
MODELS = ("experiment_arms", "experiment_tests", "experiment_results", "off_policy_estimates")
COLUMNS = ("impression_count", "list_count", "click_count", "purchase_count", "order_count", "strength_before")
EXPERIMENT = "simulated"


@pytest.fixture(scope="module")
def customers() -> dict[str, dict[str, np.ndarray]]:
    """Customers of each arm. Orders follow the strength, clicks follow the impressions, and `more` has a higher click rate."""
    rng = np.random.default_rng(SEED)
    arms = {}
    for arm, size in ARMS.items():
        strength = rng.gamma(2, 2, size)
        impressions = 5 * rng.integers(1, 6, size)
        clicks = rng.binomial(impressions, 0.08 if arm == "more" else 0.05)
        values = (impressions, impressions // 5, clicks, rng.binomial(clicks, 0.3), rng.poisson(strength), strength)
        arms[arm] = dict(zip(COLUMNS, (value.astype(float) for value in values), strict=True))
    return arms


ESTIMATORS = ("ips", "snips", "doubly_robust")
SIMULATIONS = 300  # logs; each is a policy of its own
VISITORS, SHOWN = 150, 6  # customers of a log, and impressions of each customer
FIRST_SHARES = (0.3, 0.15)  # share of the first product among the impressions of active and of other customers
CLICK_RATES = np.array([0.3, 0.1, 0.05])  # of each product for the average customer; the policy always shows the first product


def logs() -> dict[str, np.ndarray]:
    """Click logs of varying customers, weighted correctly (`right…`) or with propensities five times too high (`wrong…`).

    The logged policy shows the first product more often to customers who click more. Without weights, its click rate is therefore
    a sixth too high.
    """
    rng = np.random.default_rng(SEED)
    shape = (SIMULATIONS, VISITORS, SHOWN)
    habit = np.broadcast_to(rng.uniform(0, 2, (SIMULATIONS, VISITORS, 1)), shape)  # a customer's clicks, relative to the mean
    propensity = np.where(habit > 1, *FIRST_SHARES)
    product = np.where(rng.random(shape) < propensity, 0, rng.integers(1, 3, shape))
    is_clicked = rng.random(shape) < CLICK_RATES[product] * habit
    simulation, visitor, _ = np.indices(shape)
    weight = np.where(product == 0, 1 / propensity, 0.0).ravel()
    # The outcome model explains half of the difference between products.
    expected = (CLICK_RATES[product] + CLICK_RATES.mean()).ravel() / 2
    promised = np.full_like(expected, (CLICK_RATES[0] + CLICK_RATES.mean()) / 2)
    names = {"right": weight, "wrong": weight / 5}
    return {
        "policy": np.concatenate([np.char.add(name, simulation.ravel().astype(str)) for name in names]).astype(object),
        "customer_id": np.tile(np.char.add("c", visitor.ravel().astype(str)), 2).astype(object),
        "is_clicked": np.tile(is_clicked.ravel(), 2),
        "weight": np.concatenate(list(names.values())),
        "logged_expected": np.tile(expected, 2),
        "policy_expected": np.tile(promised, 2),
    }


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory, customers: dict) -> Run:
    folder = tmp_path_factory.mktemp("experiments")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        variants = np.repeat(list(ARMS), list(ARMS.values()))
        joined = {name: np.concatenate([customers[arm][name] for arm in ARMS]) for name in COLUMNS}
        connection.register("rows", {"variant": variants.astype(object), **joined})
        counts = ", ".join(f"{name}::bigint as {name}" for name in COLUMNS[:-1])
        connection.execute(
            f"""
            create schema experiments; create schema reference;
            create table experiments.experiment_customers as
            select '{EXPERIMENT}' as experiment, 'c' || row_number() over () as customer_id, variant,
                false as is_crossover, {counts}, order_count as valued_order_count, 9.5 * order_count as revenue, strength_before
            from rows;
            create table reference.experiment_variants (experiment varchar, variant varchar, planned_share double);
            insert into reference.experiment_variants select '{EXPERIMENT}', *
            from (values ('control', 0.33), ('few', 0.03), ('same', 0.33), ('more', 0.31));
            create table experiments.experiment_plans as
            select '{EXPERIMENT}' as experiment, 'clicks_per_customer' as primary_metric, 'orders_per_customer' as guardrails,
                null::date as ends_on;
            """
        )
        connection.register("logs", logs())
        connection.execute("create table experiments.off_policy_impressions as select * from logs")
    run = run_dbt(folder, "build", "--select", "experiment_metrics", *MODELS, "--resource-type", "seed", "model")
    assert run.succeeded, run.output
    return run


def result(run: Run, variant: str, metric: str) -> dict[str, float]:
    columns = [name for (name,) in run.query("select column_name from (describe marts.experiment_results)")]
    (row,) = run.query(f"select * from marts.experiment_results where variant = '{variant}' and metric = '{metric}'")
    return dict(zip(columns, row, strict=True))


def test_sample_ratio_test_equals_scipy(simulated: Run) -> None:
    ((chi_square, p_value),) = simulated.query("select distinct chi_square, p_value from marts.experiment_arms")
    counts = np.array(list(ARMS.values()))
    expected = stats.chisquare(counts, counts.sum() * np.array([0.33, 0.03, 0.33, 0.31]))
    assert chi_square == pytest.approx(expected.statistic, rel=1e-9)
    assert p_value == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("variant", ["few", "same", "more"])
@pytest.mark.parametrize(("metric", "column"), [("clicks_per_customer", "click_count"), ("orders_per_customer", "order_count")])
def test_comparison_of_means_equals_scipy(simulated: Run, customers: dict, variant: str, metric: str, column: str) -> None:
    found = result(simulated, variant, metric)
    expected = stats.ttest_ind(customers[variant][column], customers["control"][column], equal_var=False)
    low, high = expected.confidence_interval(0.95)
    assert found["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize("variant", ["few", "same", "more"])
def test_comparison_of_shares_equals_scipy(simulated: Run, customers: dict, variant: str) -> None:
    """The squared z of two shares is the chi-square of their table. Newcombe's interval combines two Wilson intervals."""
    found = result(simulated, variant, "clicked_share")
    hits = [int((customers[arm]["click_count"] > 0).sum()) for arm in (variant, "control")]
    sizes = [ARMS[variant], ARMS["control"]]
    table = [[hit, size - hit] for hit, size in zip(hits, sizes, strict=True)]
    assert found["p_value"] == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-9)
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    one, other = (stats.binomtest(hit, size).proportion_ci(method="wilson") for hit, size in zip(hits, sizes, strict=True))
    low = math.hypot(shares[0] - one.low, other.high - shares[1])
    high = math.hypot(one.high - shares[0], shares[1] - other.low)
    assert found["ci_low"] == pytest.approx(shares[0] - shares[1] - low, rel=1e-9)
    assert found["ci_high"] == pytest.approx(shares[0] - shares[1] + high, rel=1e-9)


def test_q_values_equal_scipy_for_primary_and_other_metrics(simulated: Run) -> None:
    for is_primary, tests in ((True, 3), (False, 18)):
        rows = simulated.query(
            f"select p_value, q_value from marts.experiment_results where is_primary = {is_primary} and p_value is not null"
        )
        assert len(rows) == tests
        p_values, q_values = zip(*rows, strict=True)
        assert q_values == pytest.approx(tuple(stats.false_discovery_control(p_values)), rel=1e-9)


def test_guardrail_equals_one_sided_scipy_test(simulated: Run, customers: dict) -> None:
    rows = simulated.query("select metric, variant from marts.experiment_results where guardrail_status is not null order by all")
    assert rows == [("orders_per_customer", variant) for variant in ("few", "more", "same")]
    found = result(simulated, "same", "orders_per_customer")
    treated, control = (customers[arm]["order_count"] for arm in ("same", "control"))
    expected = stats.ttest_ind(treated, 0.95 * control, equal_var=False, alternative="greater")
    assert found["margin_p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


def test_cuped_difference_equals_regression_on_strength_before(simulated: Run, customers: dict) -> None:
    """Both arms share one slope: the estimate is the arm's coefficient in a least-squares fit of orders on arm and strength."""
    found = result(simulated, "same", "orders_per_customer")
    outcome, strength = (np.concatenate([customers[arm][name] for arm in ("same", "control")]) for name in COLUMNS[-2:])
    arm = np.repeat([1.0, 0.0], [ARMS["same"], ARMS["control"]])
    coefficients, *_ = np.linalg.lstsq(np.column_stack([np.ones_like(arm), arm, strength]), outcome, rcond=None)
    assert found["cuped_difference"] == pytest.approx(coefficients[1], abs=1e-9)
    explained = np.corrcoef(outcome, strength)[0, 1] ** 2
    assert found["variance_reduction"] == pytest.approx(explained, abs=0.02)
    assert found["cuped_ci_high"] - found["cuped_ci_low"] < 0.8 * (found["ci_high"] - found["ci_low"])


def test_click_rate_interval_agrees_with_customer_bootstrap(simulated: Run, customers: dict) -> None:
    """The delta-method interval of the ratio agrees with a bootstrap of customers."""
    found = result(simulated, "more", "click_rate")
    rng = np.random.default_rng(SEED)
    rates = []
    for arm in ("more", "control"):
        draws = rng.integers(ARMS[arm], size=(2000, ARMS[arm]))
        rates.append(customers[arm]["click_count"][draws].sum(1) / customers[arm]["impression_count"][draws].sum(1))
    spread = np.std(rates[0] - rates[1])
    assert (found["ci_high"] - found["ci_low"]) / 2 / 1.96 == pytest.approx(spread, rel=0.06)
    assert found["status"] == "better"
    assert result(simulated, "same", "click_rate")["status"] == "no_difference_seen"


def test_always_valid_interval_holds_under_repeated_looks(simulated: Run) -> None:
    """At most 5 % of random walks around 0 ever leave it. Far more leave the fixed-sample interval."""
    found = result(simulated, "same", "clicks_per_customer")
    count, alpha, tightest = ARMS["same"] + ARMS["control"], 0.05, 1000  # evaluation_confidence_level, statistics.NARROWEST_AT

    def errors(counts: np.ndarray) -> np.ndarray:
        scaled = counts * (math.log(1 - 2 * math.log(alpha)) - 2 * math.log(alpha)) / tightest
        return np.sqrt((1 + 1 / scaled) * (np.log(scaled + 1) - 2 * math.log(alpha)))

    standard_error = found["detectable_difference"] / (stats.norm.isf(0.025) + stats.norm.isf(0.2))
    half_width = (found["always_valid_high"] - found["always_valid_low"]) / 2
    assert half_width / standard_error == pytest.approx(errors(np.array([count]))[0], rel=1e-5)
    walks = np.abs(np.random.default_rng(SEED).standard_normal((2000, 4000)).cumsum(axis=1))
    counts = np.arange(1, 4001)
    left = (walks / np.sqrt(counts) > errors(counts)).any(axis=1).mean()
    left_by_one_look = (walks[:, 49:] / np.sqrt(counts[49:]) > 1.96).any(axis=1).mean()
    assert left <= 0.05
    assert left_by_one_look > 0.2


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_off_policy_intervals_cover_the_true_click_rate(simulated: Run, estimator: str) -> None:
    ((share, count, mean, wrong_share),) = simulated.query(
        f"""select
            avg(case when {CLICK_RATES[0]} between ci_low and ci_high then 1.0 else 0.0 end),
            count(*),
            avg(value),
            avg(case when logged_value between ci_low and ci_high then 1.0 else 0.0 end)
        from marts.off_policy_estimates
        where policy like 'right%' and estimator = '{estimator}' and status = 'estimated'"""
    )
    assert count > 0.85 * SIMULATIONS
    assert 0.92 <= share <= 0.98, share
    assert mean == pytest.approx(CLICK_RATES[0], rel=0.02)
    assert wrong_share < 0.05, "the intervals also contain the logged policy's click rate, so they cannot distinguish policies"


def test_clipping_changes_nothing_without_large_weights(simulated: Run) -> None:
    differing = """select count(*), count(*) filter (where clipped.value is distinct from plain.value)
        from marts.off_policy_estimates as plain inner join marts.off_policy_estimates as clipped using (policy)
        where clipped.estimator = 'clipped_' || plain.estimator and clipped.weight_clip = 100 and plain.weight_clip is null"""
    assert simulated.query(differing) == [(2 * SIMULATIONS * len(ESTIMATORS), 0)]


def test_doubly_robust_and_snips_intervals_are_narrower_than_ips(simulated: Run) -> None:
    widths = dict(
        simulated.query(
            """select estimator, avg(ci_high - ci_low) from marts.off_policy_estimates
            where policy like 'right%' group by estimator"""
        )
    )
    assert widths["doubly_robust"] < widths["ips"]
    assert widths["snips"] < widths["ips"]


def test_wrong_propensities_are_reported(simulated: Run) -> None:
    found = simulated.query("select distinct status, value from marts.off_policy_estimates where policy like 'wrong%'")
    assert found == [("weights_do_not_fit", None)]
