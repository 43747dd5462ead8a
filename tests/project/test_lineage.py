"""Lineage reaches from the raw sources to those who read releases, and the page of column lineage can't lose it silently."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from warehouse_operations.lineage.__main__ import check


def test_every_source_reaches_an_exposure_and_every_exposure_a_source(demo_build: Run) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())

    def reached(begin: str, edges: dict[str, list[str]]) -> set[str]:
        found, left = set(), [begin]
        while left:
            for name in edges.get(left.pop(), []):
                if name not in found:
                    found.add(name)
                    left.append(name)
        return found

    exposures = set(manifest["exposures"])
    for source in manifest["sources"]:
        assert exposures & reached(source, manifest["child_map"]), source
    for exposure in exposures - {
        f"exposure.warehouse_recommender.{name}" for name in ("publishing", "privacy_office", "tuning_report")
    }:  # of runs, not of data
        assert set(manifest["sources"]) & reached(exposure, manifest["parent_map"]), exposure


SOURCE, STAGED, MART, EXPOSURE = "source.shop.raw.orders", "model.shop.stg_orders", "model.shop.lists", "exposure.shop.bi"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A small page of lineage: a source, two models, an exposure, each column's way known."""
    (tmp_path / "lineage").mkdir()
    nodes = {
        name: {"resource_type": "model", "language": "sql", "depends_on": {"nodes": [parent]}}
        for name, parent in [(STAGED, SOURCE), (MART, STAGED)]
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes, "sources": {SOURCE: {}}, "exposures": {EXPOSURE: {}}}))
    edges = [
        {"source": SOURCE, "sourceColumn": "id", "target": STAGED, "targetColumn": "order_id"},
        {"source": STAGED, "sourceColumn": "order_id", "target": MART, "targetColumn": "order_id"},
        {"source": MART, "sourceColumn": "", "target": EXPOSURE, "targetColumn": ""},
    ]
    (tmp_path / "lineage" / "colibri-manifest.json").write_text(json.dumps({"lineage": {"edges": edges}}))
    return tmp_path


def test_a_whole_page_passes(target: Path) -> None:
    assert check(target) == []


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0, f"no column leads on from {SOURCE}"),
        (2, f"nothing leads to {EXPOSURE}"),
    ],
)
def test_a_lost_edge_is_noticed(target: Path, lost: int, said: str) -> None:
    path = target / "lineage" / "colibri-manifest.json"
    page = json.loads(path.read_text())
    del page["lineage"]["edges"][lost]
    path.write_text(json.dumps(page))
    assert check(target) == [said]


def test_a_model_that_could_not_be_read_is_named(target: Path) -> None:
    (target / "lineage" / "colibri-parsing-errors.json").write_text(json.dumps([{"node_id": MART}]))
    assert check(target) == [f"could not be read: {MART}"]
