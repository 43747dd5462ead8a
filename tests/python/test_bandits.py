"""Bandits: probabilities equal hand-computed values and simulations, and batches of shares learn the best arm."""

import functools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from warehouse_recommender.experiments import bandits

SEED = 3
LEVEL, RELEVANT_CHANGE = 0.95, 0.1
FLOOR = 0.02
METRIC = {"metric": "clicked_share", "numerator": "click_count", "denominator": None, "test": "two_proportion"}


# --- probabilities ---


def test_probabilities_of_two_beta_posteriors_equal_integrals_by_hand() -> None:
    """One arm has 1 success of 1 (density 2x), the other has no customers (density 1).

    The first is better with the integral of 2x · x = 2/3. The better one has the distribution function x² · x, so mean 3/4; the
    losses are 3/4 - 2/3 and 3/4 - 1/2. The second exceeds the first by more than 1/4 with the integral of 2x (3/4 - x) = 9/64.
    """
    posteriors = bandits.beta_posteriors(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    probabilities, losses = bandits.best_arms(posteriors)
    assert probabilities == pytest.approx([2 / 3, 1 / 3], abs=1e-12)
    assert losses == pytest.approx([1 / 12, 1 / 4], abs=1e-12)
    assert bandits.probabilities_beaten(posteriors, np.array([0.25, 0.25]))[0] == pytest.approx(9 / 64, abs=1e-12)


@pytest.mark.parametrize("errors", [(0.01, 0.02), (0.1, 0.0001)])
def test_probabilities_of_two_normal_posteriors_equal_closed_forms(errors: tuple[float, float]) -> None:
    """The difference of the arms is normal. Posteriors whose widths differ a thousandfold are integrated as exactly."""
    means, margin = np.array([0.10, 0.12]), 0.01
    posteriors = bandits.normal_posteriors(means, np.array(errors))
    gap, error = means[1] - means[0], np.hypot(*errors)
    probabilities, losses = bandits.best_arms(posteriors)
    assert probabilities[1] == pytest.approx(stats.norm.cdf(gap / error), abs=1e-9)
    expected = gap * stats.norm.cdf(gap / error) + error * stats.norm.pdf(gap / error)
    assert losses == pytest.approx([expected, expected - gap], abs=1e-9)
    beaten = bandits.probabilities_beaten(posteriors, np.array([margin, margin]))
    assert beaten == pytest.approx([stats.norm.cdf((gap - margin) / error), stats.norm.cdf((-gap - margin) / error)], abs=1e-9)


def test_probabilities_of_several_arms_agree_with_draws() -> None:
    successes, counts = np.array([12.0, 90.0, 0.0, 480.0]), np.array([100.0, 800.0, 60.0, 4000.0])
    posteriors, margin = bandits.beta_posteriors(successes, counts), 0.01
    draws = np.random.default_rng(SEED).beta(1 + successes, 1 + counts - successes, (400_000, 4))
    probabilities, losses = bandits.best_arms(posteriors)
    best = draws.max(axis=1)
    assert probabilities == pytest.approx(np.bincount(draws.argmax(axis=1), minlength=4) / len(draws), abs=0.003)
    assert losses == pytest.approx(best.mean() - posteriors.mean()[:, 0], abs=1e-4)
    others = np.stack([np.delete(draws, arm, axis=1).max(axis=1) for arm in range(4)], axis=1)
    beaten = bandits.probabilities_beaten(posteriors, np.full(4, margin))
    assert beaten == pytest.approx((others > draws + margin).mean(axis=0), abs=0.003)


@pytest.mark.parametrize(
    ("successes", "counts"),
    [([0, 0, 3], [50, 60, 1000]), ([0, 5, 50], [50, 50_000, 1000]), ([60_000, 59_900, 3], [1e6, 1e6, 50])],
)
def test_quadrature_loses_no_probability(successes: list[float], counts: list[float]) -> None:
    """Without normalisation, the probabilities of skewed, narrow and far-away posteriors sum to 1."""
    posteriors = bandits.beta_posteriors(np.array(successes, float), np.array(counts, float))
    nodes, weights = bandits.quadrature(posteriors)
    sums = (weights * posteriors.pdf(nodes) * bandits.products_of_others(posteriors.cdf(nodes))).sum()
    assert sums == pytest.approx(1, abs=1e-9)


# --- shares ---


def shares_of(method: str, successes: list[float], counts: list[float], floor: float) -> np.ndarray:
    posteriors = bandits.beta_posteriors(np.array(successes, float), np.array(counts, float))
    return bandits.next_shares(method, posteriors, np.array(counts, float), bandits.best_arms(posteriors)[0], floor)


def test_shares_keep_floors_and_sum_to_one() -> None:
    for method in (bandits.THOMPSON, bandits.UCB1, bandits.EPSILON_GREEDY):
        shares = shares_of(method, [50, 300, 60], [1000, 1000, 1000], 0.05)
        assert shares.sum() == pytest.approx(1, abs=1e-12)
        assert shares == pytest.approx([0.05, 0.9, 0.05], abs=1e-9), method
        assert shares_of(method, [50, 300, 60], [1000, 1000, 1000], 0.4) == pytest.approx([1 / 3] * 3), "floors above 1/3"
    assert shares_of(bandits.THOMPSON, [50, 300, 60], [1000, 1000, 1000], 0) == pytest.approx([0, 1, 0], abs=1e-9)


def test_ucb1_prefers_the_uncertain_arm_and_epsilon_greedy_the_higher_mean() -> None:
    """By hand: 0.10 + √(2 ln 1100 / 1000) = 0.218 is below 0.09 + √(2 ln 1100 / 100) = 0.464."""
    assert shares_of(bandits.UCB1, [100, 9], [1000, 100], 0) == pytest.approx([0, 1])
    assert shares_of(bandits.EPSILON_GREEDY, [100, 9], [1000, 100], 0.1) == pytest.approx([0.9, 0.1])


def test_upper_bound_of_means_equals_ucb1_normal() -> None:
    """By hand: 2 + √(16 · 9 · ln(399) / 100) with a variance of 9 over 100 of 400 customers."""
    posteriors = bandits.normal_posteriors(np.array([2.0, 1.0]), np.array([0.3, 0.3]))
    bounds = bandits.upper_bounds(posteriors, np.array([100.0, 300.0]))
    assert bounds[0] == pytest.approx(2 + np.sqrt(16 * 9 * np.log(399) / 100))


# --- batches ---

RATES, BATCHES, BATCH, REPLICATES = (0.10, 0.10, 0.10, 0.13), 20, 1000, 100


@functools.cache
def simulated(method: str, rates: tuple[float, ...] = RATES, replicates: int = REPLICATES) -> dict[str, np.ndarray]:
    """Regret in successes, the last shares, and the smallest share of a batch, of a bandit that learns from earlier batches."""
    rng = np.random.default_rng(SEED)
    counts, successes = np.zeros((2, replicates, len(rates)))
    shares, regret, smallest = np.full(counts.shape, 1 / len(rates)), np.zeros(replicates), 1.0
    for _ in range(BATCHES):
        customers = rng.multinomial(BATCH, shares)
        counts += customers
        successes += rng.binomial(customers, rates)
        regret += customers @ (max(rates) - np.array(rates))
        if method != "fixed":
            posteriors = bandits.beta_posteriors(successes, counts)
            probabilities = bandits.best_arms(posteriors)[0] if method == bandits.THOMPSON else np.zeros(counts.shape)
            shares = bandits.next_shares(method, posteriors, counts, probabilities, FLOOR)
            smallest = min(smallest, shares.min())
    return {"regret": regret, "shares": shares, "smallest": np.array(smallest)}


@pytest.mark.parametrize(("method", "most"), [(bandits.THOMPSON, 0.3), (bandits.EPSILON_GREEDY, 0.3), (bandits.UCB1, 0.85)])
def test_bandit_has_less_regret_than_a_fixed_split(method: str, most: float) -> None:
    """UCB1 explores far more at such rates: its bounds assume the largest variance that a share can have."""
    fixed = simulated("fixed")["regret"].mean()
    assert fixed == pytest.approx(BATCHES * BATCH * 0.03 * 3 / 4, rel=0.02)
    assert simulated(method)["regret"].mean() < most * fixed
    assert simulated(method)["smallest"] >= FLOOR - 1e-12


def test_thompson_finds_the_best_arm_and_ucb1_regrets_more() -> None:
    assert (simulated(bandits.THOMPSON)["shares"].argmax(axis=1) == 3).mean() >= 0.97
    assert simulated(bandits.THOMPSON)["regret"].mean() < 0.5 * simulated(bandits.UCB1)["regret"].mean()


def test_thompson_keeps_equal_arms_near_equal_shares() -> None:
    shares = simulated(bandits.THOMPSON, (0.1, 0.1, 0.1, 0.1))["shares"]
    assert shares.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.06)
    assert (shares.max(axis=1) > 0.9).mean() < 0.05, "one arm gets nearly all customers although the arms are equal"


