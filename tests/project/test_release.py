"""Release gates compare a build with the previous one, can fail a build, and the run manifest describes the build."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run, run_dbt

RELEASE = ("gate_results", "release_lists", "release_metrics", "run_manifest")
THREADS = ("--threads", "1")


@pytest.fixture
def repeated(demo_build: Run, tmp_path: Path) -> Run:
    """The demo store, with its last models built a second time on the state of the first build."""
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    run = run_dbt(tmp_path, "run", "--select", *RELEASE, *THREADS)
    assert run.succeeded, run.output
    return run


def test_demo_passes_every_gate_that_applies_to_a_first_build(demo_build: Run) -> None:
    found = demo_build.query(
        "select distinct gate, status from marts.gate_results where mode = 'all' and slice <> 'without_history' order by all"
    )
    assert found == [
        ("beats_popularity", "pass"),
        ("beats_sources", "pass"),
        ("catalogue_coverage", "pass"),
        ("churn", "not_enough_data"),
        ("customer_coverage", "pass"),
        ("holds_last_release", "not_enough_data"),
    ]
    assert "Gates: " in demo_build.output


def test_repeated_build_passes_all_gates_and_has_the_same_manifest(demo_build: Run, repeated: Run) -> None:
    served = "select distinct status from marts.gate_results where mode = 'all' and slice <> 'without_history'"
    assert repeated.query(served) == [("pass",)]
    assert repeated.query("select distinct observed from marts.gate_results where gate = 'churn'") == [(1.0,)]
    manifest = "select * from marts.run_manifest where section <> 'scope' order by all"
    assert repeated.query(manifest) == demo_build.query(manifest)


def test_failing_gate_fails_the_build_unless_severity_is_warn(demo_build: Run, tmp_path: Path) -> None:
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("update reference.gates set bound = 0.9 where gate = 'beats_popularity'")
    selected = ("build", "--select", *RELEASE, "--exclude-resource-type", "unit_test", *THREADS)
    failed = run_dbt(tmp_path, *selected)
    assert not failed.succeeded
    assert "assert_gates_hold" in failed.output
    assert "beats_popularity (fail): ndcg_at_k at 10 of hybrid minus that of popularity" in failed.output
    assert "bound 0.900000" in failed.output
    warned = run_dbt(tmp_path, *selected, variables={"evaluation_gate_severity": "warn"})
    assert warned.succeeded, warned.output
    assert "beats_popularity (fail): " in warned.output


def test_run_manifest_names_every_var_and_no_path(demo_build: Run, tmp_path: Path) -> None:
    entries = {(section, name): value for section, name, value in demo_build.query("select * from marts.run_manifest")}
    assert ("var", "raw_path") not in entries
    assert json.loads(entries["var", "list_length"]) == 10
    assert set(json.loads(entries["var", "raw"])) >= {"order_lines", "events"}
    assert not any(str(demo_build.warehouse.parent) in value or "/" in name for (_, name), value in entries.items())
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    other = run_dbt(tmp_path, "run", "--select", "run_manifest", *THREADS, variables={"list_length": 9})
    changed = "select section, name, value from marts.run_manifest where name = 'list_length'"
    assert other.query(changed) == [("var", "list_length", "9")]


def test_publication_tables_list_every_public_model_with_its_keys(demo_build: Run) -> None:
    nodes = json.loads((demo_build.target / "manifest.json").read_text())["nodes"].values()
    public = {
        (node["schema"], node["name"]): node
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["access"] == "public"
    }
    listed = demo_build.query("select schema_name, table_name, description, definition from marts.publication_tables")
    assert {row[:2] for row in listed} == public.keys()
    for schema, name, description, definition in listed:
        node, stated = public[schema, name], json.loads(definition)
        assert description == node["description"].strip()
        assert stated["node"] == node["unique_id"]
        assert stated["primary_key"], name
        assert stated["columns"].keys() == node["columns"].keys()
    (lists,) = [json.loads(definition) for _, name, _, definition in listed if name == "recommendations"]
    assert lists["references"]["product_id"] == ["marts", "products", "product_id"]
    assert lists["columns"]["rank"]["is_required"]
    assert not lists["columns"]["is_exploration"]["description"].startswith(" ")


def test_every_node_is_recorded_with_its_run_time(demo_build: Run, repeated: Run) -> None:
    nodes = {node["unique_id"] for node in json.loads((repeated.target / "run_results.json").read_text())["results"]}
    recorded = repeated.query(
        "select node, status, seconds, finished_at >= started_at, as_of from operations.node_runs where scope = 'part'"
    )
    assert {node for node, *_ in recorded} == {node for node in nodes if not node.startswith("operation.")}
    assert all(row[1:] == ("success", row[2], True, None) and row[2] >= 0 for row in recorded)
    whole = "select distinct command, scope, as_of from operations.node_runs where scope <> 'part'"
    assert repeated.query(whole) == [("build", "all", demo_build.query("select as_of from cleaning.as_of")[0][0])]
    assert repeated.query("select * from operations.node_runs where status = 'started' or node like 'unit_test.%'") == []
