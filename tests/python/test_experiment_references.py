"""Each figure of an experiment equals that of statsmodels or SciPy."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.power import normal_sample_size_one_tail
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from warehouse_recommender.experiments import statistics
from warehouse_recommender.experiments.statistics import Moments

SIZES = (350, 420)
MARGIN, LEVEL = 0.05, 0.95


@pytest.fixture(scope="module")
def arms() -> list[pd.DataFrame]:
    """Customers of the treated and of the control: lists, clicks that follow lists, and orders that follow the strength."""
    rng = np.random.default_rng(3)
    found = []
    for size, rate in zip(SIZES, (0.25, 0.2), strict=True):
        strength, lists = rng.gamma(2, 1, size), rng.integers(1, 8, size)
        clicks = rng.binomial(lists, rate)
        found.append(pd.DataFrame({"strength": strength, "lists": lists, "clicks": clicks, "orders": rng.poisson(strength)}))
    return found


def compared(arms: list[pd.DataFrame], numerator: str, test: str, denominator: str | None = None) -> dict[str, float]:
    def of(arm: pd.DataFrame) -> Moments:
        values = (arm[numerator] > 0) if test == statistics.TWO_PROPORTION else arm[numerator]
        divisor = np.ones(len(arm)) if denominator is None else arm[denominator].to_numpy(float)
        return statistics.moments(values.to_numpy(float), divisor, arm["strength"].to_numpy())

    return statistics.compared(of(arms[0]), of(arms[1]), test, 0.1, MARGIN, LEVEL)


def equals(found: float | tuple, expected: float | tuple) -> bool:
    return found == pytest.approx(expected, rel=1e-9)


def test_shares_equal_statsmodels(arms: list[pd.DataFrame]) -> None:
    found = compared(arms, "clicks", statistics.TWO_PROPORTION)
    hits = [int((arm["clicks"] > 0).sum()) for arm in arms]
    assert equals(found["p_value"], proportions_ztest(hits, SIZES)[1])
    interval = confint_proportions_2indep(hits[0], SIZES[0], hits[1], SIZES[1], method="newcomb")
    assert equals((found["ci_low"], found["ci_high"]), interval)


def test_means_equal_statsmodels(arms: list[pd.DataFrame]) -> None:
    found = compared(arms, "orders", "welch")
    means = CompareMeans(*(DescrStatsW(arm["orders"]) for arm in arms))
    assert equals(found["p_value"], means.ttest_ind(usevar="unequal")[1])
    assert equals((found["ci_low"], found["ci_high"]), means.tconfint_diff(usevar="unequal"))


def test_relative_difference_equals_the_delta_method_of_scipy_errors(arms: list[pd.DataFrame]) -> None:
    found = compared(arms, "orders", "welch")
    treated, control = (arm["orders"].mean() for arm in arms)
    error = math.hypot(*(stats.sem(arm["orders"]) / arm["orders"].mean() for arm in arms))
    low, high = stats.lognorm.interval(LEVEL, error, scale=treated / control)
    assert equals(found["relative_difference"], treated / control - 1)
    assert equals((1 + found["relative_ci_low"], 1 + found["relative_ci_high"]), (low, high))


def test_error_of_a_ratio_equals_a_regression_with_clusters(arms: list[pd.DataFrame]) -> None:
    """A row per list, with customers as clusters: the sandwich error of the mean is the delta-method error of clicks per list."""
    arm = arms[0]
    moments = statistics.moments(*(arm[name].to_numpy(float) for name in ("clicks", "lists", "strength")))
    owner = np.repeat(np.arange(len(arm)), arm["lists"])
    place = np.concatenate([np.arange(count) for count in arm["lists"]])
    clicked = (place < arm["clicks"].to_numpy()[owner]).astype(float)
    fit = sm.OLS(clicked, np.ones(len(clicked))).fit(cov_type="cluster", cov_kwds={"groups": owner})
    assert equals(moments.value, fit.params[0])
    assert equals(math.sqrt(moments.squared_error), fit.bse[0])


def test_guardrail_equals_the_one_sided_welch_test_of_scipy(arms: list[pd.DataFrame]) -> None:
    found = compared(arms, "orders", "welch")["margin_p_value"]
    kept = (1 - MARGIN) * arms[1]["orders"]
    assert equals(found, stats.ttest_ind(arms[0]["orders"], kept, equal_var=False, alternative="greater").pvalue)


def test_cuped_difference_equals_a_regression_of_statsmodels(arms: list[pd.DataFrame]) -> None:
    found = compared(arms, "orders", "welch")
    both = pd.concat(arms)
    design = np.column_stack([np.ones(len(both)), np.repeat([1.0, 0.0], SIZES), both["strength"]])
    fit = sm.OLS(both["orders"].to_numpy(float), design).fit()
    assert equals(found["cuped_difference"], fit.params[1])
    left = [arm["orders"] - fit.params[2] * arm["strength"] for arm in arms]
    interval = stats.ttest_ind(*left, equal_var=False).confidence_interval(LEVEL)
    assert equals((found["cuped_ci_low"], found["cuped_ci_high"]), tuple(interval))
    errors = [math.hypot(*(stats.sem(arm) for arm in pair)) for pair in (left, [arm["orders"] for arm in arms])]
    assert equals(found["variance_reduction"], 1 - (errors[0] / errors[1]) ** 2)


def test_sample_ratio_equals_scipy() -> None:
    found = statistics.sample_ratio({"a": 480, "b": 530, "c": 250}, {"a": 0.4, "b": 0.4, "c": 0.2})[0]
    expected = stats.chisquare([480, 530, 250], 1260 * np.array([0.4, 0.4, 0.2]))
    assert equals((found["chi_square"], found["p_value"]), tuple(expected))


def test_sample_sizes_equal_statsmodels(arms: list[pd.DataFrame]) -> None:
    """Two arms of n customers: the difference has the standard deviation of one arm with both variances."""
    found = compared(arms, "orders", "welch")
    variances = sum(arm["orders"].var() for arm in arms)
    change = 0.1 * arms[1]["orders"].mean()
    needed = normal_sample_size_one_tail(change, statistics.POWER, (1 - LEVEL) / 2, math.sqrt(variances))
    assert found["customers_needed"] == math.ceil(needed)
    assert equals((statistics.detectable_errors(LEVEL) / change) ** 2 * variances, needed)
    error = math.hypot(*(stats.sem(arm["orders"]) for arm in arms))
    detected = normal_sample_size_one_tail(found["detectable_difference"], statistics.POWER, (1 - LEVEL) / 2, error)
    assert equals(detected, 1.0)


def test_heterogeneity_equals_the_meta_analysis_of_statsmodels() -> None:
    differences, errors = np.array([0.1, 0.3, -0.05, 0.2]), np.array([0.05, 0.1, 0.08, 0.06])
    found = statistics.cochran_q(differences, errors)
    expected = combine_effects(differences, errors**2)
    assert equals(found["cochran_q"], expected.q)
    assert equals(found["heterogeneity_p_value"], expected.test_homogeneity().pvalue)
