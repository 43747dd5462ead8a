"""Shares of the next period's customers for the variants of an experiment: a multi-armed bandit that learns in batches.

The reward of an arm is the mean of a metric over its customers. Its posterior is a beta distribution for shares of customers and
a normal distribution for other means. Probabilities and expected losses are integrals over the posteriors, computed by
quadrature: unlike random draws, they have no noise and need no seed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy

from warehouse_recommender.experiments import statistics
from warehouse_recommender.experiments.statistics import Moments

SEGMENT = "segment"
THOMPSON, UCB1, EPSILON_GREEDY = "thompson", "ucb1", "epsilon_greedy"
ALLOCATION_SCHEMA = statistics.schema_of(
    ("experiment", SEGMENT, "variant", "metric"),
    ("customer_count",),
    (
        *("posterior_mean", "posterior_low", "posterior_high", "probability_best", "expected_loss", "probability_beaten"),
        *("share_now", "share_next"),
    ),
).append(pa.field("is_stopped", pa.bool_()))
# Breaks of the quadrature, in standard deviations of a posterior from its mean; the far ones are for skewed beta posteriors.
DEVIATIONS = (*range(1, 9), 12, 20, 40)
BREAKS = np.array([*(-step for step in reversed(DEVIATIONS)), 0, *DEVIATIONS], dtype=float)
LEGENDRE_NODES, LEGENDRE_WEIGHTS = np.polynomial.legendre.leggauss(6)  # exact for polynomials of degree 11 between two breaks

Posteriors = Any  # scipy.stats.beta or scipy.stats.norm with parameters of shape (…, arms, 1)


def beta_posteriors(successes: np.ndarray, counts: np.ndarray) -> Posteriors:
    """Posteriors of shares of customers, from a uniform prior; arguments and posteriors have shape (…, arms)."""
    return scipy.stats.beta((1 + successes)[..., None], (1 + counts - successes)[..., None])


def normal_posteriors(means: np.ndarray, errors: np.ndarray) -> Posteriors:
    """Posteriors of means with standard errors above 0, from a flat prior; arguments and posteriors have shape (…, arms)."""
    return scipy.stats.norm(means[..., None], errors[..., None])


def quadrature(posteriors: Posteriors, shifts: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of composite Gauss-Legendre quadrature over the posteriors, both of shape (…, 1, nodes).

    Every arm adds its own breaks, so that narrow and wide posteriors are integrated equally well. ``shifts``, of shape (…, arms,
    1), is subtracted from the breaks of each arm.
    """
    low, high = posteriors.support()
    breaks = (posteriors.mean() + posteriors.std() * BREAKS).clip(low, high) - shifts
    breaks = np.sort(breaks.reshape(*breaks.shape[:-2], -1), axis=-1)
    middles, halves = (breaks[..., 1:] + breaks[..., :-1]) / 2, np.diff(breaks) / 2
    nodes, weights = middles[..., None] + halves[..., None] * LEGENDRE_NODES, halves[..., None] * LEGENDRE_WEIGHTS
    shape = (*breaks.shape[:-1], 1, -1)
    return nodes.reshape(shape), weights.reshape(shape)


def products_of_others(factors: np.ndarray) -> np.ndarray:
    """Product of the factors of all other arms, for each arm; shape (…, arms, nodes)."""
    return np.stack([np.delete(factors, arm, axis=-2).prod(axis=-2) for arm in range(factors.shape[-2])], axis=-2)


def best_arms(posteriors: Posteriors) -> tuple[np.ndarray, np.ndarray]:
    """Probability that each arm is the best, and its expected loss: the mean of (best arm - this arm); both of shape (…, arms).

    The first is the integral of density × product of the other distribution functions, the second the integral of distribution
    function × (1 - that product).
    """
    nodes, weights = quadrature(posteriors)
    below = posteriors.cdf(nodes)
    others_below = products_of_others(below)
    probabilities = (weights * posteriors.pdf(nodes) * others_below).sum(axis=-1)
    losses = (weights * below * (1 - others_below)).sum(axis=-1)
    return probabilities / probabilities.sum(axis=-1, keepdims=True), losses


