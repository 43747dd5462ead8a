"""nDCG equals hand-computed values, and all its implementations agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from warehouse_recommender.candidates.learning_curve import list_quality
from warehouse_recommender.metrics import ndcg, ranks_in_lists
from warehouse_recommender.ranking.lists import Lists

SECOND, THIRD = 1 / np.log2(3), 1 / np.log2(4)


def test_ndcg_equals_hand_computed_values() -> None:
    """Three lists: hits at ranks 0 and 2 of three labels; no hit; a hit at rank 1 of five labels."""
    lists, ranks, relevant = np.array([0, 0, 2]), np.array([0, 2, 1]), np.array([3, 1, 5])
    assert ndcg(lists, ranks, relevant, 3) == pytest.approx(
        [(1 + THIRD) / (1 + SECOND + THIRD), 0, SECOND / (1 + SECOND + THIRD)]
    )
    assert ndcg(lists, ranks, relevant, 2) == pytest.approx([1 / (1 + SECOND), 0, SECOND / (1 + SECOND)])
    assert ndcg(lists, ranks, relevant, 1) == pytest.approx([1, 0, 0])


def test_list_with_all_labels_first_scores_one() -> None:
    assert ndcg(np.array([0, 0]), np.array([0, 1]), np.array([2]), 10) == pytest.approx([1])


def test_ndcg_without_lists_or_hits_is_zero() -> None:
    nothing = np.array([], np.int64)
    assert ndcg(nothing, nothing, np.array([2, 1]), 5).tolist() == [0, 0]
    assert ndcg(nothing, nothing, nothing, 5).tolist() == []


def test_ranks_count_from_zero_in_each_list() -> None:
    assert ranks_in_lists(np.array([3, 3, 3, 5, 9, 9])).tolist() == [0, 1, 2, 0, 0, 1]


@given(st.integers(1, 6), st.integers(1, 8), st.integers(1, 9), st.integers(0, 1000))
def test_ndcg_of_score_matrices_and_candidate_lists_agrees(lists: int, products: int, k: int, seed: int) -> None:
    """The learning curve finds the best scores of a row; the ranker counts higher scores. Both give the same nDCG."""
    rng = np.random.default_rng(seed)
    scores = rng.permuted(np.tile(np.arange(products, dtype=float), (lists, 1)), axis=1)
    relevant = rng.random((lists, products)) < 0.4
    relevant[:, 0] |= ~relevant.any(axis=1)
    found, _ = list_quality(scores.copy(), sparse.coo_array(relevant), k)
    candidates = Lists(np.full(lists, products), relevant.ravel(), relevant.sum(axis=1))
    assert found == pytest.approx(candidates.ndcg(scores.ravel(), k))
