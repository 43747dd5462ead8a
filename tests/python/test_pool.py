"""The pool is ordered by the weighted sum with ties by source; it keeps new products and scores the cascade."""

import numpy as np
import pyarrow as pa
import pytest

from tests.python.test_proposals import Rows, lists, products, sources
from warehouse_recommender.ranking import pool
from warehouse_recommender.ranking.proposals import Inputs

NAMES = ["popularity", "als", "content", "survey"]
NO_CASCADE = pool.Cascade(None, 0, np.zeros(4))


def inputs(rows: Rows) -> Inputs:
    return Inputs(*(lambda *_, table=table: table for table in (sources(rows), products([]), products([]))))


def pools(
    rows: Rows, weights: list[list[float]], scale: str = "min_max", new: list[int] | None = None, **others: object
) -> list[dict]:
    wanted = lists([(customer, "all") for customer in range(len(weights))])
    wanted = wanted.append_column("normalisation", pa.array([scale] * len(weights)))
    wanted = wanted.append_column("weights", pa.array(weights, pa.list_(pa.float64())))
    new_products = pa.table({"cutoff_id": ["live"] * len(new or []), "product_index": pa.array(new or [], pa.int32())})
    settings = {"depth": 9, "new_count": 0, "cascade": NO_CASCADE, **others}
    batches = pool.pool(
        *(wanted, inputs(rows), new_products), sources=NAMES, product_count=20, candidates_per_source=3, **settings
    )
    return pa.Table.from_batches(batches, schema=pool.POOL_SCHEMA).to_pylist()


def test_pool_is_ordered_by_weighted_sum_with_ties_by_source() -> None:
    """Products 3 and 2 have 0.25 each, but popularity names 3 first. 8 has no weight, and 7 is beyond the depth."""
    rows: Rows = [
        (0, 1, [3, 2, 7], [1, 0.5, 0]),
        (0, 2, [1, 2, 5], [1, 0.25, 0]),
        (0, 3, [8], [1]),
        (1, 2, [4], [1]),
    ]
    found = pools(rows, [[0.25, 0.5, 0, 0], [0, 9, 0, 0]], depth=4)
    first = [(row["product_index"], row["pool_rank"], row["weighted_score"], row["source_count"]) for row in found[:4]]
    assert first == [(1, 1, 0.5, 1), (3, 2, 0.25, 1), (2, 3, 0.25, 2), (7, 4, 0.0, 1)]
    assert (found[4]["list_index"], found[4]["product_index"], found[4]["weighted_score"]) == (1, 4, 9.0)
    assert found[2]["source_parts"] == [0.125, 0.125, 0, 0]
    np.testing.assert_allclose(found[2]["log_ranks"], [0.5, 0.5, 0, 0])


@pytest.mark.parametrize("scale", ["min_max", "z_score", "reciprocal_rank", "log_rank"])
def test_parts_add_up_to_the_score_with_every_normalisation(scale: str) -> None:
    rows: Rows = [(0, place, [place, 5, 19 - place], [3.0, 1.5, 1.0]) for place in (1, 2, 3, 4)]
    for row in pools(rows, [[0.4, 0.3, 0.2, 0.1]], scale):
        assert sum(row["source_parts"]) == pytest.approx(row["weighted_score"], abs=1e-6)


def test_pool_keeps_the_new_products_closest_to_taste() -> None:
    """Beyond a depth of 1, the pool keeps the two new products of 2 to 5 that content and survey rank first. 6 is old."""
    rows: Rows = [(0, 1, [1, 5], [1, 0.5]), (0, 3, [6, 2, 4], [1, 0.5, 0.25]), (0, 4, [3], [1]), (1, 1, [2], [1])]
    found = pools(rows, [[1, 0, 0, 0], [1, 0, 0, 0]], new=[2, 3, 4, 5], depth=1, new_count=2)
    assert [(row["list_index"], row["product_index"], row["pool_rank"]) for row in found] == [
        (0, 1, 1),
        (0, 2, 2),
        (0, 3, 3),
        (1, 2, 1),
    ]


def test_cascade_reranks_the_products_of_one_source() -> None:
    """Products 1 and 2 are ranked again: 3 + half their log rank + half their content. 3 was retrieved too deep, 4 never."""
    rows: Rows = [(0, 1, [4], [1]), (0, 2, [1, 2, 3], [1, 0.75, 0]), (0, 3, [2, 3], [1, 0])]
    cascade = pool.Cascade(1, 2, np.array([0, 0.5, 0.5, 0]))
    found = {row["product_index"]: row["cascade_score"] for row in pools(rows, [[1, 0, 0, 0]], "log_rank", cascade=cascade)}
    assert found == pytest.approx({1: 3.5, 2: 3.75, 3: 2 + 1 - np.log(3) / np.log(4), 4: 1.0}, abs=1e-6)
    settings_table = pa.table(
        {
            "source": NAMES,
            "retrieval_depth": pa.array([None, 30, None, None], pa.int32()),
            "cascade_share": [0.0, 0.7, 0.3, 0.0],
        }
    )
    assert (pool.Cascade.of(settings_table).retrieval, pool.Cascade.of(settings_table).depth) == (1, 30)
    assert pool.Cascade.of(settings_table.take([0, 2])).retrieval is None


def test_tuning_pool_holds_every_candidate_with_its_label() -> None:
    wanted = lists([(0, "all")])
    for name, value in (("has_history", True), ("tier", "history"), ("activity_band", "1-4"), ("relevant_count", 2)):
        wanted = wanted.append_column(name, pa.array([value]))
    labels = pa.table({"list_index": [0, 7], "product_index": [5, 1]})
    batches = pool.tuning_pool(
        *(wanted, inputs([(0, 1, [1, 5], [2, 1]), (0, 3, [5], [4])]), labels),
        source_count=4,
        product_count=20,
        candidates_per_source=3,
    )
    found = pa.Table.from_batches(batches, schema=pool.TUNING_SCHEMA).to_pylist()
    assert [(row["product_index"], row["is_relevant"], row["source_ranks"]) for row in found] == [
        (1, False, [1, 0, 0, 0]),
        (5, True, [2, 0, 1, 0]),
    ]
    assert found[1]["min_max"] == [0, 0, 1, 0]
    assert found[0]["z_score"] == [2, 0, 0, 0]


def test_source_lists_hold_the_products_of_each_source() -> None:
    batches = pool.source_lists(
        *(lists([(0, "all"), (1, "all")]), inputs([(0, 1, [4, 2], [2, 1]), (0, 3, [9], [1])])),
        sources=NAMES,
        product_count=20,
        candidates_per_source=3,
    )
    found = pa.Table.from_batches(batches, schema=pool.SOURCE_LIST_SCHEMA).to_pylist()
    assert found == [
        {"list_index": 0, "source": "popularity", "product_indexes": [4, 2]},
        {"list_index": 0, "source": "content", "product_indexes": [9]},
    ]
