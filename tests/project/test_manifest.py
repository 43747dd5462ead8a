"""The project's rules as code over dbt's manifest: folders are the data flow, all is described, what is public is guarded."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.conftest import Run

LAYERS = ["staging", "cleaning", "interactions", "features", "candidates", "ranking", "assembly", "explanations", "marts"]


@pytest.fixture(scope="module")
def manifest(demo_build: Run) -> dict:
    return json.loads((demo_build.target / "manifest.json").read_text())


def models(manifest: dict) -> Iterator[dict]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def layer(node: dict) -> int:
    """Position of the node's folder on the road; seeds and sources stand before it."""
    return LAYERS.index(node["fqn"][1]) if node["resource_type"] == "model" else -1


def later_references(nodes: dict) -> list[str]:
    return [
        f"{name} reads {parent}"
        for name, node in nodes.items()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if parent in nodes and layer(nodes[parent]) > layer(node)
    ]


def test_no_model_reads_a_later_folder(manifest: dict) -> None:
    assert later_references(manifest["nodes"]) == []


def test_reading_a_later_folder_is_noticed() -> None:
    def node(folder: str, *parents: str) -> dict:
        return {"resource_type": "model", "fqn": ["p", folder, "m"], "depends_on": {"nodes": list(parents)}}

    nodes = {"early": node("cleaning", "late"), "late": node("ranking", "early")}
    assert later_references(nodes) == ["early reads late"]


def test_only_staging_reads_sources(manifest: dict) -> None:
    readers = {
        node["fqn"][1] for node in models(manifest) for parent in node["depends_on"]["nodes"] if parent.startswith("source.")
    }
    assert readers == {"staging"}


def test_lineage_starts_at_the_raw_files(manifest: dict) -> None:
    locations = {source["name"]: source["meta"]["location"] for source in manifest["sources"].values()}
    assert locations["order_lines"] == "seeds/demo/order_lines.csv"
    assert len(locations) == 8


def test_every_model_and_column_is_described(manifest: dict, demo_build: Run) -> None:
    built = demo_build.query("select schema_name, table_name, column_name from duckdb_columns() where not internal")
    described = {
        (node["schema"], node["name"], column["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and node["description"].strip()
        for column in node["columns"].values()
        if column["description"].strip()
    }
    assert sorted(set(built) - described) == []
    assert sorted(described - set(built)) == []


def test_public_models_have_contract_key_and_reader(manifest: dict) -> None:
    exposed = {name for exposure in manifest["exposures"].values() for name in exposure["depends_on"]["nodes"]}
    public = [node for node in models(manifest) if node["config"]["access"] == "public"]
    assert {"recommendations", "model_performance", "cleaning_ledger"} <= {node["name"] for node in public}
    for node in public:
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["language"] == "sql", node["name"]
        assert any(constraint["type"] == "primary_key" for constraint in node["constraints"]), node["name"]
        assert all(column["data_type"] for column in node["columns"].values()), node["name"]
        assert node["unique_id"] in exposed, node["name"]
        assert not re.search(r"select\s+\*\s+from\s+\S+\s*$", node["raw_code"]), node["name"]


def test_every_model_is_read(manifest: dict) -> None:
    """No model is built that nobody reads: neither a model nor an exposure."""
    read = {parent for node in [*models(manifest), *manifest["exposures"].values()] for parent in node["depends_on"]["nodes"]}
    assert sorted(node["name"] for node in models(manifest) if node["unique_id"] not in read) == []


def test_every_sql_model_opens_with_its_grain(manifest: dict) -> None:
    silent = [n["name"] for n in models(manifest) if n["language"] == "sql" and not n["raw_code"].startswith("-- Grain:")]
    assert silent == []


def test_every_macro_is_described(manifest: dict) -> None:
    own = [m for m in manifest["macros"].values() if m["package_name"] == "warehouse_recommender"]
    public = [m for m in own if not re.match(r"(duckdb__|spark__|test_)", m["name"])]
    assert len(public) > 10
    assert sorted(m["name"] for m in public if not m["description"].strip()) == []
    arguments = [(m["name"], a) for m in public for a in m["arguments"]]
    assert [(name, a["name"]) for name, a in arguments if not (a.get("type") and a.get("description"))] == []


def test_python_models_are_thin(manifest: dict) -> None:
    for node in models(manifest):
        if node["language"] == "python":
            assert len(node["raw_code"].splitlines()) <= 40, node["name"]
