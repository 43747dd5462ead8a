"""Tests and confidence intervals of A/B experiments whose unit is the customer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy

METRIC_COLUMNS = ("metric", "numerator", "denominator", "test", "winsor_quantile")
PLANNED_COLUMNS = ("experiment", "variant", "planned_share")
KEY_COLUMNS = ("experiment", "variant", "customer_id")
PLAN_COLUMNS = ("experiment", "primary_metric")
SEGMENT_COLUMNS = ("experiment", "customer_id", "attribute", "attribute_value")
TRAFFIC_COLUMNS = ("customer_count", "day_count")
BASE_COLUMNS = (*KEY_COLUMNS, "is_crossover", "strength_before")
SAMPLE_RATIO = "sample_ratio"  # metric of the rows that test the sizes of the arms
TWO_PROPORTION = "two_proportion"  # test of metrics whose numerator is 0 or 1 per customer
FEWEST_ACTIVE = 10  # minimum number of customers of both arms together with a numerator above 0
POWER = 0.8  # probability of finding a difference of detectable_difference
NARROWEST_AT = 1000  # number of customers of both arms at which the always-valid interval is narrowest
TEST_NUMBERS = (
    *("value", "control_value", "difference", "ci_low", "ci_high", "relative_difference", "relative_ci_low", "relative_ci_high"),
    *("p_value", "cuped_difference", "cuped_ci_low", "cuped_ci_high", "variance_reduction"),
    *("always_valid_low", "always_valid_high", "detectable_difference", "customers_needed", "margin_p_value"),
    *("expected_share", "chi_square"),
)
SEGMENT_NUMBERS = (
    *("value", "control_value", "difference", "ci_low", "ci_high"),
    *("cochran_q", "heterogeneity_p_value"),
)
POWER_NUMBERS = (
    *("relative_effect", "control_value", "standard_deviation", "customers_needed", "days_needed", "detectable_effect"),
    "customers_per_day",
)
RELATIVE_EFFECTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # shares of the control's value, from hard to easy to detect


def schema_of(keys: Sequence[str], counts: Sequence[str], numbers: Sequence[str]) -> pa.Schema:
    """Schema of a result: text keys, whole numbers, and numbers."""
    kinds = ((keys, pa.string()), (counts, pa.int64()), (numbers, pa.float64()))
    return pa.schema([(name, kind) for names, kind in kinds for name in names])


TEST_SCHEMA = schema_of(("experiment", "variant", "metric", "test"), (), TEST_NUMBERS)
SEGMENT_SCHEMA = schema_of(
    ("experiment", "variant", "metric", "attribute", "attribute_value"),
    ("customer_count", "control_customer_count"),
    SEGMENT_NUMBERS,
)
POWER_SCHEMA = schema_of(("metric",), ("customer_count",), POWER_NUMBERS)


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
    margin: float,
    level: float,
) -> pa.Table:
    """Run all tests of each experiment: the sizes of its arms, and each metric of each variant against the control.

    Parameters
    ----------
    customers
        ``BASE_COLUMNS`` and the columns named in ``metrics``, one row per experiment, customer and variant.
    metrics
        ``METRIC_COLUMNS``: numerator and denominator are columns of ``customers``; the denominator is NULL for a mean over
        customers. The test is ``two_proportion`` (1 if the numerator is above 0) or ``welch``. Numerators above the
        winsor_quantile are set to it, see :func:`winsor_cap`.
    planned
        ``PLANNED_COLUMNS``: planned shares of customers per variant; they are divided by their sum. A variant without a row gets
        an equal share.
    control
        Variant with which the others are compared.
    fewest_customers
        Minimum number of customers of a compared arm.
    relevant_change
        Smallest change worth finding, as a share of the control's value.
    margin
        Largest acceptable decrease of a guardrail, as a share of the control's value.
    level
        Confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``TEST_SCHEMA``. Metric ``sample_ratio``: one row per arm, with its share (value), its expected share, and the chi-square
        and p-value of all arms together. Other metrics: one row per metric and variant other than the control; all numbers are
        NULL if there is too little data. Customers of several variants are left out.
    """
    rows = []
    for experiment in experiments_of(customers):
        shown = customers.filter(pc.equal(customers["experiment"], experiment))
        plan = planned.filter(pc.equal(planned["experiment"], experiment))
        shares = dict(zip(plan["variant"].to_pylist(), plan["planned_share"].to_pylist(), strict=True))
        arms = sorted({*shown["variant"].to_pylist(), *shares})
        of_arms = by_arm(shown, arms)
        found = sample_ratio({arm: len(part) for arm, part in of_arms.items()}, shares)
        for metric in metrics.to_pylist() if control in of_arms else []:
            for arm, pair in pairs(of_arms, metric, control).items():
                row: dict[str, Any] = {"variant": arm, "metric": metric["metric"], "test": metric["test"]}
                if is_comparable(*pair, fewest_customers):
                    row |= compared(*pair, metric["test"], relevant_change, margin, level)
                found.append(row)
        rows += [{"experiment": experiment, **row} for row in found]
    return table_of(rows, TEST_SCHEMA)


def segment_tests(
    customers: pa.Table,
    segments: pa.Table,
    metrics: pa.Table,
    plans: pa.Table,
    *,
    control: str,
    fewest_customers: int,
    level: float,
) -> pa.Table:
    """Compare the primary metric of each variant with the control within segments of customers.

    Parameters
    ----------
    customers, metrics, control, fewest_customers, level
        As in :func:`tests`. Numerators are winsorised at the cap of all customers of the experiment.
    segments
        ``SEGMENT_COLUMNS``: one value of each attribute per experiment and customer.
    plans
        ``PLAN_COLUMNS``: the primary metric of each experiment.

    Returns
    -------
    pyarrow.Table
        ``SEGMENT_SCHEMA``: one row per experiment, variant other than the control, attribute and value. cochran_q and
        heterogeneity_p_value compare the effects of all values of the attribute that have enough data; they are the same in all
        these rows.
    """
    rows = []
    metric_of = {metric["metric"]: metric for metric in metrics.to_pylist()}
    primary_of = dict(zip(*(plans[name].to_pylist() for name in PLAN_COLUMNS), strict=True))
    for experiment in experiments_of(customers):
        metric = metric_of[primary_of[experiment]]
        alone = customers.filter(pc.and_(pc.equal(customers["experiment"], experiment), pc.invert(customers["is_crossover"])))
        arms = sorted(set(alone["variant"].to_pylist()))
        values_of = attribute_values(alone["customer_id"], segments.filter(pc.equal(segments["experiment"], experiment)))
        cap = winsor_cap(alone, metric)
        for attribute, values in sorted(values_of.items()) if control in arms else []:
            found: dict[str, list[dict[str, Any]]] = {arm: [] for arm in arms if arm != control}
            effects: dict[str, list[tuple[float, float]]] = {arm: [] for arm in found}
            for value in sorted(set(values)):
                of_arms = by_arm(alone.filter(pa.array(values == value)), arms)
                for arm, pair in pairs(of_arms, metric, control, cap).items():
                    row = {"attribute_value": value, "customer_count": pair[0].count, "control_customer_count": pair[1].count}
                    if is_comparable(*pair, fewest_customers):
                        row |= effect(*pair, metric["test"], level)
                        effects[arm].append((row["difference"], difference_error(*pair)))
                    found[arm].append(row)
            for arm, part in found.items():
                key = {"experiment": experiment, "variant": arm, "metric": metric["metric"], "attribute": attribute}
                heterogeneity = cochran_q(*np.array(effects[arm]).T) if len(effects[arm]) > 1 else {}
                rows += [{**key, **row, **(heterogeneity if "difference" in row else {})} for row in part]
    return table_of(rows, SEGMENT_SCHEMA)


def power(
    customers: pa.Table,
    metrics: pa.Table,
    traffic: pa.Table,
    *,
    control: str,
    fewest_customers: int,
    level: float,
) -> pa.Table:
    """Sizes of experiments with a control and one variant that detect an effect with probability ``POWER``.

    Parameters
    ----------
    customers, metrics, control, fewest_customers, level
        As in :func:`tests`. Only customers who were shown no variant but the control are used.
    traffic
        ``TRAFFIC_COLUMNS``, one row: customers of all variants who were shown lists, and the number of these days.

    Returns
    -------
    pyarrow.Table
        ``POWER_SCHEMA``: one row per metric and relative effect. detectable_effect, a share of the control's value, is what two
        equal arms of the customers of the traffic detect. Numbers are NULL with too little data.
    """
    rows: list[dict[str, Any]] = []
    alone = by_arm(customers, [control])[control]
    shown_count, day_count = (traffic[name][0].as_py() for name in TRAFFIC_COLUMNS) if len(traffic) else (0, 0)
    for metric in metrics.to_pylist():
        arm = moments_of(alone, metric, winsor_cap(alone, metric))
        found: dict[str, Any] = {"metric": metric["metric"], "customer_count": arm.count}
        is_known = arm.count >= fewest_customers and arm.active_count >= FEWEST_ACTIVE and arm.variance > 0
        if is_known:
            detectable = detectable_errors(level) * math.sqrt(2 * arm.variance / (shown_count / 2)) / arm.value
            found |= {"control_value": arm.value, "standard_deviation": math.sqrt(arm.variance), "detectable_effect": detectable}
            found["customers_per_day"] = shown_count / day_count
        for relative_effect in RELATIVE_EFFECTS:
            row = {**found, "relative_effect": relative_effect}
            if is_known:
                needed = customers_needed(2 * arm.variance, relative_effect * arm.value, level)
                row |= {"customers_needed": needed, "days_needed": math.ceil(2 * needed * day_count / shown_count)}
            rows.append(row)
    return table_of(rows, POWER_SCHEMA)


def table_of(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Table of the rows; missing values and NaN are NULL."""
    columns = [pa.array([row.get(field.name) for row in rows], field.type, from_pandas=True) for field in schema]
    return pa.table(columns, schema=schema)