def probabilities_beaten(posteriors: Posteriors, margins: np.ndarray) -> np.ndarray:
    """Probability that some other arm exceeds each arm by more than the margin of that arm; all of shape (…, arms)."""
    unbeaten = []
    for arm in range(margins.shape[-1]):
        is_arm = np.arange(margins.shape[-1])[:, None] == arm
        margin = margins[..., arm, None, None]
        nodes, weights = quadrature(posteriors, np.where(is_arm, 0, margin))
        factors = np.where(is_arm, posteriors.pdf(nodes), posteriors.cdf(nodes + margin))
        unbeaten.append((weights[..., 0, :] * factors.prod(axis=-2)).sum(axis=-1))
    return (1 - np.stack(unbeaten, axis=-1)).clip(0, 1)


def upper_bounds(posteriors: Posteriors, counts: np.ndarray) -> np.ndarray:
    """Upper confidence bounds of the arms, of shape (…, arms): UCB1 for shares of customers, UCB1-NORMAL for other means.

    Source: Auer, Cesa-Bianchi and Fischer 2002, Finite-time analysis of the multiarmed bandit problem, Machine Learning 47.
    """
    total = counts.sum(axis=-1, keepdims=True)
    if posteriors.dist.name == "beta":
        widths = np.sqrt(2 * np.log(total) / counts)
    else:
        widths = 4 * posteriors.std()[..., 0] * np.sqrt(np.log(total - 1))
    return posteriors.mean()[..., 0] + widths


def next_shares(method: str, posteriors: Posteriors, counts: np.ndarray, probabilities: np.ndarray, floor: float) -> np.ndarray:
    """Shares of the next period's customers, of shape (…, arms).

    Parameters
    ----------
    method
        ``thompson``: each arm's probability of being the best, which is the expected share of Thompson sampling while the
        posteriors stay the same (Chapelle and Li 2011; Scott 2010, randomized probability matching). ``ucb1``: all customers for
        the arm with the highest upper confidence bound. ``epsilon_greedy``: all customers for the arm with the highest mean.
    posteriors, counts, probabilities
        Posteriors, numbers of customers, and probabilities of being the best; the latter two of shape (…, arms).
    floor
        Least share of an arm; equal shares if the arms cannot all have it. The rest is divided by the method. For
        ``epsilon_greedy``, epsilon is the floor times the number of arms.
    """
    arms = counts.shape[-1]
    lowest = min(floor, 1 / arms)
    if method == THOMPSON:
        targets = probabilities
    else:
        targets = only({UCB1: upper_bounds, EPSILON_GREEDY: means_of}[method](posteriors, counts))
    return lowest + (1 - arms * lowest) * targets


def means_of(posteriors: Posteriors, _: np.ndarray) -> np.ndarray:
    """Posterior means, of shape (…, arms)."""
    return posteriors.mean()[..., 0]


def only(values: np.ndarray) -> np.ndarray:
    """Share of 1 for the arm with the highest value, the first of equals, and 0 for the others; shape (…, arms)."""
    return (np.arange(values.shape[-1]) == values.argmax(axis=-1)[..., None]).astype(float)


def is_stopped(probabilities: np.ndarray, beaten: np.ndarray, level: float) -> np.ndarray:
    """Whether the search can stop, of shape (…): whether another arm is relevantly better than the likely best one.

    It stops when that probability is at most 1 - ``level``: the upper quantile of the value remaining in the experiment (Scott
    2015, Multi-armed bandit experiments in the online service economy) is then below the relevant change.
    """
    leader = probabilities.argmax(axis=-1)[..., None]
    return np.take_along_axis(beaten, leader, axis=-1)[..., 0] <= 1 - level


