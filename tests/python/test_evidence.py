"""For als, neighbours and content, the evidence from the history adds up to the score of every pair."""

import numpy as np
import pyarrow as pa
import pytest

from tests.python.problems import rows, tables
from warehouse_recommender.candidates import als, als_evidence, content, evidence, learning_curve, neighbours
from warehouse_recommender.candidates.problem import CANDIDATE_SCHEMA
from warehouse_recommender.candidates.solver import Settings

CUSTOMERS, PRODUCTS, ALPHA = 23, 41, 4.0
ALS = Settings(factors=6, regularization=0.7, iterations=5, start="svd", device="cpu", seed=3, largest_share=1.0)
NO_DIRECTIONS = als.DIRECTION_SCHEMA.empty_table()
NEIGHBOURS = {"neighbours": 9, "shrinkage": 1.0, "asymmetry": 0.3, "weighting": "bm25"}


def strengths(seed: int = 5) -> np.ndarray:
    """Strengths with histories of unequal length; the last customer has none."""
    rng = np.random.default_rng(seed)
    found = rng.exponential(size=(CUSTOMERS, PRODUCTS)) * (rng.uniform(size=(CUSTOMERS, PRODUCTS)) < 0.2)
    found[0, :30] = 1.5
    found[-1] = 0
    return found


def term_table() -> pa.Table:
    rng = np.random.default_rng(8)
    weights = rng.exponential(size=(PRODUCTS, 17)) * (rng.uniform(size=(PRODUCTS, 17)) < 0.3)
    rows, columns = np.nonzero(weights)
    return pa.table(
        {"cutoff_id": ["c"] * len(rows), "product_index": rows, "term_index": columns, "weight": weights[rows, columns]}
    )


def scores_and_evidence(source: str, count: int, given: np.ndarray | None = None) -> tuple[pa.Table, pa.Table]:
    """Return candidates of a source and their evidence, given in another order and with the history of another cutoff."""
    offered = [*range(2, 30), *range(31, PRODUCTS)]
    tables_given = tables(strengths() if given is None else given, offered)
    past = tables_given[0].set_column(0, "cutoff_id", pa.array(["b"] * len(tables_given[0])))
    known = pa.concat_tables([tables_given[0], past])
    if source == "als":
        weights = pa.array(ALPHA * known["strength"].to_numpy())
        cells = known.drop_columns("strength").append_column("weight", weights)
        cutoffs = pa.table({"cutoff_id": ["c"], "cutoff_at": pa.array([10], pa.timestamp("us"))})
        no_curve, previous = learning_curve.CURVE_SCHEMA.empty_table(), als.PRODUCT_SCHEMA.empty_table()
        products = als.product_factors(cutoffs, cells, no_curve, previous, settings=ALS)
        customers = als.customer_factors(cells, products, NO_DIRECTIONS, regularization=ALS.regularization)
        found = als.candidates(*tables_given, customers, products, top_k=8)
        return found, als_evidence.evidence(
            pairs_of(found), cells, products, NO_DIRECTIONS, count=count, regularization=ALS.regularization
        )
    if source == "neighbours":
        nearest = neighbours.nearest(tables_given[0], tables_given[2], **NEIGHBOURS)
        found = neighbours.candidates(*tables_given, nearest, top_k=8)
        return found, neighbours.evidence(pairs_of(found), known, nearest, count=count)
    found = content.candidates(*tables_given, term_table(), top_k=8)
    return found, content.evidence(pairs_of(found), known, term_table(), count=count)


def pairs_of(candidates: pa.Table) -> pa.Table:
    proposed = rows(candidates)[::-1]
    return pa.table({name: [row[name] for row in proposed] for name in evidence.PAIR_COLUMNS})


def by_pair(found: pa.Table) -> dict[tuple[int, int], list[dict]]:
    grouped: dict[tuple[int, int], list[dict]] = {}
    for row in found.to_pylist():
        grouped.setdefault((row["customer_index"], row["product_index"]), []).append(row)
    return grouped


SOURCES = pytest.mark.parametrize("source", ["als", "neighbours", "content"])


