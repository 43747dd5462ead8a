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
    ("clicked_share", "click_count", None, "two_proportion"),
    ("clicks_per_customer", "click_count", None, "welch"),
    ("click_rate", "click_count", "impression_count", "welch"),
]
SETTINGS: dict[str, Any] = {"control": "control", "fewest_customers": 10, "relevant_change": 0.1, "level": 0.95}


def metrics(rows: list[tuple] = METRICS) -> pa.Table:
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], names=statistics.METRIC_COLUMNS)


def planned(**shares: float) -> pa.Table:
    return pa.table(
        [pa.array(list(shares), pa.string()), pa.array(list(shares.values()), pa.float64())], ["variant", "planned_share"]
    )


def customers(*arms: tuple[str, int], crossovers: int = 0, seed: int = 1) -> pa.Table:
    """Return customers of each arm; crossover customers are added to the last arm."""
    variants = [arm for arm, count in arms for _ in range(count)] + [arms[-1][0]] * crossovers
    count, rng = len(variants), np.random.default_rng(seed)
    impressions = 5 * rng.integers(1, 6, count)
    numbers = {"impression_count": impressions, "click_count": rng.binomial(impressions, 0.1)}
    numbers |= {"purchase_count": np.zeros(count, np.int64), "order_count": rng.poisson(1, count)}
    return pa.table(
        {
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
    found = statistics.compared(treated, control, "welch", 0.1, 0.95)
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
    found = statistics.compared(treated, control, "two_proportion", 0.1, 0.95)
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
    assert not statistics.is_comparable(treated, control)
    assert statistics.is_comparable(treated, Moments(100, 50, 0.5, 0.25, 3.0, 6.0, 0.0))


def test_small_arms_are_not_compared() -> None:
    found = rows_of(statistics.tests(customers(("control", 30), ("treatment", 9)), metrics(), planned(), **SETTINGS))
    assert found["treatment", "clicks_per_customer"]["difference"] is None
    found = rows_of(statistics.tests(customers(("control", 30), ("treatment", 10)), metrics(), planned(), **SETTINGS))
    assert found["treatment", "clicks_per_customer"]["difference"] is not None
