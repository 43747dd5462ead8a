"""For every ranking method the contributions add up to the score, and the strongest are named."""

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
    """Return contributions of served products; ``of_trees`` gives what the trees add to each part."""
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


def test_weighted_score_is_the_sum_of_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"method": "weighted", "source_parts": [0.25, 0.375, 0, 0], "log_ranks": [1, 0.5, 0, 0]}
    (found,) = explained([row], monkeypatch)
    assert found["of"] == {"popularity": 0.25, "als": 0.375}
    assert (found["explained_sources"], found["reason_sources"]) == (["als"], ["als", "popularity"])
    assert found["reason_shares"] == [0.6, 0.4]


def test_stacked_score_is_the_sum_of_blend_and_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """als is 4 × 0.375 + 0.5. Only the trees raise ease, taste takes 1 away, and the trees start from 0.25."""
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
def test_cascade_score_is_the_sum_of_stage_and_shares(
    score: float, log_ranks: list, parts: dict, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"method": "cascade", "cascade_score": score, "source_parts": [0.5, 0.5, 0.5, 0.5], "log_ranks": log_ranks}
    (found,) = explained([row], monkeypatch)
    assert (found["of"], found["reason_sources"][0]) == (parts, reason)


def test_strongest_source_with_evidence_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """als is fourth. ease, which takes most away, is first. content has evidence but adds less than als."""
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [1, 1, 1, 1]}
    (found,) = explained([row], monkeypatch, [[2, 0.5, -4, 0.4375, 1.5, 0.125]])
    assert found["of"] == {"popularity": 2, "als": 0.5, "ease": -4, "taste": 1.5, "other": 0.5625}
    assert (found["explained_sources"], found["reason_sources"]) == (["als", "content"], ["popularity", "als", "content"])


def test_source_with_too_small_a_share_of_the_largest_contribution_gives_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [1, 1, 1, 1]}
    (found,) = explained([row], monkeypatch, [[2, 0.5, -4, 0.25, 1.5, 0.125]])
    assert (found["explained_sources"], found["reason_sources"]) == (["als"], ["popularity", "als"])


def test_source_that_did_not_propose_the_product_gives_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [0, 0, 1, 0]}
    (found,) = explained([row], monkeypatch, [[0, 3, 1, 0, 0, 0]])
    assert found["of"] == {"als": 3, "ease": 1}
    assert (found["explained_sources"], found["reason_sources"]) == ([], ["ease"])


def test_ties_are_resolved_by_popularity_and_then_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"method": "weighted", "source_parts": [0, 0, 0, 0], "log_ranks": ranks} for ranks in ([1, 1, 1, 1], [0, 0, 1, 1])]
    first, second = explained(rows, monkeypatch)
    assert (first["parts"], first["explained_sources"], first["reason_sources"]) == ([], ["als"], ["popularity"])
    assert (second["reason_sources"], second["reason_shares"]) == (["content"], [0])


def test_reasons_come_from_the_three_largest_positive_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """base, taste and popularity precede ease and als. content adds nearly as much as als but is only the fourth source."""
    row = {"method": "stacked", "source_parts": [0, 0, 0, 0], "log_ranks": [1, 1, 1, 1]}
    (found,) = explained([row], monkeypatch, [[2, 0.75, 1, 0.25, 4, 3]])
    assert found["of"] == {"popularity": 2, "als": 0.75, "taste": 4, "base": 3, "other": 1.25}
    assert (found["reason_sources"], found["reason_contributions"]) == (["popularity", "ease", "als"], [2, 1, 0.75])
    assert found["reason_shares"] == [0.5, 0.25, 0.1875]
    assert found["explained_sources"] == ["als"]
    (found,) = explained([row], monkeypatch, [[2, 0, 0, 0.125, 4, 3]])
    assert found["reason_sources"] == ["popularity"]


def test_product_placed_by_a_rule_has_no_contributions(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"method": "stacked"}, {"method": "weighted", "source_parts": [1, 0, 0, 0], "log_ranks": [1, 0, 0, 0]}]
    of_rule, other = explained(rows, monkeypatch, [[0.0] * 6])
    assert (of_rule["parts"], of_rule["explained_sources"], of_rule["reason_sources"]) == ([], [], [])
    assert other["of"] == {"popularity": 1}


def test_no_served_products_give_no_contributions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explained([], monkeypatch) == []
