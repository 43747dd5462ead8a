"""ALS finds planted taste, and its factors are the exact solution they claim to be."""

import numpy as np
import pytest
from scipy import sparse

from tests.python.problems import checkerboard, lists, tables
from warehouse_recommender.candidates import als

SETTINGS = {"factors": 3, "regularization": 0.1, "alpha": 4.0, "iterations": 10, "seed": 3}


@pytest.mark.parametrize("shape", [(20, 30), (30, 20)])
def test_finds_the_missing_square_of_a_checkerboard(shape: tuple[int, int]) -> None:
    strengths = checkerboard(*shape)
    found = lists(als.candidates(*tables(strengths), top_k=shape[1], **SETTINGS))
    for customer in range(min(shape)):
        unseen = [p for p in found[f"u{customer}"] if strengths[customer, int(p[1:])] == 0]
        assert unseen[0] == f"p{customer}"


def test_customer_factors_solve_their_least_squares_exactly() -> None:
    strengths = sparse.csr_array(np.array([[2.0, 0, 1, 0], [0, 1, 0, 3], [1, 1, 0, 0]]))
    customers, products = als.factorise(strengths, factors=2, regularization=0.5, alpha=4.0, iterations=5, seed=1)
    for customer, row in enumerate(strengths.toarray()):
        confidence = 1 + 4.0 * row
        confidence[row == 0] = 1
        system = products.T @ (confidence[:, None] * products) + 0.5 * np.eye(2)
        solution = np.linalg.solve(system, products.T @ (confidence * (row > 0)))
        np.testing.assert_allclose(customers[customer], solution, rtol=1e-4, atol=1e-5)


def test_empty_rows_have_zero_factors() -> None:
    customers, _ = als.factorise(sparse.csr_array(np.array([[1.0, 1], [0, 0]])), **SETTINGS)
    assert customers[1].tolist() == [0, 0]


def test_same_seed_same_factors_other_seed_other_factors() -> None:
    strengths = sparse.csr_array(checkerboard(40, 30))
    first, again = (als.factorise(strengths, **SETTINGS) for _ in range(2))
    other = als.factorise(strengths, **{**SETTINGS, "seed": 4})
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_products_nobody_touched_or_offers_are_not_proposed() -> None:
    strengths = checkerboard(10, 8)
    strengths[:, 6] = 0
    found = lists(als.candidates(*tables(strengths, offered=[0, 1, 2, 6]), top_k=8, **SETTINGS))
    assert {p for products in found.values() for p in products} == {"p0", "p1", "p2"}


@pytest.mark.parametrize("strengths", [[[1.0]], [[1.0, 2.0]], [[1.0], [2.0]]])
def test_one_customer_or_one_product_is_enough(strengths: list[list[float]]) -> None:
    found = als.candidates(*tables(np.array(strengths)), top_k=5, **SETTINGS)
    assert len(found) == np.size(strengths)
    assert np.isfinite(found["score"].to_numpy()).all()
