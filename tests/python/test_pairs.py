"""Pairs of orders and of steps by hand, against counting one by one, and what is proposed from them."""

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
    """Rows of customer, chain, step, product, weight (None where it was undone) and age, in any order."""
    *keys, weights, ages = zip(*rows, strict=True)
    arrays = [pa.array(column, pa.int32()) for column in keys]
    moments = [CUTOFF - timedelta(days=age) for age in ages]
    undone = [moment if weight is None else None for moment, weight in zip(moments, weights, strict=True)]
    arrays += [pa.array(column, pa.timestamp("us")) for column in (moments, undone)]
    table = pa.table([*arrays, pa.array([1.0 if weight is None else float(weight) for weight in weights])], pairs.STEP_COLUMNS)
    return table.take(np.random.default_rng(3).permutation(len(rows)))


def transitions(rows: pa.Table, products: pa.Table) -> pa.Table:
    return pairs.transitions(rows, pa.table({"cutoff_id": ["c"], "cutoff_at": pa.array([CUTOFF], pa.timestamp("us"))}), products)


def test_orders_are_counted_by_hand() -> None:
    # Of 5 orders 1 stands in 4 and 2 in 3, both in 3, once on two lines of one order; the sixth order is wholesale.
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


def test_companions_are_ranked_among_those_that_may_be_recommended() -> None:
    # 1 stands in 4 of 8 orders: 2 in 2 of these and 2 others (1/2 and 1, so 0.35); 3, 5 and 9 in 1 of these (1/4 and 2, so 0.27).
    placed = [[1, 2, 5], [1, 2], [1, 3], [1, 9], [2], [2], [4], [6]] * 3
    found = pairs.companions([orders(*placed)], offered(2, 3, 5))
    rows = [tuple(row.values()) for row in found.select([1, 2, 8, 7]).to_pylist()]
    few = 0.25 * np.log(3)
    assert [row[:3] for row in rows] == [(1, 2, 1), (1, 3, 2), (1, 5, 3), (2, 5, 1), (5, 2, 1)]
    assert [row[3] for row in rows] == pytest.approx([0.5 * np.log(2), few, few, few, np.log(3)])


def test_companions_are_bounded() -> None:
    found = pairs.companions([orders(*[[1, i] for i in range(2, 103)] * 3)], offered(*range(2, 103)))
    assert found["companion_index"].to_pylist() == list(range(2, 102))


def test_occasions_weigh_by_lag_and_age_and_count_what_was_undone() -> None:
    # Second steps are one half-life old: of 1 → 2 customer 1 has lag 1 (0.5), 2 has lag 2 behind a wholesale step (0.25), and 3
    # took 2 back, which is an occasion of 1 all the same (0.5). 4 has its successor at lag 4.
    wholesale = [(customer, 0, step, 11 + i, 1, 200) for customer, step in [(2, 2), (4, 2), (4, 3), (4, 4)] for i in range(51)]
    placed = [(1, 1, 1), (1, 2, 2), (2, 1, 1), (2, 3, 2), (3, 1, 1), (4, 1, 1), (4, 5, 2)]
    rows = [(customer, 0, step, product, 1, 360 if step == 1 else 180) for customer, step, product in placed]
    found = transitions(steps(*rows, (3, 0, 2, 2, None, 180), *wholesale), offered(1, 2)).to_pylist()
    confidence, lift = 0.75 / 11.25, 0.75 / 11.25 * 1.25 / 0.75
    assert [(row["product_index"], row["next_product_index"], row["occasion_count"]) for row in found] == [(1, 2, 2)]
    assert [found[0]["confidence"], found[0]["lift"]] == pytest.approx([confidence, lift])
    assert found[0]["transition_score"] == pytest.approx(confidence * np.log(1 + lift))


def test_the_best_successors_are_kept() -> None:
    # 101 products followed 1, with weights that rise with their number.
    rows = [row for i in range(2, 103) for row in [(i, 1, 1, 1, 1, 1), (i, 1, 2, i, float(i), 1)]]
    found = transitions(steps(*rows), offered(*range(1, 103)))
    assert found["next_product_index"].to_pylist() == list(range(102, 2, -1))


