"""The parts of a score add up to it by every method, and the strongest are named."""

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.ranking import contributions, ranker

SOURCES = pa.table(
    {
        "source": ["popularity", "als", "ease", "content"],
        "retrieval_depth": pa.array([None, 2, None, None], pa.int32()),
        "cascade_share": [0.0, 0.5, 0.0, 0.5],
        "has_evidence": [False, True, False, True],
    }
)
FEATURES, FAMILIES = ["brand_share", "z_scores"], ["taste", None]
NO_FITS = ranker.FIT_SCHEMA.empty_table()


def explained(rows: list[dict], monkeypatch: pytest.MonkeyPatch, of_trees: list[list[float]] | None = None) -> list[dict]:
    """Contributions of served products; ``of_trees`` holds what trees add to the parts of each."""
    table = pa.table(
        {
            "cutoff_id": ["live"] * len(rows),
            "customer_index": pa.array(range(len(rows)), pa.int32()),
            "product_index": pa.array([7] * len(rows), pa.int32()),
            "mode": ["all"] * len(rows),
            "method": [row["method"] for row in rows],
            "cascade_score": pa.array([row.get("cascade_score", 0.0) for row in rows], pa.float64()),
            "source_parts": pa.array([row.get("source_parts") for row in rows], pa.list_(pa.float32())),
            "log_ranks": pa.array([row.get("log_ranks") for row in rows], pa.list_(pa.float32())),
        }
    )
    if of_trees is not None:
        monkeypatch.setattr(ranker, "tree_parts", lambda *_, **__: lambda part: np.array(of_trees)[: len(part)])
    found = contributions.contributions(table, SOURCES, NO_FITS, features=FEATURES, families=FAMILIES, blend_scale=4.0)
    assert found.schema == contributions.CONTRIBUTION_SCHEMA
    return [{**row, "of": dict(zip(row["parts"], row["contributions"], strict=True))} for row in found.to_pylist()]


def test_a_weighted_score_is_made_of_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"method": "weighted", "source_parts": [0.25, 0.375, 0, 0], "log_ranks": [1, 0.5, 0, 0]}
    (found,) = explained([row], monkeypatch)
    assert found["of"] == {"popularity": 0.25, "als": 0.375}
    assert (found["explained_sources"], found["reason_sources"]) == (["als"], ["als", "popularity"])
    assert found["reason_shares"] == [0.6, 0.4]


def test_a_stacked_score_is_made_of_the_blend_and_the_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: als 4 × 0.375 + 0.5, the trees alone raise ease, taste takes 1 and the trees start from 0.25."""
    row = {"method": "stacked", "source_parts": [0.25, 0.375, 0, 0], "log_ranks": [1, 0.5, 0, 0]}
    (found,) = explained([row], monkeypatch, [[0, 0.5, 1.5, 0, -1, 0.25]])
    assert found["of"] == {"als": 2.0, "ease": 1.5, "popularity": 1.0, "other": -0.75}
    assert (found["explained_sources"], found["reason_sources"]) == (["als"], ["als", "popularity"])


@pytest.mark.parametrize(
    ("score", "log_ranks", "parts", "reason"),
    [
        (3.5, [0, 1, 0, 0], {"als": 0.5, "base": 3}, "als"),
        (3.75, [0, 1, 0, 0.5], {"als": 0.5, "base": 3, "content": 0.25}, "als"),
        (2.25, [0, 0.25, 0, 0], {"als": 0.25, "base": 2}, "als"),
        (0.25, [0.5, 0, 0, 0], {"base": 0.25}, "popularity"),
    ],
)
def test_a_cascade_score_is_its_stage_and_the_shares(
    score: float, log_ranks: list, parts: dict, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"method": "cascade", "cascade_score": score, "source_parts": [0.5, 0.5, 0.5, 0.5], "log_ranks": log_ranks}
    (found,) = explained([row], monkeypatch)
    assert (found["of"], found["reason_sources"][0]) == (parts, reason)


def test_the_strongest_source_with_evidence_is_named_besides_the_strongest_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """als comes fourth, and ease, which takes away most, first; content, with evidence, adds less than als."""
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [1, 1, 1, 1]}
    (found,) = explained([row], monkeypatch, [[2, 0.5, -4, 0.25, 1.5, 0.125]])
    assert found["of"] == {"popularity": 2, "als": 0.5, "ease": -4, "taste": 1.5, "other": 0.375}
    assert (found["explained_sources"], found["reason_sources"]) == (["als", "content"], ["popularity", "als", "content"])


def test_a_source_that_did_not_propose_the_product_explains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [0, 0, 1, 0]}
    (found,) = explained([row], monkeypatch, [[0, 3, 1, 0, 0, 0]])
    assert found["of"] == {"als": 3, "ease": 1}
    assert (found["explained_sources"], found["reason_sources"]) == ([], ["ease"])


def test_of_equal_sources_popularity_gives_the_reason_and_then_the_first_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"method": "weighted", "source_parts": [0, 0, 0, 0], "log_ranks": ranks} for ranks in ([1, 1, 1, 1], [0, 0, 1, 1])]
    first, second = explained(rows, monkeypatch)
    assert (first["parts"], first["explained_sources"], first["reason_sources"]) == ([], ["als"], ["popularity"])
    assert (second["reason_sources"], second["reason_shares"]) == (["content"], [0])


def test_reasons_come_from_the_three_sources_that_add_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Base, taste and popularity come before ease and als; content, which nearly adds as much, is fourth of the sources."""
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [1, 1, 1, 1]}
    (found,) = explained([row], monkeypatch, [[2, 0.75, 1, 0.25, 4, 3]])
    assert found["of"] == {"popularity": 2, "als": 0.75, "taste": 4, "base": 3, "other": 1.25}
    assert (found["reason_sources"], found["reason_contributions"]) == (["popularity", "ease", "als"], [2, 1, 0.75])
    assert found["reason_shares"] == [0.5, 0.25, 0.1875]
    assert found["explained_sources"] == ["als"]
    (found,) = explained([row], monkeypatch, [[2, 0, 0, 0.125, 4, 3]])
    assert found["reason_sources"] == ["popularity"]


def test_a_product_of_a_rule_has_no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"method": "stacked"}, {"method": "weighted", "source_parts": [1, 0, 0, 0], "log_ranks": [1, 0, 0, 0]}]
    of_rule, other = explained(rows, monkeypatch, [[0.0] * 6])
    assert (of_rule["parts"], of_rule["explained_sources"], of_rule["reason_sources"]) == ([], [], [])
    assert other["of"] == {"popularity": 1}


def test_nothing_served_has_no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explained([], monkeypatch) == []
