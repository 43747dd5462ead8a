"""Every learned source handles odd data without errors, placeholders or products that may not be recommended."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from tests.python.problems import rows, tables, tables_of
from warehouse_recommender.candidates import als, content, ease, learning_curve, neighbours, pairs, spectral
from warehouse_recommender.candidates.problem import CANDIDATE_SCHEMA
from warehouse_recommender.candidates.solver import Settings


def als_candidates(
    strengths: pa.Table, customers: pa.Table, products: pa.Table, start: str, learns_from: pa.Table | None = None
) -> pa.Table:
    """Return candidates of als, computed in the three steps of the warehouse's models."""
    settings = Settings(3, 0.1, 5, start, "cpu", 1, largest_share=1.0)
    cells = strengths.rename_columns(als.CELL_COLUMNS)
    learned = cells if learns_from is None else learns_from.rename_columns(als.CELL_COLUMNS)
    cutoffs = pa.table({"cutoff_id": ["c"], "cutoff_at": pa.array([0], pa.timestamp("us"))})
    no_curve, previous = learning_curve.CURVE_SCHEMA.empty_table(), als.PRODUCT_SCHEMA.empty_table()
    of_products = als.product_factors(cutoffs, learned, no_curve, previous, settings=settings)
    none = als.DIRECTION_SCHEMA.empty_table()
    of_customers = als.customer_factors(cells, of_products, none, regularization=0.1)
    return als.candidates(strengths, customers, products, of_customers, of_products, top_k=4)