def test_a_successor_seen_once_is_kept_behind_those_seen_more_often_and_promises_less_after_a_rare_product() -> None:
    # 1 occurs 100 times: 2 follows twice, 3 once. 4 occurs once: 5 follows, always.
    rows = [(customer, 1, 1, 1, 1, 1) for customer in range(100)]
    rows += [(0, 1, 2, 2, 1, 1), (1, 1, 2, 2, 1, 1), (2, 1, 2, 3, 1, 1), (200, 1, 1, 4, 1, 1), (200, 1, 2, 5, 1, 1)]
    found = {(r["product_index"], r["next_product_index"]): r for r in transitions(steps(*rows), offered(2, 3, 5)).to_pylist()}
    assert list(found) == [(1, 2), (1, 3), (4, 5)]
    assert [row["occasion_count"] for row in found.values()] == [2, 1, 1]
    age = 0.5 ** (1 / 180)
    assert found[4, 5]["confidence"] == pytest.approx(age / (age + 10))


def test_of_equal_pairs_the_product_offered_first_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "MOST_SUCCESSORS", 2)
    monkeypatch.setattr(pairs, "MOST_COMPANIONS", 2)
    rows = [row for i in (2, 3, 4) for row in [(i, 1, 1, 1, 1, 1), (i, 1, 2, i, 1, 1)]]
    assert transitions(steps(*rows), offered(3, 4, 1, 2))["next_product_index"].to_pylist() == [3, 4]
    found = pairs.companions([orders(*[[1, i] for i in (2, 3, 4)] * 3)], offered(3, 4, 2))
    assert found["companion_index"].to_pylist() == [3, 4]


