"""Best products per customer, with and without repeats."""

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


def test_takes_the_best_with_repeats_and_as_many_without() -> None:
    assert best([[4, 3, 2, 1]], seen=[[1, 0, 1, 0]], k=1) == {0: {0: 4.0, 1: 3.0}}


def test_a_customer_without_repeats_gets_k_and_no_more() -> None:
    assert best([[1, 2, 3, 4]], seen=[[0, 0, 0, 0]], k=2) == {0: {3: 4.0, 2: 3.0}}


def test_a_customer_who_has_everything_gets_repeats_only() -> None:
    assert best([[1, 2]], seen=[[1, 1]], k=1) == {0: {1: 2.0}}


def test_scores_that_are_not_finite_are_never_proposed() -> None:
    assert best([[np.nan, np.inf, -np.inf, 1]], seen=[[0, 0, 0, 0]], k=4) == {0: {3: 1.0}}


def test_ties_go_to_the_lower_column() -> None:
    assert best([[1, 1, 1, 1]], seen=[[0, 0, 0, 0]], k=2) == {0: {0: 1.0, 1: 1.0}}


def test_no_customers_give_no_rows() -> None:
    rows = top_k_with_and_without_repeats(lambda block: np.empty((0, 3)), sparse.csr_array((0, 3)), 2)
    assert [len(part) for part in rows] == [0, 0, 0]


def test_blocks_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(size=(50, 20)).tolist()
    seen = generator.integers(0, 2, size=(50, 20)).tolist()
    whole = best(scores, seen, k=5)
    monkeypatch.setattr(top_k, "BLOCK_CELLS", 60)
    assert best(scores, seen, k=5) == whole


@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(1, 8),
)
def test_marks_what_a_stable_sort_would_take(rows: list[list[int]], k: int) -> None:
    scores = np.array(rows, dtype=np.float32)
    scores[scores == -3] = -np.inf
    marked = largest(scores, k)
    for row, mark in zip(scores, marked, strict=True):
        order = [column for column in np.argsort(-row, kind="stable")[:k] if row[column] > -np.inf]
        assert sorted(order) == np.flatnonzero(mark).tolist()
