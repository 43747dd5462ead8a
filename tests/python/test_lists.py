"""The quality of ranked candidate lists equals hand-computed values and the result of sorting."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_recommender.ranking.lists import Lists, matrix_of


def test_ndcg_equals_hand_computed_values() -> None:
    # List 1: hits at ranks 1 and 3, three labels. List 2: no hit among the first two, one label.
    lists = Lists(np.array([3, 3]), np.array([True, True, False, False, False, True]), np.array([3, 1]))
    scores = np.array([0.9, 0.5, 0.7, 0.3, 0.2, 0.1])
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert lists.ndcg(scores, 3) == pytest.approx([(1 + 1 / math.log2(4)) / ideal, 1 / math.log2(4)], abs=1e-12)
    assert lists.ndcg(scores, 2) == pytest.approx([1 / (1 + 1 / math.log2(3)), 0], abs=1e-12)


def test_equal_scores_keep_their_order() -> None:
    for relevant, expected in (([True, False], 1), ([False, True], 0)):
        assert Lists(np.array([2]), np.array(relevant), np.array([1])).ndcg(np.zeros(2), 1) == [expected]


def test_lists_without_relevant_candidates_score_zero() -> None:
    lists = Lists(np.array([2, 1]), np.zeros(3, bool), np.array([1, 4]))
    np.testing.assert_array_equal(lists.ndcg(np.arange(3.0), 10), [0, 0])


@given(st.data())
def test_ndcg_equals_that_of_sorted_lists(data: st.DataObject) -> None:
    sizes = np.array(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5)))
    rows = int(sizes.sum())
    scores = np.array(data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)), float)
    relevant = np.array(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
    k = data.draw(st.integers(1, 7))
    starts = np.cumsum(sizes) - sizes
    counts = np.maximum([relevant[a : a + n].sum() for a, n in zip(starts, sizes, strict=True)], 1)
    expected = []
    for first, size, count in zip(starts, sizes, counts, strict=True):
        order = sorted(range(first, first + size), key=lambda row: (-scores[row], row))[:k]
        gain = sum(1 / math.log2(rank + 2) for rank, row in enumerate(order) if relevant[row])
        expected.append(gain / sum(1 / math.log2(rank + 2) for rank in range(min(count, k))))
    lists = Lists(sizes, relevant, counts)
    assert lists.ndcg(scores, k) == pytest.approx(expected, abs=1e-12)
    chosen = np.arange(len(sizes))[::-1][:2]
    part, places = lists.take(chosen)
    assert part.ndcg(scores[places], k) == pytest.approx(np.array(expected)[chosen], abs=1e-12)


def test_matrix_joins_array_columns_and_maps_null_to_nan() -> None:
    table = pa.table({"a": pa.array([1.0, None]), "b": pa.array([[1, 2], [3, 4]], pa.list_(pa.float32()))})
    np.testing.assert_array_equal(matrix_of(table, ["a", "b"]), np.array([[1, 1, 2], [np.nan, 3, 4]], np.float32))
    np.testing.assert_array_equal(matrix_of(table.slice(1), ["b"]), np.array([[3, 4]], np.float32))
    assert matrix_of(table, []).shape == (2, 0)
