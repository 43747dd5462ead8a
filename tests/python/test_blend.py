"""Search for blend weights: the climb, the metric by hand, and a planted best mix."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_recommender.ranking import blend


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=5))
def test_the_search_climbs_to_the_top_of_a_hill(heights: list[float]) -> None:
    top = np.array(heights) / sum(heights)
    tried = blend.coordinate_search(lambda mix: -float(np.sum((mix - top) ** 2)), dimensions=len(top), steps=20, rounds=50)
    mixes = np.array([mix for mix, _ in tried])
    np.testing.assert_allclose(mixes.sum(axis=1), 1)
    assert mixes.min() >= 0
    assert len(np.unique(np.round(mixes, 12), axis=0)) == len(mixes)
    simple = [*np.eye(len(top)), np.ones(len(top)) / len(top)]
    best = max(quality for _, quality in tried)
    assert best >= max(-np.sum((mix - top) ** 2) for mix in simple)
    assert best > -0.02


def test_of_equal_mixes_the_simplest_stands() -> None:
    tried = blend.coordinate_search(lambda _: 0.5, dimensions=3, steps=4, rounds=9)
    np.testing.assert_array_equal(tried[0][0], [1, 0, 0])


def test_ndcg_by_hand() -> None:
    # List 1: hits at ranks 1 and 3 of 3 relevant; list 2: no hit among the first 2, one relevant.
    scores = np.array([0.9, 0.5, 0.7, 0.3, 0.2, 0.1])
    relevant = np.array([True, True, False, False, False, True])
    value = blend.mean_ndcg(scores, relevant, np.array([0, 3]), np.array([3, 1]), k=3)
    first = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3) + 1 / math.log2(4))
    second = (1 / math.log2(4)) / 1
    assert value == pytest.approx((first + second) / 2, abs=1e-12)
    cut = blend.mean_ndcg(scores, relevant, np.array([0, 3]), np.array([3, 1]), k=2)
    assert cut == pytest.approx((1 / (1 + 1 / math.log2(3)) + 0) / 2, abs=1e-12)


def test_equal_scores_rank_as_they_stand() -> None:
    one = np.array([True, False])
    assert blend.mean_ndcg(np.zeros(2), one, np.array([0]), np.array([1]), k=1) == 1
    assert blend.mean_ndcg(np.zeros(2), ~one, np.array([0]), np.array([1]), k=1) == 0


def pool(rows: list[tuple]) -> pa.Table:
    return pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=list(blend.POOL_COLUMNS))


def best_mix(trials: pa.Table) -> dict[str, float]:
    rows = trials.to_pylist()
    top = max(row["ndcg_at_k"] for row in rows)
    first = min(row["trial"] for row in rows if row["ndcg_at_k"] == top)
    return {row["source"]: row["weight"] for row in rows if row["trial"] == first}


def test_a_source_that_hurts_gets_no_weight() -> None:
    rows = []
    for number in range(6):
        rows += [("all", number, 0, "good", 1.0, True, 1), ("all", number, 1, "good", 0.2, False, 1)]
        rows += [("all", number, 0, "bad", 0.0, True, 1), ("all", number, 1, "bad", 1.0, False, 1)]
    trials = blend.search(pool(rows), sources=["bad", "good"], steps=10, rounds=5, k=1)
    assert best_mix(trials)["good"] > best_mix(trials)["bad"]
    assert set(trials["list_count"].to_pylist()) == {6}


def test_two_halves_of_the_truth_are_worth_more_together() -> None:
    rows = []
    for number in range(4):
        right, wrong = ("left", "right") if number % 2 else ("right", "left")
        rows += [("all", number, 0, right, 1.0, True, 1), ("all", number, 1, wrong, 0.9, False, 1)]
        rows += [("all", number, 2, right, 0.0, False, 1), ("all", number, 2, wrong, 0.5, False, 1)]
    trials = blend.search(pool(rows), sources=["left", "right"], steps=4, rounds=5, k=1)
    assert best_mix(trials) == {"left": 0.5, "right": 0.5}


def test_a_silent_source_takes_part_and_modes_are_apart() -> None:
    rows = [("all", 0, 0, "a", 1.0, True, 1), ("discovery", 1, 0, "a", 1.0, False, 1)]
    trials = blend.search(pool(rows), sources=["a", "silent"], steps=2, rounds=5, k=1)
    quality = {(row["mode"], row["ndcg_at_k"]) for row in trials.to_pylist()}
    assert quality == {("all", 1.0), ("discovery", 0.0)}
    assert len(trials) == 2 * 3 * 2


def test_no_lists_give_no_trials() -> None:
    empty = pool([("all", 0, 0, "a", 1.0, True, 1)]).slice(0, 0)
    trials = blend.search(empty, sources=["a", "b"], steps=2, rounds=5, k=1)
    assert len(trials) == 0
    assert trials.schema == blend.TRIAL_SCHEMA