SPECTRAL = {
    "factors": 3,
    "largest_share": 1.0,
    "pattern_share": 1.0,
    "customer_exponent": 0.5,
    "product_exponent": 0.5,
    "seed": 1,
}
NEIGHBOURS = {"neighbours": 3, "shrinkage": 1.0, "asymmetry": 0.5, "weighting": "bm25"}
SOURCES: dict[str, Callable[..., pa.Table]] = {
    "als": lambda *t: als_candidates(*t, start="svd"),
    "als from random numbers": lambda *t: als_candidates(*t, start="random"),
    "spectral": lambda *t: spectral.candidates(*t, spectral.filters(t[0], t[2], **SPECTRAL), top_k=4),
    "neighbours": lambda *t: neighbours.candidates(*t, neighbours.nearest(t[0], t[2], **NEIGHBOURS), top_k=4),
    "ease": lambda *t: ease.candidates(*t, tables_of(ease.weights(t[0], penalty_share=0.5, memory=10**6)), top_k=4),
}
ODD = {
    "a customer without history": np.array([[1.0, 1, 0], [0, 0, 0], [0, 1, 1]]),
    "a customer who has everything": np.array([[1.0, 1, 1], [1, 0, 0], [0, 1, 1]]),
    "customers with a single product": np.eye(4),
    "one customer": np.array([[1.0, 2, 3]]),
    "a catalogue of one": np.array([[1.0], [2.0]]),
    "one cell": np.array([[1.0]]),
    "two identical products": np.array([[1.0, 1, 0], [2, 2, 0], [0, 0, 1]]),
    "a product without interactions": np.array([[1.0, 0, 2], [2, 0, 1]]),
    "huge and tiny strengths": np.array([[1e9, 1e-9, 0], [1e-9, 1e9, 1]]),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("case", ODD)
def test_odd_data_has_a_defined_outcome(source: str, case: str) -> None:
    strengths = ODD[case]
    found = SOURCES[source](*tables(strengths))
    assert found.schema == CANDIDATE_SCHEMA
    scores = np.array([row["score"] for row in rows(found)])
    assert np.isfinite(scores).all()
    assert np.abs(scores).max(initial=0) < 1e12
    pairs = [(row["customer_index"], row["product_index"]) for row in rows(found)]
    assert len(set(pairs)) == len(pairs)
    with_history = set(np.flatnonzero(strengths.any(axis=1)))
    chosen = set(np.flatnonzero(strengths.any(axis=0)))
    assert {customer for customer, _ in pairs} <= with_history
    assert {product for _, product in pairs} <= chosen


@pytest.mark.parametrize("source", SOURCES)
def test_no_data_gives_no_candidates(source: str) -> None:
    nothing = tables(np.zeros((2, 3)))
    assert len(SOURCES[source](*nothing)) == 0
    assert len(SOURCES[source](*tables(np.ones((2, 3)), offered=[]))) == 0
    assert len(SOURCES[source](*tables(np.ones((2, 3)), listed=[]))) == 0


@pytest.mark.parametrize("source", SOURCES)
def test_only_offered_products_are_proposed(source: str) -> None:
    strengths = np.random.default_rng(1).poisson(1.0, (12, 8)).astype(float)
    found = rows(SOURCES[source](*tables(strengths, offered=[1, 4, 6])))
    assert {row["product_index"] for row in found} <= {1, 4, 6}
    assert len(found) > 0


@pytest.mark.parametrize("source", SOURCES)
def test_strengths_decayed_to_zero_give_no_candidates(source: str) -> None:
    strengths, customers, products = tables(np.array([[1.0, 1, 0], [0, 0, 0], [1, 0, 1]]))
    faded = pa.table({"cutoff_id": ["c"] * 2, "customer_index": [1, 0], "product_index": [0, 2], "strength": [0.0, 1e-60]})
    found = rows(SOURCES[source](pa.concat_tables([strengths, faded]), customers, products))
    assert np.isfinite([row["score"] for row in found]).all()
    assert {row["customer_index"] for row in found} == {0, 2}
    everything = tables(np.zeros((2, 3)))
    nothing = pa.table({"cutoff_id": ["c"] * 2, "customer_index": [0, 1], "product_index": [0, 1], "strength": [0.0, 0.0]})
    assert len(SOURCES[source](nothing, *everything[1:])) == 0


# Without the sources that factorise a matrix: rounding makes the scores of equal products differ there.
EQUAL: dict[str, Callable[..., pa.Table]] = {
    "neighbours": lambda *t: neighbours.candidates(*t, neighbours.nearest(t[0], t[2], **NEIGHBOURS | {"neighbours": 4}), top_k=4),
    "content": lambda *t: content.candidates(*t, SAME_TEXT, top_k=4),
    "pairs": lambda *t: pairs.candidates(*t, t[0], ALL_PAIRS, top_k=4),
}
SAME_TEXT = pa.table({"cutoff_id": ["c"] * 4, "product_index": range(4), "term_index": [0] * 4, "weight": [1.0] * 4})
ALL_PAIRS = pa.table({"cutoff_id": ["c"] * 3, "product_index": [0] * 3, "next_index": range(1, 4), "score": [1.0] * 3})


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]])
@pytest.mark.parametrize("source", EQUAL)
def test_equal_scores_are_ordered_by_offer(source: str, order: list[int]) -> None:
    """Products 1 to 3 are equal in every respect; nodes offer the most popular product first."""
    strengths, customers, _ = tables(np.array([[1.0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1]]))
    offered = pa.table({"cutoff_id": ["c"] * 4, "product_index": order})
    found = [row for row in rows(EQUAL[source](strengths, customers, offered)) if row["customer_index"] == 0]
    equal = [row for row in found if row["product_index"] != 0]
    assert len({row["score"] for row in equal}) == 1
    assert [row["product_index"] for row in equal] == [product for product in order if product != 0]


LEARNED: dict[str, Callable[..., pa.Table]] = {
    "spectral": lambda old, new: spectral.candidates(*new, spectral.filters(old[0], old[2], **SPECTRAL), top_k=4),
    "neighbours": lambda old, new: neighbours.candidates(*new, neighbours.nearest(old[0], old[2], **NEIGHBOURS), top_k=4),
    "ease": lambda old, new: ease.candidates(*new, tables_of(ease.weights(old[0], penalty_share=0.5, memory=10**6)), top_k=4),
    "als": lambda old, new: als_candidates(*new, start="svd", learns_from=old[0]),
}


@pytest.mark.parametrize("source", LEARNED)
def test_products_newer_than_the_model_are_ignored(source: str) -> None:
    """Fails if a refresh breaks on a product without factors, in the history or the catalogue, or proposes it."""
    learned = tables(np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 1]]))
    history, with_newer = np.array([[0.0, 1, 0, 1]]), np.array([[0.0, 1, 0, 1, 0, 2]])
    expected = LEARNED[source](learned, tables(history))
    found = LEARNED[source](learned, tables(with_newer))
    assert rows(expected)
    assert [row["product_index"] for row in rows(found)] == [row["product_index"] for row in rows(expected)]
    assert [row["score"] for row in rows(found)] == pytest.approx([row["score"] for row in rows(expected)])