@pytest.mark.parametrize(("best", "least_stopped"), [(1.3, 0.9), (1.0, 0.9)])
def test_stop_rule_rarely_stops_at_a_relevantly_worse_arm(best: float, least_stopped: float) -> None:
    """Looks after each of 20 batches. If the arms differ by more than the relevant change, few stops are wrong."""
    rng = np.random.default_rng(SEED)
    replicates, batch, means, deviation = 200, 400, np.array([1.0, 1.0, best]), 2.0
    counts, sums = np.zeros((2, replicates, 3))
    shares, is_open, chosen = np.full(counts.shape, 1 / 3), np.full(replicates, True), np.full(replicates, -1)
    for _ in range(20):
        customers = rng.multinomial(batch, shares)
        counts += customers
        sums += customers * means + np.sqrt(customers) * deviation * rng.standard_normal(counts.shape)
        posteriors = bandits.normal_posteriors(sums / counts, deviation / np.sqrt(counts))
        probabilities = bandits.best_arms(posteriors)[0]
        beaten = bandits.probabilities_beaten(posteriors, RELEVANT_CHANGE * np.abs(sums / counts))
        stops = is_open & bandits.is_stopped(probabilities, beaten, LEVEL)
        chosen[stops] = probabilities.argmax(axis=1)[stops]
        is_open &= ~stops
        shares = bandits.next_shares(bandits.THOMPSON, posteriors, counts, probabilities, FLOOR)
    assert (~is_open).mean() >= least_stopped
    if best > 1 + RELEVANT_CHANGE:
        wrong = np.isin(chosen, (0, 1)).mean()
        assert wrong <= 0.05, wrong


