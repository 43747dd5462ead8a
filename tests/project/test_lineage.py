"""Lineage reaches from the raw sources to those who read releases, and the page of column lineage can't lose it silently."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run
from warehouse_operations.lineage.__main__ import LINKS, PICTURES, check, finish
from warehouse_operations.lineage.pictures import CORE, columns, direct, layers, overview, page_text, picture


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
        (0, f"sources without a dependent column: {SOURCE}"),
        (2, f"exposures without lineage: {EXPOSURE}"),
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
    assert check(target) == [f"unreadable models: {MART}"]


# Pictures


def small_manifest(**reads: list[str]) -> dict:
    """Manifest of models of a layer, each with what it reads."""
    nodes = {
        name: {"name": name, "resource_type": "model", "fqn": ["shop", "core", "staging", name], "depends_on": {"nodes": parents}}
        for name, parents in reads.items()
    }
    return {"nodes": nodes}


def test_picture_places_models_to_the_right_of_what_they_read() -> None:
    reads = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["b"], "alone": ["elsewhere"]}
    assert columns([*reads], reads) == [["a"], ["b"], ["c", "d"], ["alone"]]
    assert direct([*reads], reads) == {"a": [], "b": ["a"], "c": ["b"], "d": ["b"], "alone": []}, "a to c goes through b"


@pytest.mark.parametrize("length", [1, 3, 30])
def test_picture_has_a_box_per_model_and_stays_small(length: int) -> None:
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


def test_pictures_of_the_project_hold_every_model_once(demo_build: Run) -> None:
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


def test_front_page_leads_to_pictures_dashboard_and_published_file(target: Path) -> None:
    manifest = json.loads((target / "manifest.json").read_text())
    manifest["nodes"] = small_manifest(recommendations=[])["nodes"]
    (target / "manifest.json").write_text(json.dumps(manifest))
    (target / "lineage" / "index.html").write_text("<!doctype html><head><title>Lineage</title></head>")
    for _ in range(2):  # make docs may run again
        (target / "static_index.html").write_text(json.dumps({"overview": f"# Front\n\n{LINKS}\n\n{PICTURES}\n"}))
        finish(target)
        text = json.loads((target / "static_index.html").read_text())["overview"]
        assert "](data:image/svg+xml;base64," in text
        assert f"](../dashboard/{target.name}.html)" in text
        page = (target / "lineage" / "index.html").read_text()
        assert page.count('"?model=recommendations&parents=1"') == 1


def test_front_page_without_a_place_for_pictures_is_refused(target: Path) -> None:
    (target / "manifest.json").write_text(json.dumps(small_manifest(recommendations=[])))
    (target / "static_index.html").write_text("nothing")
    with pytest.raises(ValueError, match="contain"):
        finish(target)


def test_overview_has_the_sentences_that_make_docs_replaces() -> None:
    text = (PROJECT / "models" / "docs" / "overview.md").read_text()
    assert text.count(LINKS) == text.count(PICTURES) == 1


def test_overview_names_the_ten_tables_to_read_first(demo_build: Run) -> None:
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    marked = [node["name"] for node in manifest["nodes"].values() if "start_here" in node["tags"]]
    text = (PROJECT / "models" / "docs" / "overview.md").read_text()
    table = text[text.index("**Tables to read first.**") : text.index("## The layers")]
    assert sorted(re.findall(r"`(\w+)`", table[table.index("|") :])) == sorted(marked)
