"""Lineage connects raw sources with the exposures, and checks report gaps in the column-lineage page."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run
from warehouse_operations.lineage.__main__ import LINKS, PICTURES, check, finish
from warehouse_operations.lineage.pictures import CORE, columns, direct, layers, overview, page_text, picture


def test_sources_and_exposures_are_connected(demo_build: Run) -> None:
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
    }:  # exposures of runs, not of data
        assert set(manifest["sources"]) & reached(exposure, manifest["parent_map"]), exposure


SOURCE, STAGED, MART, EXPOSURE = "source.shop.raw.orders", "model.shop.stg_orders", "model.shop.lists", "exposure.shop.bi"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A small lineage page: a source, two models and an exposure, with lineage for every column."""
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


def test_complete_lineage_page_passes(target: Path) -> None:
    assert check(target) == []


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0, f"sources without a dependent column: {SOURCE}"),
        (2, f"exposures without lineage: {EXPOSURE}"),
    ],
)
def test_missing_edge_is_reported(target: Path, lost: int, said: str) -> None:
    path = target / "lineage" / "colibri-manifest.json"
    page = json.loads(path.read_text())
    del page["lineage"]["edges"][lost]
    path.write_text(json.dumps(page))
    assert check(target) == [said]


def test_unreadable_model_is_reported(target: Path) -> None:
    (target / "lineage" / "colibri-parsing-errors.json").write_text(json.dumps([{"node_id": MART}]))
    assert check(target) == [f"unreadable models: {MART}"]


# Pictures


def small_manifest(**reads: list[str]) -> dict:
    """Return a manifest of models in one layer, each with the models that it reads."""
    nodes = {
        name: {"name": name, "resource_type": "model", "fqn": ["shop", "core", "staging", name], "depends_on": {"nodes": parents}}
        for name, parents in reads.items()
    }
    return {"nodes": nodes}


def test_picture_places_models_right_of_their_parents() -> None:
    reads = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["b"], "alone": ["elsewhere"]}
    assert columns([*reads], reads) == [["a"], ["b"], ["c", "d"], ["alone"]]
    assert direct([*reads], reads) == {"a": [], "b": ["a"], "c": ["b"], "d": ["b"], "alone": []}, "a reaches c through b"


@pytest.mark.parametrize("length", [1, 3, 30])
def test_picture_has_one_box_per_model_and_a_bounded_width(length: int) -> None:
    names = [f"model_{number:02}" for number in range(length)]
    manifest = small_manifest(**{name: names[max(place - 1, 0) : place] for place, name in enumerate(names)})
    drawn = picture(names, manifest)
    assert [name for name in names if f">{name}</text>" not in drawn] == []
    assert drawn.count("<path") == length - 1
    (width,) = re.findall(r' width="(\d+)" height', drawn[: drawn.index(">")])
    assert int(width) <= 1000


def test_picture_escapes_names() -> None:
    manifest = small_manifest(**{"<b>": []})
    assert "<b>" not in picture(["<b>"], manifest)
    assert "&lt;b&gt;" in picture(["<b>"], manifest)


def test_project_pictures_show_every_model_once(demo_build: Run) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    models = {key: node["name"] for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    found = layers(manifest)
    assert sorted(key for keys in found.values() for key in keys) == sorted(models)
    assert tuple(found)[: len(CORE)] == CORE
    for keys in found.values():
        drawn = re.findall(r">([^<]+)</text>", picture(keys, manifest))
        assert sorted(drawn) == sorted(models[key] for key in keys)
    assert all(f">{name.replace('_', ' ')}</text>" in overview(manifest) for name in found)
    text = page_text(manifest)
    assert text.count("data:image/svg+xml") == len(found) + 1
    assert len(text) < 150_000
    assert text == page_text(manifest)


def test_front_page_links_pictures_dashboard_and_lineage(target: Path) -> None:
    manifest = json.loads((target / "manifest.json").read_text())
    manifest["nodes"] = small_manifest(recommendations=[])["nodes"]
    (target / "manifest.json").write_text(json.dumps(manifest))
    (target / "lineage" / "index.html").write_text("<!doctype html><head><title>Lineage</title></head>")
    for _ in range(2):  # `make docs` may run more than once
        (target / "static_index.html").write_text(json.dumps({"overview": f"# Front\n\n{LINKS}\n\n{PICTURES}\n"}))
        finish(target)
        text = json.loads((target / "static_index.html").read_text())["overview"]
        assert "](data:image/svg+xml;base64," in text
        assert f"](../dashboard/{target.name}.html)" in text
        page = (target / "lineage" / "index.html").read_text()
        assert page.count('"?model=recommendations&parents=1"') == 1


def test_front_page_without_a_pictures_marker_is_refused(target: Path) -> None:
    (target / "manifest.json").write_text(json.dumps(small_manifest(recommendations=[])))
    (target / "static_index.html").write_text("nothing")
    with pytest.raises(ValueError, match="contain"):
        finish(target)


def test_overview_has_the_markers_that_make_docs_replaces() -> None:
    text = (PROJECT / "models" / "docs" / "overview.md").read_text()
    assert text.count(LINKS) == text.count(PICTURES) == 1


def test_overview_names_the_ten_tables_to_read_first(demo_build: Run) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    marked = [node["name"] for node in manifest["nodes"].values() if "start_here" in node["tags"]]
    text = (PROJECT / "models" / "docs" / "overview.md").read_text()
    table = text[text.index("**Tables to read first.**") : text.index("## The layers")]
    assert sorted(re.findall(r"`(\w+)`", table[table.index("|") :])) == sorted(marked)