# --- the table ---


def customers(*arms: tuple[str, str, int, int]) -> pa.Table:
    """Customers of each (segment, variant, customers, customers with a click)."""
    rows = [(segment, variant, number < clicked) for segment, variant, count, clicked in arms for number in range(count)]
    return pa.table(
        {
            "experiment": ["e"] * len(rows),
            "variant": [variant for _, variant, _ in rows],
            "customer_id": [f"c{number}" for number in range(len(rows))],
            "is_crossover": [False] * len(rows),
            "strength_before": [0.0] * len(rows),
            bandits.SEGMENT: [segment for segment, _, _ in rows],
            "click_count": pa.array([2 * is_clicked for _, _, is_clicked in rows], pa.int64()),
        }
    )


def allocated(shown: pa.Table, test: str = "two_proportion", **settings: Any) -> dict[tuple[str, str], dict[str, Any]]:
    metrics = pa.Table.from_pylist([{**METRIC, "test": test, "winsor_quantile": None}])
    plans = pa.table({"experiment": ["e"], "primary_metric": ["clicked_share"]})
    planned = pa.table({"experiment": ["e", "e", "f"], "variant": ["b", "a", "x"], "planned_share": [0.2, 0.6, 1.0]})
    given = {"method": bandits.THOMPSON, "floor": 0.1, "fewest_customers": 50, "relevant_change": RELEVANT_CHANGE, "level": LEVEL}
    table = bandits.allocations(shown, metrics, plans, planned, **(given | settings))
    assert table.schema == bandits.ALLOCATION_SCHEMA
    return {(row[bandits.SEGMENT], row["variant"]): row for row in table.to_pylist()}