def experiments_of(customers: pa.Table) -> list[str]:
    """Names of the experiments of the customers, in alphabetical order."""
    return sorted(pc.unique(customers["experiment"]).to_pylist())


def by_arm(customers: pa.Table, arms: Sequence[str]) -> dict[str, pa.Table]:
    """Customers of each arm, without those of several variants."""
    alone = customers.filter(pc.invert(customers["is_crossover"]))
    return {arm: alone.filter(pc.equal(alone["variant"], arm)) for arm in arms}


def pairs(
    of_arms: dict[str, pa.Table], metric: dict[str, Any], control: str, cap: float | None = None
) -> dict[str, tuple[Moments, Moments]]:
    """Moments of each variant and of the control. ``cap`` defaults to the cap of all arms together."""
    if cap is None:
        cap = winsor_cap(pa.concat_tables(of_arms.values()), metric)
    found = {arm: moments_of(part, metric, cap) for arm, part in of_arms.items()}
    return {arm: (part, found[control]) for arm, part in found.items() if arm != control}


def attribute_values(customer_ids: pa.ChunkedArray, segments: pa.Table) -> dict[str, np.ndarray]:
    """Value of each attribute for each customer, of shape (customers,); a customer without a row has the value unknown."""
    place = {customer_id: number for number, customer_id in enumerate(customer_ids.to_pylist())}
    found: dict[str, np.ndarray] = {}
    for row in segments.to_pylist():
        values = found.setdefault(row["attribute"], np.full(len(place), "unknown", dtype=object))
        if row["customer_id"] in place:
            values[place[row["customer_id"]]] = row["attribute_value"]
    return found


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


