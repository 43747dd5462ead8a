"""Tests and confidence intervals of an A/B experiment whose unit is the customer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy

METRIC_COLUMNS = ("metric", "numerator", "denominator", "test")
PLANNED_COLUMNS = ("variant", "planned_share")
KEY_COLUMNS = ("variant", "customer_id")
BASE_COLUMNS = (*KEY_COLUMNS, "is_crossover", "strength_before")
SAMPLE_RATIO = "sample_ratio"  # metric of the rows that test the sizes of the arms
TWO_PROPORTION = "two_proportion"  # test of metrics whose numerator is 0 or 1 per customer
FEWEST_ACTIVE = 10  # minimum number of customers of both arms together with a numerator above 0
POWER = 0.8  # probability of finding a difference of detectable_difference
NARROWEST_AT = 1000  # number of customers of both arms at which the always-valid interval is narrowest
TEST_NUMBERS = (
    *("value", "control_value", "difference", "ci_low", "ci_high", "relative_difference", "relative_ci_low", "relative_ci_high"),
    *("p_value", "cuped_difference", "cuped_ci_low", "cuped_ci_high", "variance_reduction"),
    *("always_valid_low", "always_valid_high", "detectable_difference", "customers_needed", "expected_share", "chi_square"),
)
TEST_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in ("variant", "metric", "test")), *((name, pa.float64()) for name in TEST_NUMBERS)]
)


@dataclass(frozen=True)
class Moments:
    """Moments of a metric over the customers of one arm.

    A metric is the ratio of two sums over customers. A customer's deviation from it is linear in both (delta method; Deng, Lu and
    Litz 2017, Trustworthy analysis of online A/B tests). For a plain mean it is the usual deviation.

    Attributes
    ----------
    count, active_count
        Number of customers, and number of customers with a numerator above 0.
    value
        Sum of the numerators divided by the sum of the denominators; NaN if the divisor is 0.
    variance
        Variance of the deviations; NaN with fewer than two customers, as are the following.
    strength, strength_variance, covariance
        Mean and variance of the strength before the experiment, and its covariance with the deviations.
    """

    count: int
    active_count: int
    value: float
    variance: float
    strength: float
    strength_variance: float
    covariance: float

    @property
    def squared_error(self) -> float:
        """Squared standard error of ``value``."""
        return self.variance / self.count


def moments(numerator: np.ndarray, denominator: np.ndarray, strength: np.ndarray) -> Moments:
    """Moments of a metric over customers, all of shape (customers,)."""
    count = len(numerator)
    if not denominator.sum():
        return Moments(count, 0, *[math.nan] * 5)
    value = numerator.sum() / denominator.sum()
    deviations = (numerator - value * denominator) / denominator.mean()
    strengths = strength - strength.mean()
    products = np.array([deviations @ deviations, strengths @ strengths, deviations @ strengths])
    variance, strength_variance, covariance = products / (count - 1) if count > 1 else [math.nan] * 3
    return Moments(count, int((numerator > 0).sum()), value, variance, strength.mean(), strength_variance, covariance)


def customer_columns(metrics: pa.Table) -> list[str]:
    """Columns of the customers that the tests of the metrics read."""
    named = [*metrics["numerator"].to_pylist(), *metrics["denominator"].to_pylist()]
    return [*BASE_COLUMNS, *dict.fromkeys(name for name in named if name)]


def tests(
    customers: pa.Table,
    metrics: pa.Table,
    planned: pa.Table,
    *,
    control: str,
    fewest_customers: int,
    relevant_change: float,
    level: float,
) -> pa.Table:
    """Run all tests of an experiment: the sizes of its arms, and each metric of each variant against the control.

    Parameters
    ----------
    customers
        ``BASE_COLUMNS`` and the columns named in ``metrics``, one row per customer and variant.
    metrics
        ``METRIC_COLUMNS``: numerator and denominator are columns of ``customers``; the denominator is NULL for a mean over
        customers. The test is ``two_proportion`` (1 if the numerator is above 0) or ``welch``.
    planned
        ``PLANNED_COLUMNS``: planned shares of customers per variant; they are divided by their sum. A variant without a row gets
        an equal share.
    control
        Variant with which the others are compared.
    fewest_customers
        Minimum number of customers of a compared arm.
    relevant_change
        Smallest change worth finding, as a share of the control's value.
    level
        Confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``TEST_SCHEMA``. Metric ``sample_ratio``: one row per arm, with its share (value), its expected share, and the chi-square
        and p-value of all arms together. Other metrics: one row per metric and variant other than the control; all numbers are
        NULL if there is too little data. Customers of several variants are left out.
    """
    alone = customers.filter(pc.invert(customers["is_crossover"]))
    shares = dict(zip(*(planned[name].to_pylist() for name in PLANNED_COLUMNS), strict=True))
    arms = sorted({*customers["variant"].to_pylist(), *shares}) if len(customers) else []
    of_arms = {arm: alone.filter(pc.equal(alone["variant"], arm)) for arm in arms}
    rows = sample_ratio({arm: len(part) for arm, part in of_arms.items()}, shares)
    for metric in metrics.to_pylist() if control in of_arms else []:
        found = {arm: moments_of(part, metric) for arm, part in of_arms.items()}
        for arm in arms:
            if arm == control:
                continue
            row: dict[str, Any] = {"variant": arm, "metric": metric["metric"], "test": metric["test"]}
            pair = found[arm], found[control]
            if all(part.count >= fewest_customers for part in pair) and is_comparable(*pair):
                row |= compared(*pair, metric["test"], relevant_change, level)
            rows.append(row)
    columns = {field.name: [row.get(field.name) for row in rows] for field in TEST_SCHEMA}
    return pa.table([pa.array(columns[field.name], field.type, from_pandas=True) for field in TEST_SCHEMA], schema=TEST_SCHEMA)


def sample_ratio(counts: dict[str, int], planned: dict[str, float]) -> list[dict[str, Any]]:
    """Pearson's chi-square test of the sizes of all arms against their expected shares.

    Source: Fabijan et al. 2019, Diagnosing sample ratio mismatch in online controlled experiments.
    """
    weights = {arm: planned.get(arm, 1 / len(counts)) for arm in counts}
    expected, total = {arm: weight / sum(weights.values()) for arm, weight in weights.items()}, sum(counts.values())
    chi_square, p_value = math.nan, math.nan
    if len(counts) > 1 and total:
        chi_square, p_value = scipy.stats.chisquare(list(counts.values()), [share * total for share in expected.values()])
    return [
        {
            **{"variant": arm, "metric": SAMPLE_RATIO, "test": "chi_square", "expected_share": expected[arm]},
            **{"value": count / total if total else math.nan, "chi_square": chi_square, "p_value": p_value},
        }
        for arm, count in counts.items()
    ]


def moments_of(customers: pa.Table, metric: dict[str, str | None]) -> Moments:
    """Moments over customers of the metric in one row of ``METRIC_COLUMNS``."""
    numerator = customers[metric["numerator"]].to_numpy().astype(np.float64)
    if metric["test"] == TWO_PROPORTION:
        numerator = (numerator > 0).astype(np.float64)
    denominator = customers[metric["denominator"]].to_numpy() if metric["denominator"] else np.ones(len(numerator))
    return moments(numerator, denominator.astype(np.float64), customers["strength_before"].to_numpy())


def is_comparable(treated: Moments, control: Moments) -> bool:
    """Whether enough customers were active, and their values differ."""
    return treated.active_count + control.active_count >= FEWEST_ACTIVE and treated.variance + control.variance > 0


def compared(treated: Moments, control: Moments, test: str, relevant_change: float, level: float) -> dict[str, float]:
    """Difference of two arms with tests and intervals: the numbers of ``TEST_SCHEMA`` except those of the sample ratio."""
    tail = (1 - level) / 2
    difference, squared_errors = treated.value - control.value, (treated.squared_error, control.squared_error)
    error = math.sqrt(sum(squared_errors))
    if test == TWO_PROPORTION:
        p_value, (low, high) = proportions_p_value(treated, control), newcombe_interval(treated, control, level)
    else:
        degrees = welch_degrees(squared_errors, (treated.count, control.count))
        p_value, half_width = 2 * scipy.stats.t.sf(abs(difference) / error, degrees), scipy.stats.t.isf(tail, degrees) * error
        low, high = difference - half_width, difference + half_width
    z = scipy.stats.norm.isf(tail)
    detectable = (z + scipy.stats.norm.isf(1 - POWER)) * error
    needed = (detectable / error) ** 2 * (treated.variance + control.variance)
    always_valid = always_valid_errors(treated.count + control.count, 1 - level) * error
    return {
        **{"value": treated.value, "control_value": control.value, "difference": difference, "ci_low": low, "ci_high": high},
        **relative_difference(treated, control, z),
        "p_value": p_value,
        **cuped(treated, control, tail),
        **{"always_valid_low": difference - always_valid, "always_valid_high": difference + always_valid},
        "detectable_difference": detectable,
        "customers_needed": math.ceil(needed / (relevant_change * control.value) ** 2) if control.value else math.nan,
    }


def proportions_p_value(treated: Moments, control: Moments) -> float:
    """Two-sided z test of two shares with the pooled share."""
    pooled = (treated.value * treated.count + control.value * control.count) / (treated.count + control.count)
    error = math.sqrt(pooled * (1 - pooled) * (1 / treated.count + 1 / control.count))
    return 2 * scipy.stats.norm.sf(abs(treated.value - control.value) / error)


def newcombe_interval(treated: Moments, control: Moments, level: float) -> tuple[float, float]:
    """Interval of the difference of two shares from two Wilson intervals.

    Source: Newcombe 1998, Statistics in Medicine 17, method 10.
    """
    one, other = (
        scipy.stats.binomtest(arm.active_count, arm.count).proportion_ci(level, method="wilson") for arm in (treated, control)
    )
    difference = treated.value - control.value
    low = math.hypot(treated.value - one.low, other.high - control.value)
    high = math.hypot(one.high - treated.value, control.value - other.low)
    return difference - low, difference + high


def welch_degrees(squared_errors: Sequence[float], counts: Sequence[int]) -> float:
    """Degrees of freedom of the difference of two means with unequal variances (Welch 1947)."""
    parts = sum(error**2 / (count - 1) for error, count in zip(squared_errors, counts, strict=True))
    return sum(squared_errors) ** 2 / parts


def relative_difference(treated: Moments, control: Moments, z: float) -> dict[str, float]:
    """Ratio of two values minus 1, with the delta-method interval of its logarithm. Empty if a value is 0."""
    if not (treated.value > 0 and control.value > 0):
        return {}
    log_ratio = math.log(treated.value / control.value)
    half_width = z * math.sqrt(sum(arm.squared_error / arm.value**2 for arm in (treated, control)))
    return {
        "relative_difference": math.expm1(log_ratio),
        "relative_ci_low": math.expm1(log_ratio - half_width),
        "relative_ci_high": math.expm1(log_ratio + half_width),
    }


def cuped(treated: Moments, control: Moments, tail: float) -> dict[str, float]:
    """The difference adjusted for the strength before the experiment (Deng, Xu, Kohavi and Walker 2013, CUPED).

    Both arms share one slope, from deviations within the arms, so that the adjustment doesn't remove the effect itself.
    """
    arms = (treated, control)
    spread = sum(arm.strength_variance * (arm.count - 1) for arm in arms)
    slope = sum(arm.covariance * (arm.count - 1) for arm in arms) / spread if spread else 0.0
    difference = treated.value - control.value - slope * (treated.strength - control.strength)
    squared_errors = [
        max(arm.variance - 2 * slope * arm.covariance + slope**2 * arm.strength_variance, 0.0) / arm.count for arm in arms
    ]
    found = {
        "cuped_difference": difference,
        "variance_reduction": 1 - sum(squared_errors) / (treated.squared_error + control.squared_error),
    }
    if sum(squared_errors):
        degrees = welch_degrees(squared_errors, [arm.count for arm in arms])
        half_width = scipy.stats.t.isf(tail, degrees) * math.sqrt(sum(squared_errors))
        found |= {"cuped_ci_low": difference - half_width, "cuped_ci_high": difference + half_width}
    return found


def always_valid_errors(count: int, alpha: float) -> float:
    """Half-width, in standard errors, of an interval valid at all numbers of customers at once, however often results are viewed.

    The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52, theorem
    2.2, narrowest at ``NARROWEST_AT`` customers.
    """
    scaled = count * (math.log(1 - 2 * math.log(alpha)) - 2 * math.log(alpha)) / NARROWEST_AT
    return math.sqrt((1 + 1 / scaled) * (math.log(scaled + 1) - 2 * math.log(alpha)))
