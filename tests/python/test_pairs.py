"""Pairs of products from orders and from steps equal hand-computed and brute-force counts; candidates follow from them."""

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tests.python.problems import lists, tables
from warehouse_recommender.candidates import pairs, sparse_blocks

CUTOFF = datetime(2024, 7, 1)


def orders(*lists_of_products: list[int]) -> pa.Table:
    products = pa.array(lists_of_products, pa.list_(pa.int32()))
    return pa.table({"cutoff_id": ["c"] * len(products), "product_indexes": products})


def offered(*products: int) -> pa.Table:
    return pa.table({"cutoff_id": ["c"] * len(products), "product_index": pa.array(products, pa.int32())})


def steps(*rows: tuple) -> pa.Table:
    """Make rows of customer, chain, step, product, weight (None if reversed) and age, in random order."""
    *keys, weights, ages = zip(*rows, strict=True)
    arrays = [pa.array(column, pa.int32()) for column in keys]
    moments = [CUTOFF - timedelta(days=age) for age in ages]
    undone = [moment if weight is None else None for moment, weight in zip(moments, weights, strict=True)]
    arrays += [pa.array(column, pa.timestamp("us")) for column in (moments, undone)]
    table = pa.table([*arrays, pa.array([1.0 if weight is None else float(weight) for weight in weights])], pairs.STEP_COLUMNS)
    return table.take(np.random.default_rng(3).permutation(len(rows)))


def transitions(rows: pa.Table, products: pa.Table) -> pa.Table:
    return pairs.transitions(rows, pa.table({"cutoff_id": ["c"], "cutoff_at": pa.array([CUTOFF], pa.timestamp("us"))}), products)


def test_companion_measures_equal_hand_computed_values() -> None:
    # Product 1 is in 4 of 5 orders, 2 in 3, both in 3, and once on two lines of one order. The sixth order is wholesale.
    found = pairs.companions([orders([1, 1, 2], [1, 2, 3], [1], [4], [3, 1, 2], list(range(1, 52)))], offered(*range(1, 52)))
    assert found.to_pylist() == [
        {
            "cutoff_id": "c",
            "product_index": first,
            "companion_index": second,
            "pair_order_count": 3,
            "support_share": 0.6,
            "confidence": confidence,
            "lift": 1.25,
            "pair_score": pytest.approx(confidence * np.log(2.25)),
            "companion_rank": 1,
        }
        for first, second, confidence in [(1, 2, 0.75), (2, 1, 1.0)]
    ]


def test_companion_ranks_count_only_offered_products() -> None:
    # Product 1 is in 4 of 8 orders. 2 is in 2 of these and 2 others: confidence 1/2, lift 1, score 0.35. 3, 5 and 9 are each in
    # 1 of these: confidence 1/4, lift 2, score 0.27.
    placed = [[1, 2, 5], [1, 2], [1, 3], [1, 9], [2], [2], [4], [6]] * 3
    found = pairs.companions([orders(*placed)], offered(2, 3, 5))
    rows = [tuple(row.values()) for row in found.select([1, 2, 8, 7]).to_pylist()]
    few = 0.25 * np.log(3)
    assert [row[:3] for row in rows] == [(1, 2, 1), (1, 3, 2), (1, 5, 3), (2, 5, 1), (5, 2, 1)]
    assert [row[3] for row in rows] == pytest.approx([0.5 * np.log(2), few, few, few, np.log(3)])


def test_number_of_companions_is_limited() -> None:
    found = pairs.companions([orders(*[[1, i] for i in range(2, 103)] * 3)], offered(*range(2, 103)))
    assert found["companion_index"].to_pylist() == list(range(2, 102))