@SOURCES
def test_evidence_totals_equal_the_scores(source: str) -> None:
    """Fails if customers or products are mixed up, a penalty is ignored, or a profile has another length."""
    candidates, found = scores_and_evidence(source, count=2)
    grouped = by_pair(found)
    proposed = rows(candidates)
    assert len(proposed) > 100
    for row in proposed:
        if row["score"] > 1e-3:
            total = grouped[row["customer_index"], row["product_index"]][0]["total_score"]
            assert total == pytest.approx(row["score"], rel=1e-5, abs=1e-5)


@SOURCES
@pytest.mark.parametrize("count", [2, PRODUCTS])
def test_evidence_adds_up_to_the_total(source: str, count: int) -> None:
    """With space for the whole history, only negative evidence remains unnamed; only als can have any."""
    given = strengths()
    _, found = scores_and_evidence(source, count=count)
    for (customer, _), parts in by_pair(found).items():
        assert sum(row["evidence_score"] for row in parts) == pytest.approx(parts[0]["total_score"], rel=1e-9)
        assert len({row["total_score"] for row in parts}) == 1
        named = [row for row in parts if row["evidence_rank"]]
        assert [row["evidence_rank"] for row in named] == list(range(1, len(named) + 1))
        assert all(row["evidence_score"] > 0 and given[customer, row["evidence_index"]] > 0 for row in named)
        rest = [row for row in parts if not row["evidence_rank"]]
        assert all(row["evidence_index"] is None for row in rest)
        if count == PRODUCTS:
            assert all(row["evidence_score"] < 0 for row in rest)
            assert source == "als" or not rest


@SOURCES
def test_strongest_evidence_is_named(source: str) -> None:
    everything = by_pair(scores_and_evidence(source, count=PRODUCTS)[1])
    for pair, parts in by_pair(scores_and_evidence(source, count=2)[1]).items():
        named = (row for row in everything[pair] if row["evidence_rank"])
        best = sorted(named, key=lambda row: (-row["evidence_score"], row["evidence_index"]))[:2]
        assert [row["evidence_index"] for row in parts if row["evidence_rank"]] == [row["evidence_index"] for row in best]


@SOURCES
def test_evidence_from_another_history_differs_from_the_scores(source: str) -> None:
    """Shows that the tests above can fail: evidence from another history does not explain the scores."""
    candidates, _ = scores_and_evidence(source, count=1)
    _, other = scores_and_evidence(source, count=1, given=strengths(seed=6))
    grouped = by_pair(other)
    common = [row for row in rows(candidates) if (row["customer_index"], row["product_index"]) in grouped]
    gaps = [abs(grouped[row["customer_index"], row["product_index"]][0]["total_score"] - row["score"]) for row in common]
    assert max(gaps) > 1e-3


@SOURCES
def test_block_size_does_not_change_evidence(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scores_and_evidence(source, count=3)[1].to_pylist()
    monkeypatch.setattr(evidence, "BLOCK_CELLS", 2 * PRODUCTS)
    monkeypatch.setattr(als_evidence, "BATCH_CELLS", 100)
    parts = scores_and_evidence(source, count=3)[1].to_pylist()
    keys = ("customer_index", "product_index", "evidence_index")
    assert [[row[key] for key in keys] for row in whole] == [[row[key] for key in keys] for row in parts]
    assert [row["evidence_score"] for row in whole] == pytest.approx([row["evidence_score"] for row in parts])


def test_no_listed_pairs_give_no_evidence() -> None:
    known, _, products = tables(strengths())
    none = pairs_of(CANDIDATE_SCHEMA.empty_table()).cast(
        pa.schema([("cutoff_id", pa.string()), ("customer_index", pa.int64()), ("product_index", pa.int64())])
    )
    nearest = neighbours.nearest(known, products, **NEIGHBOURS)
    assert neighbours.evidence(none, known, nearest, count=3).schema == evidence.EVIDENCE_SCHEMA
    assert len(content.evidence(none, known, term_table(), count=3)) == 0
    cells = known.rename_columns(["cutoff_id", "customer_index", "product_index", "weight"])
    products = als.PRODUCT_SCHEMA.empty_table()
    assert len(als_evidence.evidence(none, cells, products, NO_DIRECTIONS, count=3, regularization=0.7)) == 0
