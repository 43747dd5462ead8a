"""Embeddings: PMI equals hand-computed values, planted blocks are found, and order and block size change nothing."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from warehouse_recommender.features import embeddings as subject

PARAMETERS = {"dimensions": 4, "longest_history": 50, "smallest_support": 1, "seed": 7}


def histories(rows: list[list[int]]) -> sparse.csr_array:
    return sparse.csr_array(np.array(rows, float))


def two_tastes(customers: int, products: int) -> sparse.csr_array:
    """Even customers choose even products, odd ones odd products; about one in twenty choices is of the other kind."""
    generator = np.random.default_rng(3)
    alike = np.add.outer(np.arange(customers), np.arange(products)) % 2 == 0
    return sparse.csr_array((generator.random((customers, products)) < np.where(alike, 0.4, 0.02)) + 0.0)


def test_cooccurrences_count_customers_and_exclude_self_pairs() -> None:
    marks = subject.strongest(histories([[1, 1, 0], [1, 1, 1], [0, 0, 1]]), 50)
    assert subject.cooccurrences(marks, 1).toarray().tolist() == [[0, 2, 1], [2, 0, 1], [1, 1, 0]]
    assert subject.cooccurrences(marks, 2).toarray().tolist() == [[0, 2, 0], [2, 0, 0], [0, 0, 0]]


def test_block_size_does_not_change_cooccurrences(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = subject.strongest(two_tastes(60, 23), 50)
    whole = subject.cooccurrences(marks, 2).toarray()
    monkeypatch.setattr(subject, "BLOCK_PAIRS", 23 * 4)
    assert (subject.cooccurrences(marks, 2).toarray() == whole).all()
    assert (whole == whole.T).all()


def test_positive_pmi_equals_hand_computed_values() -> None:
    counts = sparse.csr_array(np.array([[0, 6.0, 2], [6, 0, 0], [2, 0, 0]]))
    found = subject.positive_pmi(counts).toarray()
    # Totals are 8, 6 and 2 of 16: ln(6 · 16 / (8 · 6)) = ln 2 and ln(2 · 16 / (8 · 2)) = ln 2.
    assert found == pytest.approx(np.log(2) * np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]))
    rare = subject.positive_pmi(sparse.csr_array(np.array([[0, 9.0, 1], [9, 0, 9], [1, 9, 0]])))
    assert rare.toarray()[0, 2] == 0  # 1 · 38 / (10 · 10) is less than chance


def test_strongest_products_are_kept_with_ties_by_index() -> None:
    strengths = histories([[1, 3, 3, 2], [5, 0, 0, 1], [1, 1, 1, 1]])
    assert subject.strongest(strengths, 2).toarray().tolist() == [[0, 1, 1, 0], [1, 0, 0, 1], [1, 1, 0, 0]]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=50, deadline=None)
def test_histories_are_cut_to_the_longest_allowed_length(seed: int, longest: int) -> None:
    strengths = sparse.random_array((9, 7), density=0.6, rng=np.random.default_rng(seed), format="csr")
    kept = subject.strongest(strengths, longest).toarray()
    wanted = -np.sort(-strengths.toarray(), axis=1)[:, longest - 1]
    dense = strengths.toarray()
    assert (kept.sum(axis=1) == np.minimum((dense > 0).sum(axis=1), longest)).all()
    assert ((dense * kept)[kept > 0] >= np.repeat(wanted, kept.sum(axis=1))).all()


@pytest.mark.parametrize("products", [10, 60])  # solved densely, and iteratively
def test_products_of_one_taste_have_similar_vectors(products: int) -> None:
    vectors = subject.product_vectors(two_tastes(400, products), **PARAMETERS | {"dimensions": 2})
    cosines = vectors @ vectors.T
    same = np.add.outer(np.arange(products), np.arange(products)) % 2 == 0
    off_diagonal = ~np.eye(products, dtype=bool)
    assert cosines[same & off_diagonal].min() > cosines[~same].max()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(products))


def test_product_vectors_are_deterministic() -> None:
    one, two = (subject.product_vectors(two_tastes(300, 80), **PARAMETERS) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_largest_entry_of_each_direction_is_positive() -> None:
    association = subject.positive_pmi(subject.cooccurrences(subject.strongest(two_tastes(300, 80), 50), 1))
    found = subject.factors(association, 4, 7)
    assert (found[np.abs(found).argmax(axis=0), np.arange(4)] > 0).all()
    assert (np.diff(np.linalg.norm(found, axis=0)) <= 0).all()


def test_surplus_directions_are_zero() -> None:
    found = subject.factors(sparse.csr_array(np.array([[0, 2.0, 0], [2, 0, 0], [0, 0, 0]])), 5, 7)
    assert found == pytest.approx(np.array([[1.0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]))


def test_weighted_means_have_length_one() -> None:
    vectors = np.array([[1.0, 0], [0, 1], [0, 0], [1, 0], [-1, 0], [0, 1]])
    values = np.array(["a", "a", "a", "b", "b", None], object)
    names, means = subject.weighted_means(vectors, np.array([3.0, 4, 9, 1, 1, 1]), values)
    assert names == ["a"]  # the vectors of b cancel out
    assert means == pytest.approx(np.array([[0.6, 0.8]]))
    assert subject.weighted_means(vectors, np.zeros(6), values)[1] == pytest.approx(np.array([[1, 1]]) / np.sqrt(2))


def tables(strengths: np.ndarray, cutoff_id: str) -> tuple[pa.Table, pa.Table, pa.Table]:
    rows, columns = np.nonzero(strengths)
    products = np.arange(strengths.shape[1])
    return (
        pa.table(
            {
                "cutoff_id": [cutoff_id] * len(rows),
                "customer_index": rows,
                "product_index": columns,
                "strength": strengths[rows, columns].astype(float),
            }
        ),
        pa.table(
            {
                "cutoff_id": [cutoff_id] * len(products),
                "product_index": products,
            }
        ),
        pa.table(
            {
                "product_index": products,
                "product_id": [f"p{i}" for i in products],
                "category": ["even", "odd"] * (len(products) // 2),
                "brand": pa.array([None, "unknown"] * (len(products) // 2), pa.string()),
            }
        ),
    )


def test_each_cutoff_uses_its_own_history() -> None:
    early = tables(np.array([[1, 0, 1, 0], [1, 0, 1, 0]]), "test")
    late = tables(np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1]]), "live")
    found = subject.embeddings(
        pa.concat_tables([early[0], late[0]]), pa.concat_tables([early[1], late[1]]), late[2], **PARAMETERS
    )
    assert found.schema.field("embedding").type == pa.list_(pa.float32(), 4)
    values = {(row["cutoff_id"], row["attribute"], row["attribute_value"]) for row in found.to_pylist()}
    assert values == {
        *(("test", "product", p) for p in ("p0", "p2")),
        ("test", "category", "even"),
        *(("live", "product", p) for p in ("p0", "p1", "p2", "p3")),
        *(("live", "category", c) for c in ("even", "odd")),
    }


def test_no_cooccurrences_give_no_vectors() -> None:
    assert len(subject.embeddings(*tables(np.eye(4), "live"), **PARAMETERS)) == 0
    assert len(subject.embeddings(*(t.slice(0, 0) for t in tables(np.eye(4), "live")), **PARAMETERS)) == 0