def allocations(
    customers: pa.Table,
    metrics: pa.Table,
    plans: pa.Table,
    planned: pa.Table,
    *,
    method: str,
    floor: float,
    fewest_customers: int,
    relevant_change: float,
    level: float,
) -> pa.Table:
    """Posteriors of the variants of each experiment, and their shares of the next period's customers.

    Parameters
    ----------
    customers
        ``BASE_COLUMNS`` of the statistics, ``SEGMENT`` and the columns named in ``metrics``, one row per experiment and customer.
    metrics, plans, planned
        Metrics, primary metric of each experiment, and planned shares, as in :func:`statistics.segment_tests` and
        :func:`statistics.tests`.
    method, floor
        As in :func:`next_shares`.
    fewest_customers
        Minimum number of customers of each arm.
    relevant_change
        Smallest relevant difference, as a share of the posterior mean of the compared arm.
    level
        Level of the posterior intervals, and 1 - the largest acceptable probability of stopping at a relevantly worse arm.

    Returns
    -------
    pyarrow.Table
        ``ALLOCATION_SCHEMA``: one row per experiment with customers, segment and planned variant. Numbers of the posteriors and
        ``share_next`` are NULL if an arm has too few customers, or too few customers of all arms did anything.
    """
    rows = []
    metric_of = {metric["metric"]: metric for metric in metrics.to_pylist()}
    primary_of = dict(zip(*(plans[name].to_pylist() for name in statistics.PLAN_COLUMNS), strict=True))
    for experiment in statistics.experiments_of(customers):
        shown = customers.filter(pc.equal(customers["experiment"], experiment))
        plan = planned.filter(pc.equal(planned["experiment"], experiment)).sort_by("variant")
        arms, shares = plan["variant"].to_pylist(), plan["planned_share"].to_numpy()
        metric = metric_of[primary_of[experiment]]
        cap = statistics.winsor_cap(shown, metric)
        for segment in sorted(pc.unique(shown[SEGMENT]).to_pylist()):
            of_arms = statistics.by_arm(shown.filter(pc.equal(shown[SEGMENT], segment)), arms)
            found = [statistics.moments_of(part, metric, cap) for part in of_arms.values()]
            columns = {"variant": arms, "customer_count": [arm.count for arm in found], "share_now": shares / shares.sum()}
            if is_measured(found, fewest_customers):
                columns |= allocation(found, metric["test"], method, floor, relevant_change, level)
            key = {"experiment": experiment, SEGMENT: segment, "metric": metric["metric"]}
            values = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            rows += [key | row for row in values]
    return statistics.table_of(rows, ALLOCATION_SCHEMA)


def is_measured(arms: Sequence[Moments], fewest_customers: int) -> bool:
    """Whether there are several arms, all of them large enough, and enough of their customers did anything."""
    return (
        len(arms) > 1
        and min(arm.count for arm in arms) >= fewest_customers
        and sum(arm.active_count for arm in arms) >= statistics.FEWEST_ACTIVE
        and all(arm.variance >= 0 for arm in arms)  # NaN if an arm has no denominator, such as no order
        and any(arm.variance > 0 for arm in arms)
    )


def allocation(
    arms: Sequence[Moments], test: str, method: str, floor: float, relevant_change: float, level: float
) -> dict[str, np.ndarray]:
    """Columns of ``ALLOCATION_SCHEMA`` for the arms of one experiment: posteriors, probabilities and next shares."""
    counts = np.array([arm.count for arm in arms], dtype=float)
    if test == statistics.TWO_PROPORTION:
        posteriors = beta_posteriors(np.array([arm.active_count for arm in arms], dtype=float), counts)
    else:
        posteriors = normal_posteriors(np.array([arm.value for arm in arms]), standard_errors(arms))
    probabilities, losses = best_arms(posteriors)
    means = posteriors.mean()[..., 0]
    beaten = probabilities_beaten(posteriors, relevant_change * np.abs(means))
    stopped = is_stopped(probabilities, beaten, level)
    low, high = posteriors.ppf((1 - level) / 2), posteriors.ppf((1 + level) / 2)
    return {
        **{"posterior_mean": means, "posterior_low": low[..., 0], "posterior_high": high[..., 0]},
        **{"probability_best": probabilities, "expected_loss": losses, "probability_beaten": beaten},
        "share_next": only(probabilities) if stopped else next_shares(method, posteriors, counts, probabilities, floor),
        "is_stopped": np.full(len(arms), stopped),
    }


def standard_errors(arms: Sequence[Moments]) -> np.ndarray:
    """Standard errors of the arms. An arm whose customers all have the same value takes the mean variance of the arms.

    Without it, an arm whose customers have done nothing yet would be certain to be worth 0.
    """
    counts, variances = (np.array([getattr(arm, name) for arm in arms]) for name in ("count", "variance"))
    return np.sqrt(np.where(variances > 0, variances, np.average(variances, weights=counts)) / counts)
