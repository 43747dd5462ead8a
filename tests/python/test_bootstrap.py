"""Poisson bootstrap: weights come from a hash, sums are exact in any order, and bounds are percentiles."""

from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from scipy import sparse

from warehouse_recommender.evaluation import bootstrap


def test_weights_depend_only_on_customer_and_replicate() -> None:
    """Known draws: they must not change with a rebuild, other customers or another number of replicates."""
    assert bootstrap.poisson_weights(["z", "c1"], 3).tolist() == [[1, 0, 1, 3], [1, 0, 1, 1]]
    assert bootstrap.poisson_weights(["c1"], 2).tolist() == [[1, 0, 1]]
    assert bootstrap.poisson_weights([], 2).shape == (0, 3)


def test_weights_follow_the_poisson_distribution() -> None:
    draws = bootstrap.poisson_weights([f"customer {number}" for number in range(500)], 200)[:, 1:]
    shares = np.bincount(draws.ravel(), minlength=9) / draws.size
    expected = [exp(-1) / factorial(count) for count in range(9)]
    assert shares == pytest.approx(expected, abs=5 * 0.5 / np.sqrt(draws.size))


def test_remembered_weights_equal_drawn_weights() -> None:
    weights_of = bootstrap.remembered_weights(3)
    assert weights_of(["c1", "z"]).tolist() == [[1, 0, 1, 1], [1, 0, 1, 3]]
    assert weights_of(["z", "b", "z", "c1"])[[0, 2, 3]].tolist() == [[1, 0, 1, 3], [1, 0, 1, 3], [1, 0, 1, 1]]
    assert weights_of([]).shape == (0, 4)


def exact_sums(terms: np.ndarray, weights: np.ndarray, places: int) -> np.ndarray:
    units = np.array([[int(np.trunc(term * 10**places + np.copysign(0.5, term))) for term in row] for row in terms], dtype=object)
    return np.array([[float(Fraction(total, 10**places)) for total in row] for row in units @ weights.astype(object)])


@pytest.mark.parametrize("places", [12, 15])
def test_sums_are_exact_and_do_not_depend_on_the_order(places: int) -> None:
    """Sums of plain doubles depend on the order of customers in their last digits; these sums do not."""
    rng = np.random.default_rng(3)
    terms, weights = rng.normal(size=(5, 3000)), rng.integers(0, 9, (3000, 20)).astype(np.uint8)
    terms[rng.random(terms.shape) < 0.3] = 0
    found, order = bootstrap.weighted_sums(terms, weights, places), rng.permutation(3000)
    np.testing.assert_allclose(found, exact_sums(terms, weights, places), rtol=4e-16, atol=0)
    assert np.array_equal(found, bootstrap.weighted_sums(terms[:, order], weights[order], places))
    assert np.array_equal(found, bootstrap.weighted_sums(sparse.csr_array(terms), weights, places))


def test_equal_totals_of_different_terms_are_identical() -> None:
    terms = np.array([[0.123456789012345, 0.876543210987655, 0.5], [0.5, 0.5, 0.5]])
    sums = bootstrap.weighted_sums(terms, np.ones((3, 1), np.uint8), 15)
    assert sums.tolist() == [[1.5], [1.5]]


def test_block_size_does_not_change_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    terms, weights = np.random.default_rng(1).random((7, 10)), bootstrap.poisson_weights([str(n) for n in range(10)], 4)
    whole = bootstrap.weighted_sums(terms, weights, 15)
    monkeypatch.setattr(bootstrap, "BLOCK_TERMS", 25)
    assert np.array_equal(whole, bootstrap.weighted_sums(terms, weights, 15))


def test_interval_bounds_are_percentiles() -> None:
    replicates = np.random.default_rng(2).permutation(200).astype(float)[None, :]
    low, high = bootstrap.interval(replicates, 0.95)
    assert (low[0], high[0]) == pytest.approx(tuple(np.quantile(replicates, [0.025, 0.975])), rel=1e-12)
    low, high = bootstrap.interval(np.array([[0.0, 16.0, 1.0, 8.0, 4.0]]), 0.5)
    assert (low.tolist(), high.tolist()) == ([1.0], [8.0])
    low, high = bootstrap.interval(np.array([[3.0]]), 0.95)
    assert (low.tolist(), high.tolist()) == ([3.0], [3.0])


def test_no_interval_if_a_replicate_has_no_value() -> None:
    low, high = bootstrap.interval(np.array([[1.0, np.nan, 2.0], [1.0, 1.0, 2.0]]), 0.5)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False]