def winsor_cap(customers: pa.Table, metric: dict[str, Any]) -> float:
    """Largest numerator that counts in full: the winsor_quantile of the numerators above 0; infinity without a quantile.

    All arms share the cap, so that it can't favour one of them. Zeros don't count: with few buyers, the quantile over all
    customers would be 0.
    """
    if metric["winsor_quantile"] is None:
        return math.inf
    numerators = customers[metric["numerator"]].to_numpy()
    numerators = numerators[numerators > 0]
    return float(np.quantile(numerators, metric["winsor_quantile"])) if len(numerators) else math.inf


def moments_of(customers: pa.Table, metric: dict[str, Any], cap: float) -> Moments:
    """Moments over customers of the metric in one row of ``METRIC_COLUMNS``; numerators are at most ``cap``."""
    numerator = np.minimum(customers[metric["numerator"]].to_numpy().astype(np.float64), cap)
    if metric["test"] == TWO_PROPORTION:
        numerator = (numerator > 0).astype(np.float64)
    denominator = customers[metric["denominator"]].to_numpy() if metric["denominator"] else np.ones(len(numerator))
    return moments(numerator, denominator.astype(np.float64), customers["strength_before"].to_numpy())


def is_comparable(treated: Moments, control: Moments, fewest_customers: int) -> bool:
    """Whether both arms are large enough, enough customers were active, and their values differ."""
    return (
        min(treated.count, control.count) >= fewest_customers
        and treated.active_count + control.active_count >= FEWEST_ACTIVE
        and treated.variance + control.variance > 0
    )


