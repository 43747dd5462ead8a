"""The best products per customer, with and without repeats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from warehouse_recommender.candidates import top_k
from warehouse_recommender.candidates.top_k import largest, top_k_with_and_without_repeats


def best(scores: list[list[float]], seen: list[list[int]], k: int) -> dict[int, dict[int, float]]:
    matrix = np.array(scores, dtype=np.float32)
    rows = top_k_with_and_without_repeats(lambda block: matrix[block].copy(), sparse.csr_array(np.array(seen)), k)
    found: dict[int, dict[int, float]] = {}
    for customer, product, score in zip(*(part.tolist() for part in rows), strict=True):
        found.setdefault(customer, {})[product] = score
    return found


def test_top_k_has_k_products_with_and_k_without_repeats() -> None:
    assert best([[4, 3, 2, 1]], seen=[[1, 0, 1, 0]], k=1) == {0: {0: 4.0, 1: 3.0}}


def test_customer_without_repeats_gets_exactly_k() -> None:
    assert best([[1, 2, 3, 4]], seen=[[0, 0, 0, 0]], k=2) == {0: {3: 4.0, 2: 3.0}}


def test_customer_with_every_product_gets_only_repeats() -> None:
    assert best([[1, 2]], seen=[[1, 1]], k=1) == {0: {1: 2.0}}


def test_scores_that_are_not_finite_are_never_proposed() -> None:
    assert best([[np.nan, np.inf, -np.inf, 1]], seen=[[0, 0, 0, 0]], k=4) == {0: {3: 1.0}}


def test_ties_go_to_the_lower_column() -> None:
    assert best([[1, 1, 1, 1]], seen=[[0, 0, 0, 0]], k=2) == {0: {0: 1.0, 1: 1.0}}


def test_no_customers_give_no_rows() -> None:
    rows = top_k_with_and_without_repeats(lambda block: np.empty((0, 3)), sparse.csr_array((0, 3)), 2)
    assert [len(part) for part in rows] == [0, 0, 0]


def test_block_size_does_not_change_top_k(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(size=(50, 20)).tolist()
    seen = generator.integers(0, 2, size=(50, 20)).tolist()
    whole = best(scores, seen, k=5)
    monkeypatch.setattr(top_k, "BLOCK_CELLS", 60)
    assert best(scores, seen, k=5) == whole


@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=40, max_size=40), min_size=1, max_size=4),
    st.integers(1, 50),
    st.sampled_from([np.float32, np.float64]),
)
def test_largest_equals_a_stable_sort(rows: list[list[int]], k: int, dtype: type) -> None:
    scores = np.array(rows, dtype=dtype)
    scores[scores == -3] = -np.inf
    expected = [
        (row, column, scores[row, column])
        for row in range(len(scores))
        for column in sorted(np.argsort(-scores[row], kind="stable")[:k].tolist())
        if scores[row, column] > -np.inf
    ]
    assert list(zip(*(part.tolist() for part in largest(scores, k)), strict=True)) == expected


@given(
    st.lists(st.integers(-2, 3), min_size=12, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 14)
)
def test_top_k_is_the_union_of_the_best_and_the_best_new_products(scores: list[int], seen: list[bool], k: int) -> None:
    values = [-np.inf if score == -2 else score for score in scores]
    order = [column for column in np.argsort([-v for v in values], kind="stable").tolist() if values[column] > -np.inf]
    wanted = {*order[:k], *[column for column in order if not seen[column]][:k]}
    expected = {0: {column: values[column] for column in wanted}} if wanted else {}
    assert best([values], seen=[[int(s) for s in seen]], k=k) == expected


@given(st.integers(0, 10_000), st.integers(1, 14))
def test_sparse_and_dense_scores_give_the_same_products(seed: int, k: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.integers(-1, 4, (6, 30)) * (generator.random((6, 30)) < 0.4)
    seen = sparse.csr_array(generator.random((6, 30)) < 0.2)
    found = []
    for share in (0, 10**9):  # sparse, dense
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(top_k, "SPARSE_SHARE", share)
            matrix = sparse.csr_array(scores.astype(np.float32))
            found.append(top_k_with_and_without_repeats(lambda rows, m=matrix: top_k.dense_if_full(m[rows]), seen, k, above=0))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_largest_handles_wide_rows_with_ties_and_odd_values() -> None:
    scores = np.tile(np.arange(1000, dtype=np.float32) % 7, (3, 1))
    scores[1, 500:] = np.nan
    scores[2, ::2] = np.inf
    rows, columns, values = largest(scores, 5)
    assert rows.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert columns.tolist() == [6, 13, 20, 27, 34, 6, 13, 20, 27, 34, 13, 27, 41, 55, 69]
    assert set(values.tolist()) == {6.0}
