"""Ablations: what is planted must show, what is spare must not, and both sides are judged on the same lists."""

import numpy as np
import pyarrow as pa

from tests.python.test_blend import history, pool
from tests.python.test_ranker import PARAMETERS, examples
from warehouse_recommender.ranking import ablation, blend

SEARCH = {"normalisations": ["a"], "steps": 5, "rounds": 3, "k": 1}
RANKER = {"features": ["blend_score", "hint", "pair"], "families": ["blend", "planted", "noise"], "monotone": [1, 0, 0]}
RANKER |= {"blend_scale": 5.0, "trees": 20, "most_lists": 80, "k": 5, "parameters": PARAMETERS}


def of_sources(rows: list[tuple], sources: list[str], most_lists: int = 100) -> pa.Table:
    table = pool(rows)
    trials = blend.search(table, sources=sources, **SEARCH)
    named = table.append_column("customer_index", pa.array(table["list_index"].to_pylist(), pa.int32()))
    return ablation.source_ablations(named, trials, sources=sources, most_lists=most_lists, **SEARCH)


def contributions(table: pa.Table) -> dict[str, float]:
    gains: dict[str, list[float]] = {}
    for row in table.to_pylist():
        gains.setdefault(row["left_out"], []).append(row["ndcg_with"] - row["ndcg_without"])
    return {name: float(np.mean(values)) for name, values in gains.items()}


def test_a_source_is_worth_what_no_other_can_replace() -> None:
    """Each of two sources finds half of what is relevant, one of them has a twin, and a fourth is noise."""
    rows = []
    for number in range(8):
        names = ["lonely"] if number < 4 else ["twin_1", "twin_2"]
        rows += [history(number, 1, name, 1.0, True) for name in names]
        rows += [history(number, 0, "noise", 1.0, False)]
    found = contributions(of_sources(rows, ["noise", "lonely", "twin_1", "twin_2"]))
    assert found == {"noise": 0.0, "lonely": 0.5, "twin_1": 0.0, "twin_2": 0.0}


def test_the_only_source_is_worth_everything() -> None:
    """Without it products stand in any order: the relevant one is the second by number here."""
    rows = [row for number in range(3) for row in (history(number, 0, "s", 0.1, False), history(number, 1, "s", 1.0, True))]
    assert contributions(of_sources(rows, ["s"])) == {"s": 1.0}


def test_so_many_lists_are_judged() -> None:
    rows = [history(number, 1, "s", 1.0, True) for number in range(9)]
    table = of_sources(rows, ["s", "silent"], most_lists=3)
    assert table["list_index"].to_pylist() == [0, 3, 6] * 2
    assert table["customer_index"].to_pylist() == [0, 3, 6] * 2
    assert table["left_out"].to_pylist() == ["s"] * 3 + ["silent"] * 3
    none = of_sources(rows, ["s"], most_lists=0)
    assert len(none) == 0
    assert none.schema == ablation.ABLATION_SCHEMA


def test_of_equal_trials_the_first_is_taken_apart() -> None:
    names, kind = ["x", "y"], ("all", True)
    found = [("a", np.array([1.0, 0]), 0.5), ("b", np.array([0, 1.0]), 0.5)]
    trials = blend.trial_rows(kind, (blend.EVERY, blend.EVERY), found, names, names, 2)
    band = blend.trial_rows(kind, ("history", "1-4"), [("c", np.array([0, 1.0]), 0.9)], names, names, 2)
    best = ablation.best_trials(pa.Table.from_batches([trials, band]))
    assert best[("all", True)]["normalisation"] == "a"
    assert best[("all", True)]["weights"] == {"x": 1.0, "y": 0.0}


def test_the_planted_family_is_worth_most() -> None:
    found = contributions(ablation.family_ablations(examples(planted=True), **RANKER))
    assert list(found) == ["blend", "planted", "noise"]
    assert found["planted"] > 0.3
    assert abs(found["noise"]) < 0.05


def test_where_no_fold_can_learn_there_are_no_families() -> None:
    nothing = examples(planted=True)
    place = nothing.schema.get_field_index("is_relevant")
    nothing = nothing.set_column(place, "is_relevant", pa.array(np.zeros(len(nothing), bool)))
    table = ablation.family_ablations(nothing, **RANKER)
    assert len(table) == 0
    assert table.schema == ablation.ABLATION_SCHEMA
    assert len(ablation.family_ablations(examples(planted=True), **(RANKER | {"most_lists": 0}))) == 0
