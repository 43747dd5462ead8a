"""Slices of layers: exclusive, complete, stable, and refused only if the shares of one day exceed 1."""

import itertools
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.experiments import assignment

FIRST = date(2026, 1, 1)
TYPES = (pa.string(), pa.string(), pa.float64(), pa.date32(), pa.date32())
Plan = dict[str, tuple[str, float | None, int, int | None]]  # experiment: layer, share, first day, last day


def table(plan: Plan) -> pa.Table:
    rows = [
        (name, layer, share, FIRST + timedelta(low), None if high is None else FIRST + timedelta(high))
        for name, (layer, share, low, high) in plan.items()
    ]
    arrays = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), TYPES, strict=True)]
    return pa.table(arrays, assignment.EXPERIMENT_COLUMNS)


def slices(plan: Plan) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for row in assignment.layer_slices(table(plan)).to_pylist():
        found.setdefault(row["experiment"], []).append((row["slice_low"], row["slice_high"]))
    return found


def test_experiments_share_a_layer_and_reuse_the_place_of_ended_ones() -> None:
    plan: Plan = {
        "ended": ("lists", 0.3, 0, 9),
        "running": ("lists", 0.2, 5, None),
        "later": ("lists", 0.6, 10, 20),
        "last": ("lists", 0.2, 20, None),
        "elsewhere": ("banner", None, 0, None),
    }
    assert slices(plan) == {
        "ended": [(0.0, 0.3)],
        "running": [(0.3, 0.5)],
        "later": [(0.0, 0.3), (0.5, 0.8)],
        "last": [(0.8, 1.0)],
        "elsewhere": [(0.0, 1.0)],
    }


def test_shares_that_sum_to_one_in_decimals_fit() -> None:
    plan: Plan = {name: ("lists", share, 0, None) for name, share in zip("abc", (0.1, 0.2, 0.7), strict=True)}
    assert slices(plan)["c"] == [(0.3, 1.0)]


@pytest.mark.parametrize("overlap", [True, False])
def test_shares_above_one_are_refused_by_name_only_on_a_common_day(overlap: bool) -> None:
    """The last day belongs to the period."""
    plan: Plan = {
        "old": ("lists", 0.7, 0, 5),
        "new": ("lists", 0.4, 5 if overlap else 6, None),
        "other": ("banner", 1.0, 0, None),
    }
    if overlap:
        with pytest.raises(ValueError, match="of new, old in layer lists exceed 1 on 2026-01-06"):
            slices(plan)
    else:
        assert slices(plan)["new"] == [(0.0, 0.4)]


def test_new_experiments_and_ends_move_no_earlier_experiment() -> None:
    plan: Plan = {"a": ("lists", 0.3, 0, None), "b": ("lists", 0.3, 2, None)}
    before = slices(plan)
    assert slices(plan | {"c": ("lists", 0.4, 3, None)}).items() > before.items()
    assert slices(plan | {"a": ("lists", 0.3, 0, 2)}) == before


def test_random_plans_are_exclusive_and_complete() -> None:
    """A plan is refused exactly if the shares of some day exceed 1. Else each experiment has its share and shares no point."""
    rng = np.random.default_rng(7)
    outcomes = set()
    for _ in range(200):
        plan: Plan = {}
        for number in range(6):
            start = int(rng.integers(20))
            plan[f"e{number}"] = ("lists", round(float(rng.uniform(0.05, 0.6)), 3), start, start + int(rng.integers(10)))
        running = [[name for name, (_, _, low, high) in plan.items() if low <= day <= high] for day in range(30)]
        fits = all(sum(plan[name][1] for name in names) <= 1 + 1e-9 for names in running)
        outcomes.add(fits)
        if not fits:
            with pytest.raises(ValueError, match="exceed 1"):
                slices(plan)
            continue
        found = slices(plan)
        for name, own in found.items():
            assert sum(high - low for low, high in own) == pytest.approx(plan[name][1], abs=1e-9)
        for names in running:
            taken = sorted(part for name in names for part in found[name])
            assert all(first[1] <= second[0] for first, second in itertools.pairwise(taken))
    assert outcomes == {True, False}


def test_no_experiments_give_no_slices() -> None:
    empty = pa.table([pa.array([], kind) for kind in TYPES], assignment.EXPERIMENT_COLUMNS)
    assert assignment.layer_slices(empty).num_rows == 0
