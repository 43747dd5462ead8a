"""Experiment statistics keep their stated error rates in simulated experiments with planted effects."""

import numpy as np
import pytest
from scipy import stats

from warehouse_recommender.experiments import statistics
from warehouse_recommender.experiments.statistics import Moments

SIMULATIONS = 1000
ARM = 400  # customers per arm
KINDS = ("mean", "share", "ratio")


def arms(kind: str, count: int, lift: float, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Numerators and denominators of the treated and of the control, each of shape (SIMULATIONS, count).

    Customers differ in how often they come and how they click. The true metric of the control is 0.5 (mean: clicks per customer;
    share: of customers who clicked; ratio: clicks per list), that of the treated is ``lift`` times as high.
    """
    rng = np.random.default_rng(seed)
    found = []
    for factor in (lift, 1.0):
        habit = rng.gamma(2, 0.5, (SIMULATIONS, count))
        lists = rng.integers(1, 6, (SIMULATIONS, count))
        if kind == "mean":
            numerator = rng.poisson(0.5 * factor * habit)
        elif kind == "share":
            numerator = rng.random((SIMULATIONS, count)) < 0.5 * factor
        else:
            numerator = rng.poisson(0.5 * factor * habit * lists)
        found.append((numerator.astype(float), (lists if kind == "ratio" else np.ones_like(lists)).astype(float)))
    return found


def pairs(kind: str, count: int, lift: float, seed: int) -> list[tuple[Moments, Moments]]:
    """Moments of the treated and of the control in each simulation."""
    strength = np.zeros(count)
    treated, control = arms(kind, count, lift, seed)
    return [
        tuple(
            statistics.moments(numerator[number], denominator[number], strength) for numerator, denominator in (treated, control)
        )
        for number in range(SIMULATIONS)
    ]


def effects(kind: str, count: int, lift: float, seed: int) -> list[dict[str, float]]:
    test = statistics.TWO_PROPORTION if kind == "share" else "welch"
    return [statistics.effect(*pair, test, 0.95) for pair in pairs(kind, count, lift, seed)]


@pytest.mark.parametrize("kind", KINDS)
def test_tests_without_an_effect_alarm_at_5_percent(kind: str) -> None:
    found = np.mean([row["p_value"] <= 0.05 for row in effects(kind, ARM, 1.0, seed=KINDS.index(kind))])
    assert 0.04 <= found <= 0.06, found


@pytest.mark.parametrize("kind", KINDS)
def test_intervals_contain_the_planted_effect_at_95_percent(kind: str) -> None:
    """The interval has a sampling error of 0.7 percentage points, so that 93 % to 97 % are within three of them."""
    found = np.mean([row["ci_low"] <= 0.1 <= row["ci_high"] for row in effects(kind, ARM, 1.2, seed=10 + KINDS.index(kind))])
    assert 0.93 <= found <= 0.97, found


def test_always_valid_intervals_keep_5_percent_with_daily_looks() -> None:
    """100 new customers a day for 60 days, read every day. The interval for one look excludes 0 on some day far more often."""
    days, per_day = 60, 50
    treated, control = (values for values, _ in arms("mean", days * per_day, 1.0, seed=20))
    looks = per_day * np.arange(1, days + 1)

    def running(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean = values.cumsum(axis=1)[:, looks - 1] / looks
        variance = ((values**2).cumsum(axis=1)[:, looks - 1] / looks - mean**2) * looks / (looks - 1)
        return mean, variance / looks

    (treated_mean, treated_error), (control_mean, control_error) = running(treated), running(control)
    errors = np.abs(treated_mean - control_mean) / np.sqrt(treated_error + control_error)
    widths = np.array([statistics.always_valid_errors(2 * int(look), 0.05) for look in looks])
    assert (errors > widths).any(axis=1).mean() <= 0.05
    assert (errors > stats.norm.isf(0.025)).any(axis=1).mean() > 0.2
    last = [statistics.moments(values[0], np.ones(looks[-1]), np.zeros(looks[-1])) for values in (treated, control)]
    found = statistics.compared(*last, "welch", 0.1, 0.05, 0.95)
    assert found["always_valid_high"] - found["difference"] == pytest.approx(
        widths[-1] * np.sqrt(treated_error[0, -1] + control_error[0, -1]), rel=1e-9
    )


def alarms(customer_count: int, share: float, seed: int) -> float:
    """Share of simulated experiments, planned as half and half, whose sample-ratio test has a p-value below 0.001."""
    treated = np.random.default_rng(seed).binomial(customer_count, share, SIMULATIONS)
    plan = {"control": 0.5, "treatment": 0.5}
    rows = [statistics.sample_ratio({"control": customer_count - int(one), "treatment": int(one)}, plan)[0] for one in treated]
    return float(np.mean([row["p_value"] < 0.001 for row in rows]))


def test_planted_sample_ratio_mismatch_is_found_and_a_fair_split_is_not() -> None:
    """One of 20 treated customers is lost: 10,000 customers split 0.487 to 0.513 raise few alarms, 40,000 nearly always one."""
    lost = 0.95 / 1.95
    assert alarms(10_000, 0.5, seed=30) <= 0.004
    assert alarms(40_000, lost, seed=31) >= 0.95


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
def test_cuped_reduces_the_variance_by_the_squared_correlation(correlation: float) -> None:
    """The variance of the adjusted difference over simulations, and the one that each reports, are 1 - rho² of the plain one."""
    rng = np.random.default_rng(40)
    strengths = rng.standard_normal((2, SIMULATIONS, ARM))
    noise = rng.standard_normal(strengths.shape)
    outcomes = 5 + correlation * strengths + np.sqrt(1 - correlation**2) * noise
    found = []
    for number in range(SIMULATIONS):
        pair = [statistics.moments(outcomes[arm, number], np.ones(ARM), strengths[arm, number]) for arm in (0, 1)]
        row = statistics.cuped(*pair, 0.025)
        found.append((pair[0].value - pair[1].value, row["cuped_difference"], row["variance_reduction"]))
    plain, adjusted, reduction = np.array(found).T
    assert adjusted.var() / plain.var() == pytest.approx(
        1 - correlation**2, abs=4 * np.sqrt((1 - correlation**2) / SIMULATIONS) + 0.01
    )
    assert reduction.mean() == pytest.approx(correlation**2, abs=0.01)


def test_guardrail_at_the_margin_passes_at_5_percent_and_a_harmed_one_fails() -> None:
    """Clicks have the variance 0.5 f + 0.25 f² / 2 at the factor f.

    A better variant (1.05) is 1.96 errors above the margin of 0.9, and a harmed one (0.7) is 2.95 errors below: powers 0.624 and
    0.904.
    """
    at_margin, better, harmed = (
        np.array([statistics.margin_p_value(*pair, 0.1) for pair in pairs("mean", 2 * ARM, lift, seed=50)])
        for lift in (0.9, 1.05, 0.7)
    )
    assert 0.03 <= (at_margin <= 0.05).mean() <= 0.07
    assert (better <= 0.05).mean() == pytest.approx(0.624, abs=0.05)
    assert (harmed >= 0.95).mean() == pytest.approx(0.904, abs=0.03)
    assert (harmed <= 0.05).mean() == 0


def test_equal_effects_in_segments_are_called_heterogeneous_at_5_percent() -> None:
    """Four segments with the same effect; a fifth of three times the effect is found."""
    parts = [pairs("mean", ARM, lift, seed=60 + number) for number, lift in enumerate((1.2, 1.2, 1.2, 1.2, 1.6))]

    def found(parts: list[list[tuple[Moments, Moments]]]) -> np.ndarray:
        differences = np.array([[one.value - other.value for one, other in part] for part in parts])
        errors = np.array([[statistics.difference_error(*pair) for pair in part] for part in parts])
        columns = zip(differences.T, errors.T, strict=True)
        return np.array([statistics.cochran_q(*column)["heterogeneity_p_value"] for column in columns])

    assert 0.035 <= (found(parts[:4]) <= 0.05).mean() <= 0.065
    assert (found(parts[1:]) <= 0.05).mean() > 0.5


def test_needed_customers_detect_the_effect_at_80_percent() -> None:
    """Clicks of customers with gamma habits have the variance 0.5 + 0.25 / 2 in the control."""
    needed = statistics.customers_needed(0.5 + 0.125 + 0.6 + 0.18, 0.1, 0.95)
    assert needed == 1103
    significant = np.mean([row["p_value"] <= 0.05 for row in effects("mean", int(needed), 1.2, seed=70)])
    assert significant == pytest.approx(statistics.POWER, abs=0.04)
