"""The effects of mitigation: measures equal hand-computed values, and changes are paired."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.fairness import tradeoff

SETTINGS: dict[str, Any] = {"fewest": 1, "replicates": 200, "level": 0.95}
NONE, BALANCED = ("als", "none", 0.0), ("als", "group_balancing", 1.0)


def terms(*rows: tuple) -> pa.Table:
    """Make terms of (trial, customer, group, nDCG, divergence, training weight, is the group predicted)."""
    table = [dict(zip(tradeoff.TERM_COLUMNS, (*trial, "tune_1", *rest), strict=True)) for trial, *rest in rows]
    types = [("basis", pa.string()), ("mitigation", pa.string()), ("strength", pa.float64())]
    types += [(name, pa.string()) for name in ("cutoff_id", "customer_id", "protected_group")]
    types += [(name, pa.float64()) for name in ("ndcg", "divergence", "training_weight", "group_predicted")]
    return pa.Table.from_pylist(table, pa.schema(types))


def lists(*rows: tuple) -> pa.Table:
    """Make lists of (trial, customer, rank, group of the product)."""
    table = [dict(zip(tradeoff.LIST_COLUMNS, (*trial, "tune_1", *rest), strict=True)) for trial, *rest in rows]
    types = [("basis", pa.string()), ("mitigation", pa.string()), ("strength", pa.float64()), ("cutoff_id", pa.string())]
    types += [("customer_id", pa.string()), ("list_rank", pa.int64()), ("protected_group", pa.string())]
    return pa.Table.from_pylist(table, pa.schema(types))


def targets(*rows: tuple) -> pa.Table:
    table = [dict(zip(tradeoff.TARGET_COLUMNS, row, strict=True)) for row in rows]
    types = [("cutoff_id", pa.string()), ("protected_group", pa.string()), ("target_share", pa.float64())]
    return pa.Table.from_pylist(table, pa.schema(types))


TARGETS = targets(("tune_1", "a", 0.75), ("tune_1", "b", 0.25), ("test", "b", 8.0))
# Group f has a mean nDCG of 1, m of 0, and the customer without a group 0.5. f has 1/4 of the training weight and 1/2 of the
# customers with a group.
TERMS = [
    (NONE, "c1", "f", 1.0, 0.5, 1.0, 1.0),
    (NONE, "c2", "m", 0.0, None, 3.0, 1.0),
    (NONE, "c3", None, 0.5, None, None, None),
    (BALANCED, "c1", "f", 0.5, 0.25, 2.0, 0.0),
    (BALANCED, "c2", "m", 0.25, None, 2.0, 1.0),
    (BALANCED, "c3", None, 0.5, None, None, None),
]
# Without mitigation, a has all the exposure; with it, b has the second of two positions.
LISTS = [
    *((NONE, name, rank, "a") for name in ("c1", "c2") for rank in (1, 2)),
    *((BALANCED, name, rank, group) for name in ("c1", "c2") for rank, group in ((1, "a"), (2, "b"))),
    (BALANCED, "c1", 3, None),
]


def rows_of(table: pa.Table) -> dict[str, dict[str, Any]]:
    assert table.schema == tradeoff.TRADEOFF_SCHEMA
    return {row["measure"]: row for row in table.to_pylist()}


def test_tradeoff_measures_equal_hand_computed_values() -> None:
    found = rows_of(tradeoff.tradeoffs(terms(*TERMS), lists(*LISTS), TARGETS, **SETTINGS))
    second = 1 / np.log2(3)
    expected = {
        "ndcg": (0.5, 1.25 / 3),
        "ndcg_gap": (1.0, 0.25),
        "divergence": (0.5, 0.25),
        "representation_gap": (0.25, 0.0),
        "exposure_shortfall": (0.25, 0.75 - 1 / (1 + second)),
        "group_predictability": (1.0, 0.5),
    }
    assert {name: (row["value_before"], row["value_after"]) for name, row in found.items()} == {
        name: pytest.approx(values) for name, values in expected.items()
    }
    for row in found.values():
        assert row["change"] == pytest.approx(row["value_after"] - row["value_before"])
        assert row["mitigation"] == "group_balancing"


def test_tradeoff_changes_are_paired() -> None:
    """Each customer gains 0.25. The change has no spread, although both sides have."""
    rng = np.random.default_rng(4)
    values = rng.random(40)
    rows = [(trial, f"c{n:02d}", "fm"[n % 2], value + gain, 0.1, 1.0, None) for trial, gain in ((NONE, 0.0), (BALANCED, 0.25))
            for n, value in enumerate(values)]  # fmt: skip
    row = rows_of(tradeoff.tradeoffs(terms(*rows), lists(), targets(), **SETTINGS))["ndcg"]
    assert (row["change"], row["change_low"], row["change_high"]) == pytest.approx((0.25, 0.25, 0.25))
    assert row["value_after_high"] - row["value_after_low"] > 0.05


def test_small_groups_and_other_bases_are_omitted() -> None:
    found = rows_of(tradeoff.tradeoffs(terms(*TERMS), lists(*LISTS), TARGETS, **(SETTINGS | {"fewest": 2})))
    assert found["ndcg_gap"]["value_before"] is None
    assert found["group_predictability"]["value_before"] is None
    assert found["representation_gap"]["value_before"] == pytest.approx(0.25), "the gap depends on the minimum group size"
    blend = [(("blend", *trial[1:]), *rest) for trial, *rest in TERMS[3:]]
    assert len(tradeoff.tradeoffs(terms(*blend), lists(), targets(), **SETTINGS)) == 0
    assert len(tradeoff.tradeoffs(terms(), lists(), targets(), **SETTINGS)) == 0
