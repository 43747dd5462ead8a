"""Ranks among all products: known values, and customers and products without vectors."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.python.test_proposals import lists, products, sources
from warehouse_recommender.ranking import pool, proposals, whole_ranks
from warehouse_recommender.ranking.whole_ranks import Vectors


def by_index(cutoff: str, key: str, vectors: dict[int, list[float]]) -> pa.Table:
    return pa.table(
        {
            "cutoff_id": [cutoff] * len(vectors),
            key: pa.array(list(vectors), pa.int32()),
            "factors": pa.array(list(vectors.values()), pa.list_(pa.float32())),
        }
    )


def test_ranks_count_only_products_that_the_list_may_contain() -> None:
    """Scores of customer 0 are 3, 1, 2 and 4 on products 0 to 3; product 4 has no vector; product 3 is withheld in list 1."""
    factors = np.array([[3.0], [1], [2], [4], [0]], np.float32)
    own = Vectors.of(0, np.array([[1.0], [0]], np.float32), factors, np.arange(5))
    is_withheld = np.zeros((3, 6), bool)
    is_withheld[1, 3] = True
    wanted = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 3, 4, 0, 1, 0])
    ranks, counts = whole_ranks.ranks_among_all(own, np.array([0, 0, 1]), is_withheld, *wanted)
    assert ranks.tolist() == [2, 1, 0, 1, 3, 0], "list 2 belongs to a customer without a vector"
    assert counts.tolist() == [4, 3, 0]
    logs = whole_ranks.log_ranks_among_all(ranks, counts, wanted[0])
    np.testing.assert_allclose(logs, [1 - np.log(2) / np.log(5), 1, 0, 1, 1 - np.log(3) / np.log(4), 0])


def test_products_that_are_not_offered_are_not_ranked() -> None:
    own = Vectors.of(0, np.array([[1.0]], np.float32), np.array([[3.0], [1], [2]], np.float32), np.array([1, 2]))
    ranks, counts = whole_ranks.ranks_among_all(own, np.array([0]), np.zeros((1, 3), bool), np.array([0, 0]), np.array([1, 2]))
    assert (ranks.tolist(), counts.tolist()) == ([2, 1], [2])


def test_equal_scores_share_a_rank_and_unknown_customers_have_none() -> None:
    own = Vectors.of(0, np.array([[1.0]], np.float32), np.array([[2.0], [2], [1]], np.float32), np.arange(3))
    ranks, _ = whole_ranks.ranks_among_all(
        own, np.array([0, 7]), np.zeros((2, 3), bool), np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])
    )
    assert ranks.tolist() == [1, 1, 3, 0]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), st.integers(0, 2**12 - 1))
def test_ranks_equal_those_of_sorted_scores(scores: list[int], withheld: int) -> None:
    factors = np.array([[score, 1] for score in scores], np.float32)
    own = Vectors.of(0, np.array([[1.0, 0.5]], np.float32), factors, np.arange(len(scores)))
    is_withheld = np.array([[bool(withheld >> place & 1) for place in range(len(scores))]])
    left = np.flatnonzero(~is_withheld[0])
    ranks, counts = whole_ranks.ranks_among_all(own, np.array([0]), is_withheld, np.zeros(len(left), int), left)
    assert ranks.tolist() == [1 + sum(scores[other] > scores[place] for other in left) for place in left]
    assert counts.tolist() == [len(left)]


def test_vectors_come_from_als_factors_and_filtered_histories() -> None:
    """The history (2, 0) is filtered by analysis (1, 3) and synthesis (5, 7): scores 2 · 1 · (5, 7)."""
    strengths = pa.table(
        {
            "cutoff_id": ["live"],
            "customer_index": pa.array([1], pa.int32()),
            "product_index": pa.array([0], pa.int32()),
            "strength": [2.0],
        }
    )
    tables = (
        pa.table({"product_index": pa.array([1, 0], pa.int32())}),
        strengths,
        by_index("live", "customer_index", {1: [1.0, 2.0]}),
        by_index("live", "product_index", {0: [1.0, 1.0], 2: [9.0, 9.0]}),
        by_index("live", "product_index", {0: [1.0, 5.0], 1: [3.0, 7.0]}),
    )
    read = whole_ranks.Inputs(*(lambda _, table=table: table for table in tables), als=1, spectral=0)
    als, spectral = read.at("live")
    assert (als.place, als.products.tolist(), (als.customers[1] @ als.factors).tolist()) == (1, [0], [3])
    assert (spectral.place, spectral.products.tolist()) == (0, [0, 1])
    assert (spectral.customers[1] @ spectral.factors).tolist() == [10, 14]
    assert read.at("other") == [], "no vectors at a cutoff without rows"
    unused = whole_ranks.Inputs(*(lambda _, table=table: table for table in tables), als=None, spectral=None)
    assert unused.at("live") == []


@pytest.mark.parametrize(("scale", "second"), [("log_rank", 1 - np.log(2) / np.log(4)), ("min_max", 0)])
def test_candidate_of_another_source_gets_rank_and_contribution(scale: str, second: float) -> None:
    """als proposes only product 5, but ranks product 7, a candidate of popularity, second of three."""
    wanted = lists([(0, "all")]).append_column("normalisation", pa.array([scale]))
    wanted = wanted.append_column("weights", pa.array([[0.5, 0.5]], pa.list_(pa.float64())))
    own = Vectors(1, np.array([[1.0]], np.float32), np.array([5, 6, 7]), np.array([[3.0, 1, 2]], np.float32))
    rows = [(0, 1, [7], [1.0]), (0, 2, [5], [1.0])]
    tables = (sources(rows), products([]), products([]))
    inputs = proposals.Inputs(*(lambda *_, table=table: table for table in tables), lambda _: [own])
    no_new = pa.table({"cutoff_id": pa.array([], pa.string()), "product_index": pa.array([], pa.int32())})
    settings = {"sources": ["popularity", "als"], "product_count": 9, "candidates_per_source": 3, "depth": 9, "new_count": 0}
    batches = pool.pool(*(wanted, inputs, no_new), **settings, cascade=pool.Cascade(None, 0, np.zeros(2)))
    found = {row["product_index"]: row for row in pa.Table.from_batches(batches).to_pylist()}
    np.testing.assert_allclose(found[7]["log_ranks"], [1, 1 - np.log(2) / np.log(4)], rtol=1e-6)
    np.testing.assert_allclose(found[7]["source_parts"], [0.5, 0.5 * second], rtol=1e-6)
    assert found[7]["weighted_score"] == pytest.approx(sum(found[7]["source_parts"]))
    assert [found[product]["source_count"] for product in (5, 7)] == [1, 1], "only sources that propose the product are counted"