def test_occasions_are_weighted_by_lag_and_age_and_include_reversed_steps() -> None:
    # Second steps are one half-life old. For 1 → 2: customer 1 has lag 1 (0.5); customer 2 has lag 2, after a wholesale step
    # (0.25); customer 3 reversed product 2, which still counts as an occasion of 1 (0.5). Customer 4 has its successor at lag 4.
    wholesale = [(customer, 0, step, 11 + i, 1, 200) for customer, step in [(2, 2), (4, 2), (4, 3), (4, 4)] for i in range(51)]
    placed = [(1, 1, 1), (1, 2, 2), (2, 1, 1), (2, 3, 2), (3, 1, 1), (4, 1, 1), (4, 5, 2)]
    rows = [(customer, 0, step, product, 1, 360 if step == 1 else 180) for customer, step, product in placed]
    found = transitions(steps(*rows, (3, 0, 2, 2, None, 180), *wholesale), offered(1, 2)).to_pylist()
    confidence, lift = 0.75 / 11.25, 0.75 / 11.25 * 1.25 / 0.75
    assert [(row["product_index"], row["next_product_index"], row["occasion_count"]) for row in found] == [(1, 2, 2)]
    assert [found[0]["confidence"], found[0]["lift"]] == pytest.approx([confidence, lift])
    assert found[0]["transition_score"] == pytest.approx(confidence * np.log(1 + lift))


def test_best_successors_are_kept() -> None:
    # 101 products followed product 1, with weights that rise with their index.
    rows = [row for i in range(2, 103) for row in [(i, 1, 1, 1, 1, 1), (i, 1, 2, i, float(i), 1)]]
    found = transitions(steps(*rows), offered(*range(1, 103)))
    assert found["next_product_index"].to_pylist() == list(range(102, 2, -1))


def test_rare_successors_are_kept_and_confidence_after_rare_products_is_shrunk() -> None:
    # Product 1 occurs 100 times: 2 follows it twice, 3 once. Product 4 occurs once, and 5 follows it.
    rows = [(customer, 1, 1, 1, 1, 1) for customer in range(100)]
    rows += [(0, 1, 2, 2, 1, 1), (1, 1, 2, 2, 1, 1), (2, 1, 2, 3, 1, 1), (200, 1, 1, 4, 1, 1), (200, 1, 2, 5, 1, 1)]
    found = {(r["product_index"], r["next_product_index"]): r for r in transitions(steps(*rows), offered(2, 3, 5)).to_pylist()}
    assert list(found) == [(1, 2), (1, 3), (4, 5)]
    assert [row["occasion_count"] for row in found.values()] == [2, 1, 1]
    age = 0.5 ** (1 / 180)
    assert found[4, 5]["confidence"] == pytest.approx(age / (age + 10))


def test_equal_pairs_are_ordered_by_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "MOST_SUCCESSORS", 2)
    monkeypatch.setattr(pairs, "MOST_COMPANIONS", 2)
    rows = [row for i in (2, 3, 4) for row in [(i, 1, 1, 1, 1, 1), (i, 1, 2, i, 1, 1)]]
    assert transitions(steps(*rows), offered(3, 4, 1, 2))["next_product_index"].to_pylist() == [3, 4]
    found = pairs.companions([orders(*[[1, i] for i in (2, 3, 4)] * 3)], offered(3, 4, 2))
    assert found["companion_index"].to_pylist() == [3, 4]


def test_transitions_stay_within_chains_and_between_steps() -> None:
    rows = [
        row
        for customer in (1, 2)
        for row in [
            (customer, 0, 1, 2, 1, 360),
            (customer, 0, 3, 1, None, 180),
            (customer, 0, 3, 3, None, 180),  # one of its two lines was reversed
            (customer, 0, 3, 3, 1, 180),
            (customer, 1, 1, 1, 0.1, 360),
            (customer, 1, 2, 2, 1, 360),
            (customer, 2, 1, 4, 0.1, 359),
            (customer, 3, 1, 1, None, 180),
            (customer, 3, 1, 3, 1, 180),
        ]
    ]
    found = transitions(steps(*rows), offered(1, 2, 3, 4)).to_pylist()
    assert {(r["product_index"], r["next_product_index"]): r["confidence"] for r in found} == {
        (1, 2): pytest.approx(0.5 / 10.5),
        (2, 3): pytest.approx(1 / 11),
    }


def test_zero_weight_counts_as_occasion_but_not_as_successor() -> None:
    rows = [row for c in range(3) for row in [(c, 0, 1, 1, 1, 1), (c, 0, 2, 2, 0, 1), (c, 0, 2, 3, c / 2, 1)]]
    found = transitions(steps(*rows), offered(1, 2, 3))
    assert found.select(["next_product_index", "occasion_count"]).to_pylist() == [{"next_product_index": 3, "occasion_count": 3}]