def test_allocation_has_posteriors_of_rates_and_planned_shares() -> None:
    """99 customers with 24 clicks: beta(25, 76), mean 25 / 101. A customer with two clicks counts once."""
    rows = allocated(customers(("all", "a", 99, 24), ("all", "b", 100, 25)))
    row = rows["all", "a"]
    assert (row["customer_count"], row["share_now"], row["is_stopped"]) == (99, pytest.approx(0.75), False)
    assert row["posterior_mean"] == pytest.approx(25 / 101)
    assert (row["posterior_low"], row["posterior_high"]) == pytest.approx(stats.beta(25, 76).interval(LEVEL))
    assert row["share_next"] == pytest.approx(0.1 + 0.8 * row["probability_best"])
    assert row["share_next"] + rows["all", "b"]["share_next"] == pytest.approx(1)


def test_allocation_has_posteriors_of_means() -> None:
    """99 customers with 24 times two clicks: mean 48 / 99. No customer of b clicked: its error is the mean one, not 0."""
    rows = allocated(customers(("all", "a", 99, 24), ("all", "b", 99, 0)), test="welch")
    values = np.repeat([2.0, 0.0], [24, 75])
    assert rows["all", "a"]["posterior_mean"] == pytest.approx(48 / 99)
    width = rows["all", "a"]["posterior_high"] - rows["all", "a"]["posterior_mean"]
    assert width == pytest.approx(stats.norm.isf(0.025) * values.std(ddof=1) / np.sqrt(99))
    assert rows["all", "b"]["posterior_high"] == pytest.approx(stats.norm.isf(0.025) * np.sqrt(values.var(ddof=1) / 2 / 99))


def test_stopped_search_gives_all_customers_to_the_best_arm() -> None:
    rows = allocated(customers(("all", "a", 1000, 100), ("all", "b", 1000, 300)))
    assert [rows["all", arm]["share_next"] for arm in "ab"] == [0, 1]
    assert [rows["all", arm]["is_stopped"] for arm in "ab"] == [True, True]


@pytest.mark.parametrize(
    "arms",
    [
        [("all", "a", 49, 20), ("all", "b", 1000, 300)],  # one arm is too small
        [("all", "b", 1000, 300)],  # one arm was shown to no customer
        [("all", "a", 100, 4), ("all", "b", 100, 5)],  # fewer than ten customers did anything
    ],
)
def test_too_little_data_gives_no_next_share(arms: list[tuple]) -> None:
    rows = allocated(customers(*arms))
    assert [rows["all", arm]["share_next"] for arm in "ab"] == [None, None]
    assert [rows["all", arm]["is_stopped"] for arm in "ab"] == [None, None]
    assert rows["all", "b"]["customer_count"] == arms[-1][2]


def test_segments_are_allocated_separately() -> None:
    shown = [("x", "a", 500, 50), ("x", "b", 500, 150), ("y", "a", 500, 150), ("y", "b", 500, 50)]
    rows = allocated(customers(*shown))
    assert [rows["x", "b"]["share_next"], rows["y", "a"]["share_next"]] == [1, 1]


def test_no_customers_give_no_rows() -> None:
    assert allocated(customers(("all", "a", 1, 1)).slice(0, 0)) == {}
