"""The trade-off between accuracy and revenue: known answers in a small store, and properties of all stores."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_recommender.evaluation import value

SETTINGS: dict[str, Any] = {"replicates": 50, "level": 0.95}
COLUMNS = ("list_index", "customer_id", "list_rank", "probability", "is_relevant", "relevant_count", "price", "value")
TYPES = (pa.int32(), pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.int64(), pa.float64(), pa.float64())
# Customer a buys the cheap product, b the dear one, c something that no list has, and d has no list.
# By probability × value: cheap 0.5, middle 0.6 and dear 0.7. By the root of the value: 0.5, 0.42 and 0.26.
STORE = [
    (0, "a", 1, 0.5, True, 1, 1.0, 1.0),
    (0, "a", 2, 0.3, False, 1, 2.0, 2.0),
    (0, "a", 3, 0.1, False, 1, 7.0, 7.0),
    (1, "b", 1, 0.5, False, 1, 1.0, 1.0),
    (1, "b", 2, 0.3, False, 1, 2.0, 2.0),
    (1, "b", 3, 0.1, True, 1, 7.0, 7.0),
    (2, "c", 1, 0.5, False, 1, 1.0, 1.0),
    (3, "d", 1, None, False, 1, None, None),
]


def store(*rows: tuple) -> pa.Table:
    columns = {name: pa.array(numbers, kind) for name, kind, numbers in zip(COLUMNS, TYPES, zip(*rows, strict=True), strict=True)}
    return pa.table({"cutoff_id": ["test"] * len(rows), "mode": ["all"] * len(rows)} | columns)


def values_of(table: pa.Table, k: int) -> dict[tuple[float, str], float]:
    rows = value.trials(table, k=k, **SETTINGS).to_pylist()
    return {(row["value_weight"], row["metric"]): row["value"] for row in rows}


def test_known_answers_where_probability_and_value_disagree() -> None:
    found = values_of(store(*STORE), k=1)
    assert found[0.0, "ndcg_at_k"] == found[0.5, "ndcg_at_k"] == 0.25  # the cheap product is first, so a has a hit
    assert found[1.0, "ndcg_at_k"] == 0.25  # the dear product is first, so b has a hit
    assert found[0.0, "revenue_at_k"] == 0.25 * 1
    assert found[1.0, "revenue_at_k"] == 0.25 * 7
    assert found[0.0, "expected_revenue_at_k"] == pytest.approx(0.5)  # mean of a, b and c; d has no probability
    assert found[1.0, "expected_revenue_at_k"] == pytest.approx((0.7 + 0.7 + 0.5) / 3)


def test_rank_of_a_hit_costs_accuracy() -> None:
    found = values_of(store(*STORE[:3]), k=3)
    assert found[0.0, "ndcg_at_k"] == 1
    assert found[1.0, "ndcg_at_k"] == pytest.approx(0.5)  # third of three: 1 / log2(4)
    assert found[0.0, "revenue_at_k"] == found[1.0, "revenue_at_k"] == 1


def test_differences_are_paired() -> None:
    """Every customer loses 0.5 of nDCG; single intervals would be as wide as the differences between the customers."""
    rows = [(number, f"c{number}", *row[2:]) for number in range(40) for row in STORE[:3]]
    rows += [(number, f"c{number}", 1, 0.5, False, 1, 1.0, 1.0) for number in range(40, 80)]
    found = {(row["value_weight"], row["metric"]): row for row in value.trials(store(*rows), k=3, **SETTINGS).to_pylist()}
    first, last = found[0.0, "ndcg_at_k"], found[1.0, "ndcg_at_k"]
    assert (first["difference"], first["difference_low"], first["difference_high"]) == (0, 0, 0)
    assert last["difference"] == pytest.approx(-0.25)
    assert last["difference_low"] < last["difference"] < last["difference_high"] < 0
    assert last["difference_high"] - last["difference_low"] < 0.7 * (first["ci_high"] - first["ci_low"])


def test_list_without_probabilities_keeps_its_order() -> None:
    rows = [(0, "a", rank, None, rank == 1, 1, float(rank), float(rank)) for rank in (1, 2, 3)]
    found = values_of(store(*rows), k=1)
    assert {number for (_, metric), number in found.items() if metric == "ndcg_at_k"} == {1.0}
    assert {metric for _, metric in found} == {"ndcg_at_k", "revenue_at_k"}


def test_product_without_a_price_is_ordered_by_its_value_and_brings_no_revenue() -> None:
    rows = [(0, "a", 1, 0.5, False, 1, 1.0, 1.0), (0, "a", 2, 0.4, True, 1, None, 3.0)]
    found = values_of(store(*rows), k=1)
    assert (found[0.0, "ndcg_at_k"], found[1.0, "ndcg_at_k"]) == (0, 1)
    assert (found[1.0, "revenue_at_k"], found[1.0, "expected_revenue_at_k"]) == (0, 0)


def test_store_without_prices_has_no_trials() -> None:
    rows = [(0, "a", 1, 0.5, True, 1, None, 1.0)]
    assert value.trials(store(*rows), k=1, **SETTINGS).equals(value.TRIAL_SCHEMA.empty_table())


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.tuples(st.floats(0.001, 1), st.floats(0.5, 500)), min_size=2, max_size=12),
    k=st.integers(1, 5),
)
def test_expected_revenue_never_falls_and_expected_hits_never_rise_with_the_weight(
    numbers: list[tuple[float, float]], k: int
) -> None:
    """A swap at weight w has p v^w = q u^w with u > v, so that q u >= p v and q <= p."""
    ordered = sorted(numbers, key=lambda pair: -pair[0])
    rows = [(0, "a", rank, chance, False, 1, worth, worth) for rank, (chance, worth) in enumerate(ordered, 1)]
    hits = [(*row[:6], 1.0, row[7]) for row in rows]
    revenue, expected = (
        [number for (_, metric), number in sorted(values_of(store(*of), k).items()) if metric == "expected_revenue_at_k"]
        for of in (rows, hits)
    )
    assert (np.diff(revenue) >= -1e-6).all()
    assert (np.diff(expected) <= 1e-6).all()
    assert revenue[-1] == pytest.approx(sum(sorted((chance * worth for chance, worth in numbers), reverse=True)[:k]), rel=1e-6)


def test_trials_are_the_same_for_the_same_input() -> None:
    assert value.trials(store(*STORE), k=2, **SETTINGS).equals(value.trials(store(*STORE), k=2, **SETTINGS))
