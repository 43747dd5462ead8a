"""Means of metrics count each customer in its slices if the metric is defined, and differences are paired."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.evaluation import means
from warehouse_recommender.evaluation.bootstrap import poisson_weights

BOOTSTRAP = {"replicates": 200, "level": 0.95}
SETTINGS = BOOTSTRAP | {"group_k": 10}


def block(source: str, values: dict[tuple[str, int], float | None], metrics: Sequence[str], measured: str) -> pa.Table:
    """Make a block of values of one metric by (customer, k); the other metrics are 0."""
    columns: dict[str, Any] = {"cutoff_id": "test", "mode": "all", "source": source}
    table = {name: [value] * len(values) for name, value in columns.items()}
    table |= {"customer_id": [customer for customer, _ in values], "k": pa.array([k for _, k in values], pa.int32())}
    table |= {name: [0.0] * len(values) for name in metrics} | {measured: list(values.values())}
    return pa.table(table, schema=pa.schema([
        *((name, pa.string()) for name in (*means.BLOCK_COLUMNS, *means.KEY_COLUMNS[:2])),
        ("k", pa.int32()), *((name, pa.float64()) for name in metrics),
    ]))  # fmt: skip


def slices(*rows: tuple[str, str, str]) -> pa.Table:
    columns = zip(*(("test", name, value, customer) for name, value, customer in rows), strict=True)
    return pa.table(dict(zip(means.SLICE_COLUMNS, (list(column) for column in columns), strict=True)))


def customers(source: str, **values: float) -> pa.Table:
    return block(source, {(name, 10): value for name, value in values.items()}, means.CUSTOMER_METRICS, "ndcg_at_k")


def lists(source: str, **values: float | None) -> pa.Table:
    return block(source, {(name, 10): value for name, value in values.items()}, means.LIST_METRICS, "intra_list_diversity")


def rows_of(table: pa.Table, metric: str) -> dict[tuple, dict[str, Any]]:
    assert table.schema == means.MEAN_SCHEMA
    return {
        (row["source"], row["slice"], row["slice_value"], row["k"]): row for row in table.to_pylist() if row["metric"] == metric
    }


ALL_CUSTOMERS = [("all", "all", name) for name in ("a", "b", "c1")]


def test_means_are_over_the_customers_of_each_slice() -> None:
    """Fails if a customer is in the wrong slice, or if a source is missing from a slice in which it has no hits."""
    of = slices(*ALL_CUSTOMERS, ("device", "mobile", "b"), ("device", "mobile", "c1"), ("device", "not judged", "x"))
    found = rows_of(means.list_means([customers("als", a=1.0, b=0.0, c1=0.0)], [], of, **SETTINGS), "ndcg_at_k")
    assert {key: (row["value"], row["customer_count"]) for key, row in found.items()} == {
        ("als", "all", "all", 10): (pytest.approx(1 / 3), 3),
        ("als", "device", "mobile", 10): (0.0, 2),
    }


def test_group_slices_are_measured_at_one_k() -> None:
    values = {("a", 5): 1.0, ("a", 10): 1.0}
    table = block("als", values, means.CUSTOMER_METRICS, "ndcg_at_k")
    of = slices(("all", "all", "a"), ("with_history", "all", "a"), ("segment", "s01", "a"))
    found = rows_of(means.list_means([table], [], of, **SETTINGS), "ndcg_at_k")
    assert sorted(key[1:] for key in found) == [
        ("all", "all", 5), ("all", "all", 10), ("segment", "s01", 10), ("with_history", "all", 5), ("with_history", "all", 10),
    ]  # fmt: skip


def test_interval_bounds_equal_percentiles_of_weighted_means() -> None:
    names = [f"customer {number:02d}" for number in range(40)]
    values = np.random.default_rng(5).random(40)
    of = slices(*(("all", "all", name) for name in names))
    table = means.list_means([customers("als", **dict(zip(names, values, strict=True)))], [], of, **SETTINGS)
    row = rows_of(table, "ndcg_at_k")["als", "all", "all", 10]
    weights = poisson_weights(names, 200)[:, 1:]
    low, high = np.quantile(values @ weights / weights.sum(axis=0), [0.025, 0.975])
    assert (row["value"], row["ci_low"], row["ci_high"]) == pytest.approx((values.mean(), low, high), rel=1e-12)


def test_no_interval_if_a_replicate_has_no_customers() -> None:
    """c1 has the weight 0 in the first replicate."""
    row = rows_of(means.list_means([customers("als", c1=1.0)], [], slices(ALL_CUSTOMERS[2]), **SETTINGS), "ndcg_at_k")
    assert row["als", "all", "all", 10]["value"] == 1.0
    assert row["als", "all", "all", 10]["ci_low"] is None


def test_means_exclude_lists_without_the_metric() -> None:
    of = slices(*ALL_CUSTOMERS, ("device", "mobile", "a"))
    table = means.list_means([], [lists("als", a=None, b=0.5, c1=1.0), lists("ease", a=None)], of, **SETTINGS)
    found = rows_of(table, "intra_list_diversity")
    assert {key: (row["value"], row["customer_count"]) for key, row in found.items()} == {("als", "all", "all", 10): (0.75, 2)}
    assert ("ease", "all", "all", 10) in rows_of(table, "auc_at_k"), "another metric of the same list is missing"


def test_differences_are_paired() -> None:
    """The published lists gain 0.25 for each customer. Customers differ, but the interval of the difference has width 0."""
    values = {f"c{number}": number / 64 for number in range(30)}
    better = {name: value + 0.25 for name, value in values.items()}
    of = slices(*(("all", "all", name) for name in values))
    table = means.list_means([customers("als", **values), customers("hybrid", **better)], [], of, **SETTINGS)
    found = rows_of(table, "ndcg_at_k")
    row = found["als", "all", "all", 10]
    assert (row["difference"], row["difference_low"], row["difference_high"]) == pytest.approx((0.25, 0.25, 0.25))
    assert (row["share_above_zero"], row["published_customer_count"]) == (1.0, 30)
    assert row["ci_high"] - row["ci_low"] > 0.05
    assert found["hybrid", "all", "all", 10]["difference"] is None


def test_rounding_does_not_make_a_difference() -> None:
    """Thirds have no finite decimal fraction. With equal weights the sums of both sides are equal, and neither is better."""
    thirds = {f"c{number}": (1 / 3, 2 / 3)[number % 2] for number in range(30)}
    swapped = {f"c{number}": (2 / 3, 1 / 3)[number % 2] for number in range(30)}
    of = slices(*(("all", "all", name) for name in thirds))
    table = means.list_means([customers("als", **thirds), customers("hybrid", **swapped)], [], of, **SETTINGS)
    weights = poisson_weights(list(thirds), 200)[:, 1:].astype(int)
    even, odd = weights[::2].sum(axis=0), weights[1::2].sum(axis=0)
    assert (even == odd).any()
    assert rows_of(table, "ndcg_at_k")["als", "all", "all", 10]["share_above_zero"] == (even > odd).mean()


def test_no_difference_if_published_lists_lack_the_metric() -> None:
    table = means.list_means([], [lists("als", a=0.5), lists("hybrid", a=None)], slices(ALL_CUSTOMERS[0]), **SETTINGS)
    assert rows_of(table, "intra_list_diversity")["als", "all", "all", 10]["difference"] is None


def test_assembly_steps_are_paired_with_the_previous_step() -> None:
    """Only c1 has a diversity at both steps: means 0.25 and 0.75, difference 0.25."""
    steps = [("c1", 1, 0.5, 0.25), ("c1", 2, 0.25, 0.5), ("c2", 1, 0.5, None), ("c2", 2, 1.0, 1.0)]
    names, numbers, ndcgs, diversities = (list(column) for column in zip(*steps, strict=True))
    table = pa.table(
        {
            **{
                "cutoff_id": ["test"] * 4,
                "mode": ["all"] * 4,
                "step_number": pa.array(numbers, pa.int32()),
                "customer_id": names,
            },
            **{"ndcg_at_k": ndcgs, "intra_list_diversity": diversities},
        }
    )
    found = means.step_means(table, **BOOTSTRAP)
    assert found.schema == means.STEP_SCHEMA
    assert [tuple(row.values())[2:6] for row in found.to_pylist()] == [
        (1, "ndcg_at_k", 0.5, None), (2, "ndcg_at_k", 0.625, 0.125),
        (1, "intra_list_diversity", 0.25, None), (2, "intra_list_diversity", 0.75, 0.25),
    ]  # fmt: skip
    assert len(means.step_means(table.slice(0, 0), **BOOTSTRAP)) == 0