def test_chains_are_apart_and_products_of_one_step_do_not_follow_each_other() -> None:
    rows = [
        row
        for customer in (1, 2)
        for row in [
            (customer, 0, 1, 2, 1, 360),
            (customer, 0, 3, 1, None, 180),
            (customer, 0, 3, 3, None, 180),  # one of its two lines was undone
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


def test_a_weight_of_zero_is_an_occasion_and_no_successor() -> None:
    rows = [row for c in range(3) for row in [(c, 0, 1, 1, 1, 1), (c, 0, 2, 2, 0, 1), (c, 0, 2, 3, c / 2, 1)]]
    found = transitions(steps(*rows), offered(1, 2, 3))
    assert found.select(["next_product_index", "occasion_count"]).to_pylist() == [{"next_product_index": 3, "occasion_count": 3}]


def test_a_cutoff_knows_what_was_before_it_and_undone_before_it() -> None:
    """A step is as old as its rows before the cutoff; a row at the cutoff is not known, nor is what undoes one there."""
    placed = [(1, 1, 3), (2, 2, 1), (2, 3, 0), (2, 2, 0)]
    rows = steps(*[(customer, 0, step, product, 1, age) for customer in (1, 2) for step, product, age in placed])
    undone = pa.array([CUTOFF - timedelta(days=1)] * len(rows), pa.timestamp("us"))
    one, other = (transitions(table, offered(1, 2, 3)).to_pylist() for table in (rows, rows.set_column(5, "undone_at", undone)))
    assert [(row["product_index"], row["next_product_index"]) for row in one] == [(1, 2)]
    assert one[0]["confidence"] == pytest.approx(2 * 0.5 ** (1 / 180) / (2 * 0.5 ** (1 / 180) + 10))
    assert other == []
    assert len(transitions(rows.set_column(4, "occurred_at", pa.array([CUTOFF] * len(rows))), offered(1, 2, 3))) == 0
    at_cutoff = pa.array([CUTOFF] * len(rows), pa.timestamp("us"))
    assert transitions(rows.set_column(5, "undone_at", at_cutoff), offered(1, 2, 3)).to_pylist() == one


def test_rows_are_in_the_same_order_whether_or_not_one_number_holds_their_keys() -> None:
    keys = list(np.random.default_rng(1).permutation(np.array(list(np.ndindex(3, 4, 5, 6)))).T)
    wide = [2**20 * key for key in keys]
    assert pairs.order_of(keys).tolist() == pairs.order_of(wide).tolist() == np.lexsort(keys[::-1]).tolist()


def random_orders(generator: np.random.Generator) -> list[list[int]]:
    return [generator.integers(0, 12, generator.integers(1, 6)).tolist() for _ in range(80)]


@pytest.mark.parametrize("block_terms", [1, 60, 10**6])
def test_pairs_of_orders_are_those_counted_one_by_one(block_terms: int, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_pairs_of_steps_are_those_counted_one_by_one(block_rows: int, dense_pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_nothing_paired_gives_an_empty_answer() -> None:
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


def test_scores_add_up_over_the_history_of_one_cutoff() -> None:
    # With room for one, 4 (2 × 1/4 + 4 × 1/2) comes besides 2 (2 × 4), which the customer has.
    paired = [("c", 1, 2, 4.0), ("c", 1, 4, 0.25), ("c", 2, 4, 0.5), ("c", 1, 3, 1.0), ("d", 1, 3, 9.0)]
    strengths = np.array([[0, 0, 0, 0, 0], [0, 2.0, 4, 0, 0], [0, 2, 0, 0, 0]])
    assert proposed(strengths, paired, top_k=1, listed=[0, 1]) == {"u1": ["p2", "p4"]}


def test_a_history_that_is_not_what_the_customer_has_is_paired() -> None:
    known, customers, products = tables(np.array([[1.0, 1, 0, 0]]))
    recent = pa.table({"cutoff_id": ["c"], "customer_index": [0], "product_index": [1], "recent_weight": [0.5]})
    scores = pa.table({"cutoff_id": ["c"] * 2, "product_index": [0, 1], "next_product_index": [2, 3], "score": [9.0, 0.5]})
    found = pairs.candidates(known, customers, products, recent, scores, top_k=2)
    assert found.select(["product_indexes", "scores"]).to_pylist() == [{"product_indexes": [3], "scores": [0.25]}]


def test_no_score_of_zero_is_a_proposal() -> None:
    assert proposed(np.array([[1.0, 0]]), [("c", 0, 1, 0.0)], top_k=2) == {}


def evidence_of(histories: list[tuple], scores: list[tuple], served: list[tuple]) -> list[tuple]:
    names = ["cutoff_id", "customer_index", "product_index", "weight"]
    tables = [pa.table([list(column) for column in zip(*rows, strict=True)], names=names) for rows in (histories, scores)]
    listed = pa.table([list(column) for column in zip(*served, strict=True)], names=list(names[:3]))
    found = pairs.evidence(listed, *tables, source="bought_together", count=9).to_pylist()
    assert {row["source"] for row in found} <= {"bought_together"}
    return [tuple(row[name] for name in ("product_index", "evidence_index", "evidence_score", "total_score")) for row in found]


def test_evidence_adds_up_over_the_history() -> None:
    """By hand 2 × 0.5 + 1 × 0.5 + 1 × 0.25 = 1.75; pairs aren't read backwards, other cutoffs and customers don't count."""
    histories = [("live", 3, 1, 1.0), ("live", 3, 8, 2.0), ("live", 3, 9, 1.0), ("test", 3, 9, 8.0), ("live", 4, 9, 8.0)]
    scores = [("live", 1, 1, 0.25), ("live", 8, 1, 0.5), ("live", 8, 2, 0.5), ("live", 9, 1, 0.5), ("test", 9, 1, 8.0)]
    found = evidence_of(histories, scores, [("live", 3, 1)])
    assert sorted(found) == [(1, 1, 0.25, 1.75), (1, 8, 1.0, 1.75), (1, 9, 0.5, 1.75)]


def test_what_no_pair_speaks_for_has_no_evidence() -> None:
    assert evidence_of([("live", 0, 1, 1.0)], [("live", 5, 6, 0.5)], [("live", 0, 2), ("live", 7, 9)]) == []
