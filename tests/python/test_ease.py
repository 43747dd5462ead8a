"""EASE minimises its objective, keeps its memory limit, and finds planted rules."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from tests.python.problems import lists, tables, tables_of
from warehouse_recommender.candidates import ease, sparse_blocks


def proposed(strengths: np.ndarray, top_k: int, memory: int) -> pa.Table:
    given = tables(strengths)
    return ease.candidates(*given, tables_of(ease.weights(given[0], penalty_share=0.5, memory=memory)), top_k=top_k)


def test_weights_minimise_the_penalised_error() -> None:
    strengths = np.random.default_rng(1).poisson(0.7, (30, 6)).astype(float)
    weights = ease.item_weights(sparse.csr_array(strengths), 2.0)
    assert np.diag(weights).tolist() == [0] * 6
    # Each column is the ridge regression of one product on all others.
    for product in range(6):
        others = [p for p in range(6) if p != product]
        system = strengths[:, others].T @ strengths[:, others] + 2.0 * np.eye(5)
        wanted = np.linalg.solve(system, strengths[:, others].T @ strengths[:, product])
        np.testing.assert_allclose(weights[others, product], wanted, rtol=1e-4, atol=1e-6)


def test_double_precision_gives_nearly_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = sparse.csr_array(np.random.default_rng(1).poisson(0.7, (30, 6)).astype(float))
    single = ease.item_weights(strengths, 2.0)
    monkeypatch.setattr(ease, "SINGLE_PRECISION", 0)
    double = ease.item_weights(strengths, 2.0)
    assert not np.array_equal(single, double)
    np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-6)


def test_weights_of_few_customers_equal_those_of_the_product_inverse(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = np.zeros((9, 40))
    strengths[:7] = np.random.default_rng(5).poisson(0.7, (7, 40))
    found = {}
    for few in (4, 41):  # 7 customers are few if 7 × FEW_CUSTOMERS is at most 40, the number of products
        monkeypatch.setattr(ease, "FEW_CUSTOMERS", few)
        monkeypatch.setattr(ease, "BLOCK_COLUMNS", 16)
        found[few] = ease.item_weights(sparse.csr_array(strengths), 2.0)
    assert not np.array_equal(found[4], found[41])
    np.testing.assert_allclose(found[4], found[41], rtol=1e-3, atol=1e-6)


def test_penalty_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="regularization is 0"):
        ease.item_weights(sparse.csr_array(np.eye(2)), 0)


def test_rule_over_two_products_is_found() -> None:
    # Customers with both p0 and p1 have p2; p3 is only popular.
    generator = np.random.default_rng(3)
    strengths = (generator.random((200, 8)) < 0.4) + 0.0
    strengths[:, 2] = strengths[:, 0] * strengths[:, 1]
    strengths[:, 3] = generator.random(200) < 0.8
    strengths[0] = [1, 1, 0, 0, 0, 0, 0, 0]
    found = lists(proposed(strengths, top_k=8, memory=10_000))
    assert next(p for p in found["u0"] if p not in ("p0", "p1")) == "p2"


def test_block_size_does_not_change_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = sparse.csr_array(np.random.default_rng(2).poisson(0.7, (30, 8)).astype(float))
    whole = ease.item_weights(strengths, 2.0)
    for module in (ease, sparse_blocks):
        monkeypatch.setattr(module, "BLOCK_COLUMNS", 3)
    np.testing.assert_allclose(ease.item_weights(strengths, 2.0), whole, rtol=1e-6, atol=1e-9)


def test_large_catalogue_keeps_its_most_chosen_products_and_warns(capsys: pytest.CaptureFixture[str]) -> None:
    # Products 1 and 2 have three customers each, 0 and 3 have fewer. A model of two products needs 12 × 2² = 48 bytes.
    strengths = np.array([[0.0, 1, 1, 0], [1, 1, 1, 0], [0, 1, 1, 1], [1, 0, 0, 0]])
    found = proposed(strengths, top_k=4, memory=48)
    assert set(found["product_indexes"].combine_chunks().flatten().to_pylist()) == {1, 2}
    assert "ease at cutoff c: 48 bytes hold a model of 2 products; of 4" in capsys.readouterr().err
    expected = proposed(strengths[:, 1:3], top_k=4, memory=48)
    scores = [table["scores"].combine_chunks().flatten().to_pylist() for table in (found, expected)]
    assert scores[0] == pytest.approx(scores[1])
    assert capsys.readouterr().err == ""


def test_limits_have_a_row_for_cutoffs_with_omitted_products() -> None:
    products = pa.table({"cutoff_id": ["a", "a", "b"], "product_index": [0, 1, 0]})
    rows = ease.limits(products, memory=12).to_pylist()
    assert [(row["source"], row["cutoff_id"], row["product_count"], row["used_product_count"]) for row in rows] == [
        ("ease", "a", 2, 1)
    ]
    assert "12 bytes hold a model of 1 products" in rows[0]["reason"]
    assert len(ease.limits(products, memory=48)) == 0


def test_penalty_is_a_share_of_the_mean_squared_product_length() -> None:
    """Squared lengths are 3² + 4² = 25 and 1; the third product has no strength. The mean is 13."""
    strengths = sparse.csr_array(np.array([[3.0, 1, 0], [4, 0, 0]]))
    assert ease.penalty(strengths, 2.0) == 26.0
    assert ease.penalty(sparse.csr_array((2, 3)), 2.0) == 1.0