def test_transitions_use_only_rows_and_reversals_before_the_cutoff() -> None:
    """A step is as old as its rows before the cutoff. Rows and reversals at the cutoff are ignored."""
    placed = [(1, 1, 3), (2, 2, 1), (2, 3, 0), (2, 2, 0)]
    rows = steps(*[(customer, 0, step, product, 1, age) for customer in (1, 2) for step, product, age in placed])
    undone = pa.array([CUTOFF - timedelta(days=1)] * len(rows), pa.timestamp("us"))
    one, other = (transitions(table, offered(1, 2, 3)).to_pylist() for table in (rows, rows.set_column(5, "reversed_at", undone)))
    assert [(row["product_index"], row["next_product_index"]) for row in one] == [(1, 2)]
    assert one[0]["confidence"] == pytest.approx(2 * 0.5 ** (1 / 180) / (2 * 0.5 ** (1 / 180) + 10))
    assert other == []
    assert len(transitions(rows.set_column(4, "occurred_at", pa.array([CUTOFF] * len(rows))), offered(1, 2, 3))) == 0
    at_cutoff = pa.array([CUTOFF] * len(rows), pa.timestamp("us"))
    assert transitions(rows.set_column(5, "reversed_at", at_cutoff), offered(1, 2, 3)).to_pylist() == one


def test_row_order_does_not_depend_on_key_packing() -> None:
    keys = list(np.random.default_rng(1).permutation(np.array(list(np.ndindex(3, 4, 5, 6)))).T)
    wide = [2**20 * key for key in keys]
    assert pairs.order_of(keys).tolist() == pairs.order_of(wide).tolist() == np.lexsort(keys[::-1]).tolist()


def random_orders(generator: np.random.Generator) -> list[list[int]]:
    return [generator.integers(0, 12, generator.integers(1, 6)).tolist() for _ in range(80)]


@pytest.mark.parametrize("block_terms", [1, 60, 10**6])
def test_companion_counts_equal_brute_force_counts(block_terms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_blocks, "BLOCK_TERMS", block_terms)
    placed = random_orders(np.random.default_rng(1))
    found = pairs.companions([orders(*placed)], offered(*range(0, 12, 2))).to_pylist()
    wanted = {
        (first, second): count
        for first in range(12)
        for second in range(0, 12, 2)
        if first != second and (count := sum({first, second} <= set(products) for products in placed)) >= 3
    }
    assert {(row["product_index"], row["companion_index"]): row["pair_order_count"] for row in found} == wanted


@pytest.mark.parametrize(("block_rows", "dense_pairs"), [(1, 0), (60, 10**6), (60, 0), (10**6, 10**6)])
def test_transition_counts_equal_brute_force_counts(block_rows: int, dense_pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "BLOCK_ROWS", block_rows)
    monkeypatch.setattr(pairs, "DENSE_PAIRS", dense_pairs)
    generator = np.random.default_rng(2)
    step = {key: set(products) for key, products in zip(np.ndindex(10, 8), random_orders(generator), strict=True)}
    age = {key: float(generator.integers(1, 400)) for key in step}
    weights = {(*key, product): float(generator.random()) for key in step for product in step[key]}
    rows = [(c, 0, s, product, weight, age[c, s]) for (c, s, product), weight in weights.items()]
    found = transitions(steps(*rows), offered(*range(12))).to_pylist()
    count, weight, firsts = defaultdict(int), defaultdict(float), defaultdict(float)
    for c, s in step:
        for lag in range(1, min(3, 7 - s) + 1):
            occasion = 0.5 ** (lag - 1 + age[c, s + lag] / 180)
            for first in step[c, s]:
                firsts[first] += occasion
                for second in step[c, s + lag]:
                    count[first, second] += 1
                    weight[first, second] += occasion * weights[c, s + lag, second]
    assert {(r["product_index"], r["next_product_index"]): r["occasion_count"] for r in found} == {
        pair: n for pair, n in count.items() if n
    }
    for row in found:
        pair = row["product_index"], row["next_product_index"]
        assert row["confidence"] == pytest.approx(weight[pair] / (firsts[pair[0]] + 10))


