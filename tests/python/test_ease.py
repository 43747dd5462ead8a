"""EASE against the minimum it claims to be, its limit of size, and planted rules found again."""

import numpy as np
import pytest
from scipy import sparse

from tests.python.problems import lists, tables
from warehouse_recommender.candidates import ease


def test_weights_minimise_the_penalised_error() -> None:
    strengths = np.random.default_rng(1).poisson(0.7, (30, 6)).astype(float)
    weights = ease.item_weights(sparse.csr_array(strengths), 2.0)
    assert np.diag(weights).tolist() == [0] * 6
    # Each column is the ridge regression of one product on all the others.
    for product in range(6):
        others = [p for p in range(6) if p != product]
        system = strengths[:, others].T @ strengths[:, others] + 2.0 * np.eye(5)
        wanted = np.linalg.solve(system, strengths[:, others].T @ strengths[:, product])
        np.testing.assert_allclose(weights[others, product], wanted, rtol=1e-4, atol=1e-6)


def test_a_penalty_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="regularization is 0"):
        ease.item_weights(sparse.csr_array(np.eye(2)), 0)


def test_a_rule_of_two_products_is_found() -> None:
    # Who has both p0 and p1 has p2; p3 is merely popular.
    generator = np.random.default_rng(3)
    strengths = (generator.random((200, 8)) < 0.4) + 0.0
    strengths[:, 2] = strengths[:, 0] * strengths[:, 1]
    strengths[:, 3] = generator.random(200) < 0.8
    strengths[0] = [1, 1, 0, 0, 0, 0, 0, 0]
    found = lists(ease.candidates(*tables(strengths), top_k=8, regularization=1.0, most_products=8))
    assert next(p for p in found["u0"] if p not in ("p0", "p1")) == "p2"


def test_a_catalogue_too_large_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    problem = tables(np.ones((3, 4)))
    assert len(ease.candidates(*problem, top_k=4, regularization=1.0, most_products=3)) == 0
    assert "4 products at cutoff c are more than MOST_PRODUCTS = 3" in capsys.readouterr().err
    assert len(ease.candidates(*problem, top_k=4, regularization=1.0, most_products=4)) > 0