def compared(
    treated: Moments, control: Moments, test: str, relevant_change: float, margin: float, level: float
) -> dict[str, float]:
    """Difference of two arms with tests and intervals: the numbers of ``TEST_SCHEMA`` except those of the sample ratio."""
    found = effect(treated, control, test, level)
    difference, error, tail = found["difference"], difference_error(treated, control), (1 - level) / 2
    always_valid = always_valid_errors(treated.count + control.count, 1 - level) * error
    return {
        **found,
        **relative_difference(treated, control, scipy.stats.norm.isf(tail)),
        **cuped(treated, control, tail),
        **{"always_valid_low": difference - always_valid, "always_valid_high": difference + always_valid},
        "detectable_difference": detectable_errors(level) * error,
        "customers_needed": customers_needed(treated.variance + control.variance, relevant_change * control.value, level),
        "margin_p_value": margin_p_value(treated, control, margin),
    }


def effect(treated: Moments, control: Moments, test: str, level: float) -> dict[str, float]:
    """Difference of two arms with its interval and p-value, valid for one look at the end."""
    difference, error = treated.value - control.value, difference_error(treated, control)
    if test == TWO_PROPORTION:
        p_value, (low, high) = proportions_p_value(treated, control), newcombe_interval(treated, control, level)
    else:
        degrees = welch_degrees((treated.squared_error, control.squared_error), (treated.count, control.count))
        half_width = scipy.stats.t.isf((1 - level) / 2, degrees) * error
        p_value, low, high = (
            2 * scipy.stats.t.sf(abs(difference) / error, degrees),
            difference - half_width,
            difference + half_width,
        )
    return {
        **{"value": treated.value, "control_value": control.value, "difference": difference},
        **{"ci_low": low, "ci_high": high, "p_value": p_value},
    }


def difference_error(treated: Moments, control: Moments) -> float:
    """Standard error of the difference of two arms."""
    return math.sqrt(treated.squared_error + control.squared_error)


def detectable_errors(level: float) -> float:
    """Smallest difference, in standard errors, that a two-sided test detects with probability ``POWER``.

    The probability of a significant difference in the wrong direction is left out.
    """
    return scipy.stats.norm.isf((1 - level) / 2) + scipy.stats.norm.isf(1 - POWER)


def customers_needed(variances: float, change: float, level: float) -> float:
    """Customers per arm that detect a change; ``variances`` is the sum of both arms. NaN without a change."""
    return math.ceil(detectable_errors(level) ** 2 * variances / change**2) if change else math.nan


def margin_p_value(treated: Moments, control: Moments, margin: float) -> float:
    """One-sided p-value of the hypothesis that a metric falls by at least ``margin``, a share of the control's value.

    Welch's test of the treated customers against the control's values times 1 - margin. A small value shows that the variant is
    not inferior, and a value near 1 that it is. The test includes the error of the control's value.
    Source: Pigeot, Schäfer, Röhmel and Hauschke 2003, Statistics in Medicine 22, the ratio test of non-inferiority.
    """
    kept = 1 - margin
    squared_errors = (treated.squared_error, kept**2 * control.squared_error)
    degrees = welch_degrees(squared_errors, (treated.count, control.count))
    return scipy.stats.t.sf((treated.value - kept * control.value) / math.sqrt(sum(squared_errors)), degrees)


def cochran_q(differences: np.ndarray, errors: np.ndarray) -> dict[str, float]:
    """Cochran's test of equal effects in segments, from differences and their standard errors, both of shape (segments,).

    Source: Cochran 1954, The combination of estimates from different experiments, Biometrics 10.
    """
    weights = 1 / errors**2
    mean = weights @ differences / weights.sum()
    statistic = float(weights @ (differences - mean) ** 2)
    return {"cochran_q": statistic, "heterogeneity_p_value": scipy.stats.chi2.sf(statistic, len(differences) - 1)}


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
