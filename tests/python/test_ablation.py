"""Ablations show planted structure, show no value of redundant parts, and evaluate both sides on the same lists."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.python.test_blend import history, pool, sources_in_use
from tests.python.test_ranker import PARAMETERS, examples
from warehouse_recommender.evaluation import ablation
from warehouse_recommender.ranking import blend

SEARCH: dict[str, Any] = {"depth": 9, "k": 1}
FEATURES = [
    {"feature": "blend_score", "family": "blend", "monotone": 1},
    {"feature": "hint", "family": "planted", "monotone": 0},
    {"feature": "pair", "family": "noise", "monotone": 0},
]
RANKER: dict[str, Any] = {"features": FEATURES, "blend_scale": 5.0, "most_labels": 80, "k": 5, "parameters": PARAMETERS}


def searched_pool(rows: list[tuple], sources: list[str]) -> tuple[pa.Table, pa.Table]:
    table = pool(rows, sources)
    trials = blend.search(table, sources_in_use(sources), steps=5, rounds=3, **SEARCH)
    return table.append_column("customer_index", pa.array(table["list_index"].to_pylist(), pa.int32())), trials


def of_sources(rows: list[tuple], sources: list[str], most_labels: int = 100) -> list[ablation.Ablation]:
    return list(ablation.source_ablations(*searched_pool(rows, sources), sources=sources, most_labels=most_labels, **SEARCH))


def contributions(found: list[ablation.Ablation]) -> dict[str, float]:
    return {one.left_out: float(np.mean(one.complete - one.without)) for one in found}


def test_source_contribution_is_what_no_other_source_replaces() -> None:
    """Each of two sources finds half of the labels. One of them has a twin, and a fourth source is noise."""
    rows = []
    for number in range(8):
        names = ["unique"] if number < 4 else ["twin_1", "twin_2"]
        rows += [history(number, 1, name, 1.0, True) for name in names]
        rows += [history(number, 0, "noise", 1.0, False)]
    found = contributions(of_sources(rows, ["noise", "unique", "twin_1", "twin_2"]))
    assert found == {"noise": 0.0, "unique": 0.5, "twin_1": 0.0, "twin_2": 0.0}


def test_only_source_contributes_the_whole_metric() -> None:
    """Without the source, products are ordered by index, and the label is the second one."""
    rows = [row for number in range(3) for row in (history(number, 0, "s", 0.1, False), history(number, 1, "s", 1.0, True))]
    assert contributions(of_sources(rows, ["s"])) == {"s": 1.0}


def test_number_of_evaluated_lists_is_limited() -> None:
    rows = [history(number, 1, "s", 1.0, True) for number in range(9)]
    found = of_sources(rows, ["s", "silent"], most_labels=3)
    assert [one.customers.tolist() for one in found] == [[0, 3, 6]] * 2
    assert [one.left_out for one in found] == ["s", "silent"]
    assert of_sources(rows, ["s"], most_labels=0) == []


def test_chosen_trials_are_the_best_of_all_tiers() -> None:
    names, kind = ["x", "y"], ("all", True)
    found = [("b", np.array([0, 1.0]), 0.6), ("a", np.array([1.0, 0]), 0.5)]
    trials = blend.trial_rows(kind, (blend.EVERY, blend.EVERY), found, names, names, 2)
    band = blend.trial_rows(kind, ("history", "1-4"), [("c", np.array([0, 1.0]), 0.9)], names, names, 2)
    best = ablation.chosen_trials(pa.Table.from_batches([trials, band]))
    assert best[("all", True)]["normalisation"] == "a"
    assert best[("all", True)]["weights"] == {"x": 1.0, "y": 0.0}


def test_planted_feature_family_contributes_most() -> None:
    found = contributions(list(ablation.family_ablations(examples(planted=True), **RANKER)))
    assert list(found) == ["blend", "planted", "noise"]
    assert found["planted"] > 0.3
    assert abs(found["noise"]) < 0.05


def test_lists_are_evaluated_by_trees_of_other_folds() -> None:
    """Fails if folds overlap: trees order noise better than the blend on lists that they learned from."""
    gains = []
    for seed in range(6):
        noise = examples(planted=False, seed=seed)
        found = next(ablation.family_ablations(noise, **(RANKER | {"features": FEATURES[:1]})))
        everything = next(ablation.family_ablations(noise, **RANKER))
        gains.append(everything.complete.mean() - found.without.mean())  # without any feature, only the blend is left
    assert np.mean(gains) < 0.03


def test_no_family_ablations_without_labels_or_lists() -> None:
    nothing = examples(planted=True)
    place = nothing.schema.get_field_index("is_relevant")
    nothing = nothing.set_column(place, "is_relevant", pa.array(np.zeros(len(nothing), bool)))
    assert list(ablation.family_ablations(nothing, **RANKER)) == []
    assert list(ablation.family_ablations(examples(planted=True), **(RANKER | {"most_labels": 0}))) == []


def test_contributions_have_paired_intervals() -> None:
    """Each of two sources finds half of the labels. Without the other source, each list scores 1 or 0."""
    rows = [history(number, 1, "odd" if number % 2 else "even", 1.0, True) for number in range(40)]
    rows += [history(number, 0, "even" if number % 2 else "odd", 0.5, False) for number in range(40)]
    sources = ["even", "odd", "silent"]
    settings = {**SEARCH, **RANKER, "k": 1, "most_labels": 100, "sources": sources, "replicates": 200, "level": 0.95}
    customers = pa.table({"customer_index": list(range(40)), "customer_id": [f"c{number}" for number in range(40)]})
    table = ablation.ablations(*searched_pool(rows, sources), examples(planted=True).slice(0, 0), customers, **settings)
    assert table.schema == ablation.ABLATION_SCHEMA
    found = {row["left_out"]: row for row in table.to_pylist()}
    assert set(found) == set(sources)
    for row in found.values():
        assert row["part"] == "source"
        assert row["list_count"] == 40
        assert row["contribution"] == pytest.approx(row["ndcg_with"] - row["ndcg_without"])
        assert row["ci_low"] <= row["contribution"] <= row["ci_high"]
    assert (found["silent"]["ci_low"], found["silent"]["ci_high"]) == (0.0, 0.0), "a source without candidates changed lists"
    assert found["odd"]["ci_low"] < found["odd"]["ci_high"]
