"""Experiment statistics equal hand-computed values, and SciPy's tests where no delta method is needed."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from warehouse_recommender.experiments import statistics
from warehouse_recommender.experiments.statistics import Moments

COUNTS = ("impression_count", "click_count", "purchase_count", "order_count")
METRICS = [
    ("clicked_share", "click_count", None, "two_proportion", None),
    ("clicks_per_customer", "click_count", None, "welch", None),
    ("click_rate", "click_count", "impression_count", "welch", None),
]
SEGMENT_SETTINGS: dict[str, Any] = {"control": "control", "fewest_customers": 10, "level": 0.95}
SETTINGS: dict[str, Any] = {**SEGMENT_SETTINGS, "relevant_change": 0.1, "margin": 0.05}


def metrics(rows: list[tuple] = METRICS) -> pa.Table:
    kinds = [pa.string()] * 4 + [pa.float64()]
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)],
        names=statistics.METRIC_COLUMNS,
    )


def planned(**shares: float) -> pa.Table:
    return pa.table(
        {
            "experiment": pa.array(["e"] * len(shares), pa.string()),
            "variant": pa.array(list(shares), pa.string()),
            "planned_share": pa.array(list(shares.values()), pa.float64()),
        }
    )


def customers(*arms: tuple[str, int], crossovers: int = 0, seed: int = 1, experiment: str = "e") -> pa.Table:
    """Return customers of each arm; crossover customers are added to the last arm."""
    variants = [arm for arm, count in arms for _ in range(count)] + [arms[-1][0]] * crossovers
    count, rng = len(variants), np.random.default_rng(seed)
    impressions = 5 * rng.integers(1, 6, count)
    numbers = {"impression_count": impressions, "click_count": rng.binomial(impressions, 0.1)}
    numbers |= {"purchase_count": np.zeros(count, np.int64), "order_count": rng.poisson(1, count)}
    return pa.table(
        {
            "experiment": pa.array([experiment] * count, pa.string()),
            **{"variant": pa.array(variants, pa.string()), "customer_id": [f"c{number}" for number in range(count)]},
            "is_crossover": [place >= count - crossovers for place in range(count)],
            **{"strength_before": rng.gamma(2, 2, count), **numbers},
        }
    )


def rows_of(table: pa.Table) -> dict[tuple[str, str], dict[str, Any]]:
    assert table.schema == statistics.TEST_SCHEMA
    return {(row["variant"], row["metric"]): row for row in table.to_pylist()}


def test_moments_equal_hand_computed_values() -> None:
    """Clicks 0, 1, 2 of 5, 10, 15: rate 0.1, deviations -0.5, 0, 0.5, divided by 10. Strengths 1, 2, 6 deviate by -2, -1, 3."""
    clicks, shown, strength = np.array([0.0, 1, 2]), np.array([5.0, 10, 15]), np.array([1.0, 2, 6])
    rate = statistics.moments(clicks, shown, strength)
    assert (rate.count, rate.active_count, rate.strength, rate.strength_variance) == (3, 2, 3.0, 7.0)
    assert (rate.value, rate.variance, rate.covariance) == pytest.approx((0.1, 0.0025, 0.125))
    mean = statistics.moments(clicks, np.ones(3), strength)
    assert (mean.value, mean.variance, mean.covariance) == (1.0, 1.0, 2.5)
    assert math.isnan(statistics.moments(clicks[:1], shown[:1], strength[:1]).variance)
    assert math.isnan(statistics.moments(clicks, np.zeros(3), strength).value)


def test_comparison_of_means_equals_hand_computed_values() -> None:
    """Values computed by hand:

    - Clicks 2 and 1.5 with variances 4 and 5 over 100 customers each: error 0.3, t 1.6667 with 195.6 degrees of freedom.
    - CUPED: covariances 2 and 4, strength variances 6 and 6 give the slope 0.5. Strengths differ by 0.2, so the difference is
      0.5 - 0.1. Variances are 4 - 2 + 1.5 = 3.5 and 5 - 4 + 1.5 = 2.5, so error² is 0.06, a third less.
    - Detectable difference: (1.96 + 0.8416) × 0.3. Customers needed: 7.8489 × 9 / 0.15² = 3139.6.
    - Always-valid interval: 3.363887 errors for 200 of 1000 customers.
    """
    treated, control = Moments(100, 50, 2.0, 4.0, 3.2, 6.0, 2.0), Moments(100, 50, 1.5, 5.0, 3.0, 6.0, 4.0)
    found = statistics.compared(treated, control, "welch", 0.1, 0.05, 0.95)
    expected = stats.ttest_ind_from_stats(2, 2, 100, 1.5, math.sqrt(5), 100, equal_var=False)
    half_width = stats.t.isf(0.025, statistics.welch_degrees((0.04, 0.05), (100, 100))) * 0.3
    assert found["p_value"] == pytest.approx(expected.pvalue, rel=1e-12)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((0.5 - half_width, 0.5 + half_width), rel=1e-12)
    assert found["relative_difference"] == pytest.approx(1 / 3)
    assert (found["cuped_difference"], found["variance_reduction"]) == pytest.approx((0.4, 1 / 3))
    assert found["cuped_ci_high"] - found["cuped_ci_low"] == pytest.approx(2 * 1.9721 * math.sqrt(0.06), rel=1e-3)
    assert found["detectable_difference"] == pytest.approx(0.840475, abs=1e-6)
    assert found["customers_needed"] == 3140
    assert found["always_valid_low"] == pytest.approx(0.5 - 3.363887 * 0.3, abs=1e-6)


def test_comparison_of_shares_equals_hand_computed_values() -> None:
    """Shares 0.3 and 0.2 of 100: Wilson 0.2189 to 0.3958 and 0.1334 to 0.2888, Newcombe -0.0202 to 0.2167, z 1.63299."""
    treated, control = Moments(100, 30, 0.3, 0.21, 3.0, 0.0, 0.0), Moments(100, 20, 0.2, 0.16, 3.0, 0.0, 0.0)
    found = statistics.compared(treated, control, "two_proportion", 0.1, 0.05, 0.95)
    assert found["p_value"] == pytest.approx(stats.chi2_contingency([[30, 70], [20, 80]], correction=False).pvalue, rel=1e-12)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((-0.0202, 0.2167), abs=5e-5)
    assert (found["cuped_difference"], found["variance_reduction"]) == pytest.approx((0.1, 0.0)), "strengths have no variance"


def test_comparison_of_arms_equals_scipy_and_excludes_crossovers() -> None:
    table = customers(("control", 80), ("treatment", 90), crossovers=7)
    alone = table.slice(0, 170)
    found = rows_of(statistics.tests(table, metrics(), planned(), **SETTINGS))
    of_arms = [
        alone.filter(pa.compute.equal(alone["variant"], arm))["click_count"].to_numpy() for arm in ("treatment", "control")
    ]
    expected = stats.ttest_ind(*of_arms, equal_var=False)
    row = found["treatment", "clicks_per_customer"]
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(expected.confidence_interval(0.95)), rel=1e-9)
    assert set(found) == {
        *(("treatment", name) for name, *_ in METRICS),
        *((arm, "sample_ratio") for arm in ("control", "treatment")),
    }


def test_sample_ratio_test_equals_scipy_for_the_planned_shares() -> None:
    table = customers(("control", 60), ("treatment", 40), crossovers=30)
    found = rows_of(statistics.tests(table, metrics(), planned(control=0.4, treatment=0.4), **SETTINGS))
    expected = stats.chisquare([60, 40])
    for arm, share in (("control", 0.6), ("treatment", 0.4)):
        row = found[arm, "sample_ratio"]
        assert (row["chi_square"], row["p_value"]) == pytest.approx(tuple(expected))
        assert (row["value"], row["expected_share"]) == pytest.approx((share, 0.5))


def test_planned_arm_without_customers_is_in_the_sample_ratio_test() -> None:
    """12 and 0 customers where 6 and 6 are expected: chi-square is 36 / 6 twice. An arm that is not in the plan gets an equal
    share."""
    found = rows_of(statistics.tests(customers(("control", 12)), metrics(), planned(treatment=0.5), **SETTINGS))
    assert found["treatment", "sample_ratio"]["chi_square"] == pytest.approx(12)
    assert found["treatment", "sample_ratio"]["p_value"] == pytest.approx(0.000532, abs=1e-6)
    assert found["treatment", "clicked_share"]["difference"] is None


def test_single_arm_has_no_tests() -> None:
    found = rows_of(statistics.tests(customers(("control", 30)), metrics(), planned(), **SETTINGS))
    assert set(found) == {("control", "sample_ratio")}
    assert found["control", "sample_ratio"]["p_value"] is None
    assert found["control", "sample_ratio"]["expected_share"] == 1.0


def test_no_comparisons_without_control_or_customers() -> None:
    table = customers(("a", 30), ("b", 30))
    assert {metric for _, metric in rows_of(statistics.tests(table, metrics(), planned(), **SETTINGS))} == {"sample_ratio"}
    assert len(statistics.tests(table.slice(0, 0), metrics(), planned(control=0.5), **SETTINGS)) == 0


@pytest.mark.parametrize(
    ("treated", "control"),
    [
        (Moments(100, 5, 0.05, 0.05, 3.0, 6.0, 0.0), Moments(100, 4, 0.04, 0.04, 3.0, 6.0, 0.0)),
        (Moments(100, 100, 1.0, 0.0, 3.0, 6.0, 0.0), Moments(100, 100, 1.0, 0.0, 3.0, 6.0, 0.0)),
    ],
)
def test_arms_with_few_active_customers_or_no_variance_are_not_compared(treated: Moments, control: Moments) -> None:
    assert not statistics.is_comparable(treated, control, 100)
    assert statistics.is_comparable(treated, Moments(100, 50, 0.5, 0.25, 3.0, 6.0, 0.0), 100)


def test_small_arms_are_not_compared() -> None:
    found = rows_of(statistics.tests(customers(("control", 30), ("treatment", 9)), metrics(), planned(), **SETTINGS))
    assert found["treatment", "clicks_per_customer"]["difference"] is None
    found = rows_of(statistics.tests(customers(("control", 30), ("treatment", 10)), metrics(), planned(), **SETTINGS))
    assert found["treatment", "clicks_per_customer"]["difference"] is not None


# --- several experiments, money, guardrails, segments, power ---


def test_experiments_are_tested_apart() -> None:
    """Fails if arms, plans or customers of one experiment change the numbers of another with the same variant names."""
    one, other = (
        customers(("control", 60), ("treatment", 40)),
        customers(("control", 50), ("treatment", 50), experiment="f", seed=2),
    )
    both = statistics.tests(pa.concat_tables([one, other]), metrics(), planned(control=0.6, treatment=0.4), **SETTINGS)
    parts = {name: both.filter(pa.compute.equal(both["experiment"], name)) for name in ("e", "f")}
    assert parts["e"].equals(statistics.tests(one, metrics(), planned(control=0.6, treatment=0.4), **SETTINGS))
    assert parts["f"].equals(statistics.tests(other, metrics(), planned(), **SETTINGS))
    assert rows_of(parts["f"])["control", "sample_ratio"]["chi_square"] == pytest.approx(0)


def test_winsorised_revenue_caps_all_arms_at_the_quantile_of_buyers() -> None:
    """The 0.5 quantile of the revenues above 0 (1, 2, 3, 4, 100) is 3. Zeros would lower it to 0."""
    revenue = [0.0] * 15 + [1.0, 2.0, 3.0, 4.0, 100.0]
    table = customers(("control", 10), ("treatment", 10)).append_column("revenue", pa.array(revenue))
    metric = ("revenue_per_customer", "revenue", None, "welch", 0.5)
    assert statistics.winsor_cap(table, metrics([metric]).to_pylist()[0]) == 3.0
    assert statistics.winsor_cap(table, metrics([(*metric[:4], None)]).to_pylist()[0]) == math.inf
    assert statistics.winsor_cap(table.slice(0, 15), metrics([metric]).to_pylist()[0]) == math.inf
    arm = statistics.moments_of(table.slice(10), metrics([metric]).to_pylist()[0], 3.0)
    assert (arm.value, arm.active_count) == ((1 + 2 + 3 + 3 + 3) / 10, 5)


@pytest.mark.parametrize(("treated_value", "verdict"), [(1.0, "non_inferior"), (0.95, "boundary"), (0.85, "inferior")])
def test_margin_test_equals_welch_test_of_scaled_control(treated_value: float, verdict: str) -> None:
    """At exactly 5 % below the control, the p-value is 0.5: the data support neither side."""
    found = statistics.margin_p_value(
        Moments(2000, 900, treated_value, 0.5, 0.0, 0.0, 0.0), Moments(2500, 900, 1.0, 0.6, 0.0, 0.0, 0.0), 0.05
    )
    expected = stats.ttest_ind_from_stats(
        *(treated_value, math.sqrt(0.5), 2000),
        *(0.95, 0.95 * math.sqrt(0.6), 2500),
        equal_var=False,
        alternative="greater",
    )
    assert found == pytest.approx(expected.pvalue, rel=1e-9)
    assert {"non_inferior": found < 0.05, "boundary": found == pytest.approx(0.5), "inferior": found > 0.95}[verdict]


def test_cochran_q_equals_hand_computed_value() -> None:
    """Differences 1 and 4 with errors 1 and 2: weights 1 and 0.25, mean 1.6, Q = 0.36 + 0.25 × 5.76 = 1.8."""
    found = statistics.cochran_q(np.array([1.0, 4.0]), np.array([1.0, 2.0]))
    assert found["cochran_q"] == pytest.approx(1.8)
    assert found["heterogeneity_p_value"] == pytest.approx(0.179712, abs=1e-6)


def segmented(effect_of: dict[str, int], size: int = 60) -> pa.Table:
    """Segment tests of a share: each arm has ``size`` customers per segment, half of them active, and more in the treatment."""
    rows = [
        (segment, arm, place < size // 2 + (extra if arm == "treatment" else 0))
        for segment, extra in effect_of.items()
        for arm in ("control", "treatment")
        for place in range(size)
    ]
    table = customers(("control", len(rows))).drop_columns(["variant", "click_count"])
    table = table.append_column("variant", pa.array([arm for _, arm, _ in rows]))
    table = table.append_column("click_count", pa.array([int(active) for *_, active in rows]))
    ids = table["customer_id"].to_pylist()
    segments = pa.table(
        [["e"] * len(ids), ids, ["country"] * len(ids), [segment for segment, *_ in rows]], names=statistics.SEGMENT_COLUMNS
    )
    plans = pa.table({"experiment": ["e"], "primary_metric": ["clicked_share"]})
    return statistics.segment_tests(table, segments, metrics(), plans, **SEGMENT_SETTINGS)


def test_segments_with_opposite_effects_are_heterogeneous_and_equal_effects_are_not() -> None:
    found = segmented({"DE": 15, "FR": -15})
    assert found.schema == statistics.SEGMENT_SCHEMA
    assert found["difference"].to_pylist() == pytest.approx([0.25, -0.25])
    assert found["heterogeneity_p_value"].to_pylist() == pytest.approx([found["heterogeneity_p_value"][0].as_py()] * 2)
    assert found["heterogeneity_p_value"][0].as_py() < 1e-4
    assert segmented({"DE": 10, "FR": 10})["heterogeneity_p_value"][0].as_py() == pytest.approx(1)


def test_single_segment_has_no_heterogeneity_test_and_small_ones_no_effect() -> None:
    assert segmented({"DE": 10})["cochran_q"].to_pylist() == [None]
    small = segmented({"DE": 2, "FR": 2}, size=8)
    assert small["difference"].to_pylist() == [None, None]
    assert small["customer_count"].to_pylist() == [8, 8]


def test_power_equals_hand_computed_values() -> None:
    """Half of 100 customers clicked: variance 25 / 99. A tenth of 0.5 needs 7.848880 × 2 × 0.252525 / 0.05² = 1585.6 per arm.

    30 customers in 10 days are 3 per day, so that 3172 customers take 1057.3 days. Arms of 15 detect 2.801585 × 0.183494 / 0.5.
    """
    table = customers(("control", 100), ("treatment", 40), crossovers=3)
    clicks = pa.array([place % 2 for place in range(len(table))])
    table = table.drop_columns(["click_count"]).append_column("click_count", clicks)
    traffic = pa.table({"customer_count": [30], "day_count": [10]})
    found = statistics.power(table, metrics(METRICS[:1]), traffic, **SEGMENT_SETTINGS)
    assert found.schema == statistics.POWER_SCHEMA
    assert found["relative_effect"].to_pylist() == list(statistics.RELATIVE_EFFECTS)
    row = found.to_pylist()[statistics.RELATIVE_EFFECTS.index(0.1)]
    assert (row["customer_count"], row["control_value"], row["customers_needed"], row["days_needed"]) == (100, 0.5, 1586, 1058)
    assert row["detectable_effect"] == pytest.approx(1.028155, abs=1e-5)
    assert row["customers_per_day"] == 3


def test_power_without_customers_has_rows_without_numbers() -> None:
    empty = customers(("control", 20)).slice(0, 0)
    traffic = pa.table({"customer_count": pa.array([], pa.int64()), "day_count": pa.array([], pa.int64())})
    found = statistics.power(empty, metrics(), traffic, **SEGMENT_SETTINGS)
    assert len(found) == len(METRICS) * len(statistics.RELATIVE_EFFECTS)
    assert set(found["customer_count"].to_pylist()) == {0}
    assert set(found["customers_needed"].to_pylist()) == {None}