def test_no_pairs_give_empty_tables() -> None:
    assert len(pairs.companions([], offered(1))) == len(transitions(steps((1, 0, 1, 1, 1, 0)), offered(1))) == 0
    assert len(pairs.companions([orders([1])], offered())) == len(transitions(steps((1, 0, 1, 1, 1, 1)), offered())) == 0
    assert len(transitions(steps((1, 0, 1, 1, None, 1)), offered(1))) == 0


def proposed(
    strengths: np.ndarray, paired: list[tuple[str, int, int, float]], top_k: int, listed: list[int] | None = None
) -> dict:
    known, customers, products = tables(strengths, listed=listed)
    scores = pa.table(
        [*map(pa.array, zip(*paired, strict=True))], names=["cutoff_id", "product_index", "companion_index", "score"]
    )
    return lists(pairs.candidates(known, customers, products, known, scores, top_k=top_k))


def test_scores_add_up_over_the_history() -> None:
    # With space for one new product, 4 (2 × 1/4 + 4 × 1/2) is listed in addition to 2 (2 × 4), which the customer already has.
    paired = [("c", 1, 2, 4.0), ("c", 1, 4, 0.25), ("c", 2, 4, 0.5), ("c", 1, 3, 1.0), ("d", 1, 3, 9.0)]
    strengths = np.array([[0, 0, 0, 0, 0], [0, 2.0, 4, 0, 0], [0, 2, 0, 0, 0]])
    assert proposed(strengths, paired, top_k=1, listed=[0, 1]) == {"u1": ["p2", "p4"]}


def test_recent_history_can_differ_from_the_strengths() -> None:
    known, customers, products = tables(np.array([[1.0, 1, 0, 0]]))
    recent = pa.table({"cutoff_id": ["c"], "customer_index": [0], "product_index": [1], "recent_weight": [0.5]})
    scores = pa.table({"cutoff_id": ["c"] * 2, "product_index": [0, 1], "next_product_index": [2, 3], "score": [9.0, 0.5]})
    found = pairs.candidates(known, customers, products, recent, scores, top_k=2)
    assert found.select(["product_indexes", "scores"]).to_pylist() == [{"product_indexes": [3], "scores": [0.25]}]


def test_zero_scores_are_not_proposed() -> None:
    assert proposed(np.array([[1.0, 0]]), [("c", 0, 1, 0.0)], top_k=2) == {}


def evidence_of(histories: list[tuple], scores: list[tuple], served: list[tuple]) -> list[tuple]:
    names = ["cutoff_id", "customer_index", "product_index", "weight"]
    tables = [pa.table([list(column) for column in zip(*rows, strict=True)], names=names) for rows in (histories, scores)]
    listed = pa.table([list(column) for column in zip(*served, strict=True)], names=list(names[:3]))
    found = pairs.evidence(listed, *tables, source="bought_together", count=9).to_pylist()
    assert {row["source"] for row in found} <= {"bought_together"}
    return [tuple(row[name] for name in ("product_index", "evidence_index", "evidence_score", "total_score")) for row in found]


def test_evidence_of_pairs_adds_up_over_the_history() -> None:
    """By hand: 2 × 0.5 + 1 × 0.5 + 1 × 0.25 = 1.75. Pairs have a direction; other cutoffs and customers do not count."""
    histories = [("live", 3, 1, 1.0), ("live", 3, 8, 2.0), ("live", 3, 9, 1.0), ("test", 3, 9, 8.0), ("live", 4, 9, 8.0)]
    scores = [("live", 1, 1, 0.25), ("live", 8, 1, 0.5), ("live", 8, 2, 0.5), ("live", 9, 1, 0.5), ("test", 9, 1, 8.0)]
    found = evidence_of(histories, scores, [("live", 3, 1)])
    assert sorted(found) == [(1, 1, 0.25, 1.75), (1, 8, 1.0, 1.75), (1, 9, 0.5, 1.75)]


def test_products_without_pairs_have_no_evidence() -> None:
    assert evidence_of([("live", 0, 1, 1.0)], [("live", 5, 6, 0.5)], [("live", 0, 2), ("live", 7, 9)]) == []
