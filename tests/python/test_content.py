"""Content similarity: cosines equal hand-computed values, and planted text clusters are found."""

import numpy as np
import pyarrow as pa
import pytest

from tests.python.problems import lists, rows, tables
from warehouse_recommender.candidates import content


def terms(weights: np.ndarray) -> pa.Table:
    products, columns = np.nonzero(weights)
    return pa.table(
        {
            "cutoff_id": ["c"] * len(products),
            "product_index": products,
            "term_index": columns,
            "weight": weights[products, columns].astype(float),
        }
    )


def test_scores_are_cosines() -> None:
    found = content.candidates(*tables(np.array([[2.0, 0, 0]])), terms(np.array([[3, 4], [1, 0], [0, 2]])), top_k=3)
    assert {row["product_index"]: row["score"] for row in rows(found)} == pytest.approx({0: 1.0, 1: 0.6, 2: 0.8})


def test_stronger_taste_ranks_first() -> None:
    text = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
    found = lists(content.candidates(*tables(np.array([[3.0, 1, 0, 0], [1, 3, 0, 0]])), terms(text), top_k=4))
    assert found["u0"].index("p2") < found["u0"].index("p3")
    assert found["u1"].index("p3") < found["u1"].index("p2")


def test_products_without_shared_terms_or_text_are_not_proposed() -> None:
    found = lists(content.candidates(*tables(np.array([[1.0, 0, 0]])), terms(np.array([[1, 0], [0, 1], [0, 0]])), top_k=3))
    assert found == {"u0": ["p0"]}


def test_product_without_interactions_is_found_by_its_text() -> None:
    generator = np.random.default_rng(5)
    cluster = np.arange(40) % 4
    text = (generator.random((40, 60)) < 0.05) + 0.0
    text[np.arange(40)[:, None], 15 * cluster[:, None] + generator.integers(0, 15, (40, 6))] = 1
    strengths = (generator.random((30, 40)) < 0.5) * (cluster[None, :] == (np.arange(30) % 4)[:, None]) + 0.0
    strengths[:, -4:] = 0
    found = lists(content.candidates(*tables(strengths), terms(text), top_k=40))
    new = {customer: [p for p in products if int(p[1:]) >= 36] for customer, products in found.items()}
    assert all(int(products[0][1:]) % 4 == int(customer[1:]) % 4 for customer, products in new.items())


def test_no_text_gives_no_candidates() -> None:
    assert len(content.candidates(*tables(np.eye(2)), terms(np.zeros((2, 2))), top_k=2)) == 0
