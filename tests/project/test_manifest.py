"""The project's rules, tested on dbt's manifest: folders follow the data flow, nodes are described, public models are guarded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import READ_AT_RUN_TIME, Run, run_dbt

# SQL models with a join, a condition, a window or an aggregate but no unit test, and the tests that cover them instead.
GUARDED_OTHERWISE = {
    "cutoff_moments": "a copy of cutoffs; test_scopes.py tests what a refresh keeps",
    "customer_embeddings": "the rows of als_customer_factors with the customer's key; test_als.py tests the factors",
    "customer_identities": "reads raw files, which a unit test cannot mock; test_privacy.py, test_pseudonyms.py",
    "erased_rows": "reads raw files, which a unit test cannot mock; test_privacy.py, test_bad_input.py",
    "feature_dictionary": "written by Jinja from YAML; assert_dictionary_describes_every_feature, test_feature_dictionary.py",
    "listed_strengths": "a join of tested models; assert_candidates_are_finite_and_allowed",
    "metric_registry": "literals; assert_every_metric_column_is_registered",
    "product_embeddings": "the rows of als_product_factors with the product's key; test_als.py tests the factors",
    "ranking_examples": "a sample of the pool; test_leaks.py, test_planted_structure.py",
    "ranking_features": "the macro features_of_lists, which the unit test of explained_lists covers; test_leaks.py",
    "stg_erasure_requests": "reads raw files, which a unit test cannot mock; test_privacy.py",
    "stg_order_lines": "reads raw files, which a unit test cannot mock; test_raw_values.py",
    "stg_products": "reads raw files, which a unit test cannot mock; test_raw_values.py",
    "trending_candidates": "the arrays of trending_products; assert_candidates_are_finite_and_allowed",
}
LOGIC = re.compile(r"\b(join|case|group by|distinct|over \()|\b(sum|count|min|max)\(|candidate_arrays", re.I)
LAYERS = ["staging", "cleaning", "interactions", "features", "candidates", "ranking", "assembly", "explanations", "marts"]


@pytest.fixture(scope="module")
def manifest(demo_build: Run) -> dict:
    return json.loads((demo_build.target / "manifest.json").read_text())


def models(manifest: dict) -> Iterator[dict]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def layer(node: dict) -> int:
    """Return the position of a core model's folder in the data flow: capabilities after the core, seeds and sources before it."""
    if node["resource_type"] != "model":
        return -1
    return LAYERS.index(node["fqn"][2]) if node["fqn"][1] == "core" else len(LAYERS)


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


def test_reference_to_a_later_folder_is_detected() -> None:
    def node(folder: str, *parents: str) -> dict:
        return {"resource_type": "model", "fqn": ["p", "core", folder, "m"], "depends_on": {"nodes": list(parents)}}

    nodes = {"early": node("cleaning", "late"), "late": node("ranking", "early")}
    assert later_references(nodes) == ["early reads late"]


# Models of capabilities that the core reads at a seam while the seam is on (macro seams).
SEAMS = {
    *("held_out_products", "training_weights", "als_group_directions", "floored_candidates"),
    *("valued_candidates", "variant_settings"),
}
SEAMS_ON = {
    "evaluation_protocol": "leave_last_out",
    "fairness_balancing_strength": 0.5,
    "fairness_propensity_strength": 0.5,
    "fairness_debias_strength": 0.5,
    "fairness_exposure_strength": 0.5,
    "value_weight": 0.5,
    "experiment_lists": True,
}


def resources(manifest: dict) -> dict[str, dict]:
    """Return all resources that refer to others or are referred to: nodes, macros, and resources defined only in YAML."""
    kinds = ("nodes", "macros", "exposures", "semantic_models", "metrics", "saved_queries", "unit_tests")
    return {name: resource for kind in kinds for name, resource in manifest.get(kind, {}).items()}


def part(resource: dict) -> str:
    """Return `core` or the capability that a file belongs to by its folder; an empty string if it belongs to neither."""
    found = re.search(r"(?:^|/)(?:capabilities/(\w+)|(core))/", resource["original_file_path"])
    return (found[1] or found[2]) if found else ""


def foreign_references(found: dict[str, dict], at_seams: set[str] = frozenset()) -> list[str]:
    """Return references from the core to a capability, and from a capability to another one except evaluation."""
    return [
        f"{part(resource)}: {name} reads {part(found[parent])}: {parent}"
        for name, resource in sorted(found.items())
        if part(resource) and resource.get("package_name") == "warehouse_recommender"
        for parent in resource.get("depends_on", {}).get("nodes", []) + resource.get("depends_on", {}).get("macros", [])
        if parent in found
        and part(found[parent]) not in ("", "core", part(resource))
        and (part(resource) == "core" or part(found[parent]) != "evaluation")
        and not (part(resource) == "core" and found[parent]["name"] in at_seams)
    ]


def test_core_reads_no_capability_and_capabilities_read_only_core_and_evaluation(manifest: dict) -> None:
    assert foreign_references(resources(manifest)) == []


def test_reference_to_another_capability_is_detected() -> None:
    def resource(path: str, *parents: str, macros: tuple[str, ...] = ()) -> dict:
        return {
            "name": path.split("/")[-1],
            "original_file_path": f"models/{path}.sql",
            "package_name": "warehouse_recommender",
            "depends_on": {"nodes": list(parents), "macros": list(macros)},
        }

    found = {
        "core": resource("core/marts/lists"),
        "metrics": resource("capabilities/evaluation/metrics", "core"),
        "audit": resource("capabilities/fairness/audit", "core", "metrics"),
        "weights": resource("capabilities/fairness/weights", "core"),
        "ledger": resource("capabilities/quality/ledger", "core"),
        "seamed": resource("core/candidates/cells", "weights"),
    }
    assert foreign_references(found, {"weights"}) == []
    assert foreign_references(found) == ["core: seamed reads fairness: weights"]
    found["ledger"] = resource("capabilities/quality/ledger", macros=("audit",))
    found["core"] = resource("core/marts/lists", "metrics")
    assert foreign_references(found, {"weights"}) == [
        "core: core reads evaluation: metrics",
        "quality: ledger reads fairness: audit",
    ]


def test_seam_models_are_in_the_graph_only_while_their_seam_is_on(manifest: dict, tmp_path: Path) -> None:
    of_seams = {*SEAMS, "exposure_floors"}
    assert {node["name"] for node in models(manifest)} & of_seams == set()
    assert run_dbt(tmp_path, "parse", variables=SEAMS_ON).succeeded
    plugged = json.loads((tmp_path / "target" / "manifest.json").read_text())
    names = {node["name"] for node in models(plugged)}
    assert names == {node["name"] for node in models(manifest)} | of_seams
    assert foreign_references(resources(plugged), SEAMS) == []
    read = {
        plugged["nodes"][parent]["name"]
        for node in models(plugged)
        if part(node) == "core"
        for parent in node["depends_on"]["nodes"]
        if parent in plugged["nodes"] and part(plugged["nodes"][parent]) != "core"
    }
    assert read == SEAMS


def test_vars_read_at_run_time_do_not_change_the_manifest(manifest: dict, tmp_path: Path) -> None:
    """Fails if `run_dbt` in conftest.py reuses a manifest that a var in READ_AT_RUN_TIME would change."""
    other = {
        "as_of": "2025-01-01",
        "dataset": "shop",
        "list_length": 9,
        "oldest_audit_days": 3,
        "raw": {"customers": {"file": "<raw_path>/lines.csv"}},
        "raw_path": str(tmp_path),
        "releases_kept": 2,
        "smallest_published_cell": 1,
    }
    assert other.keys() == READ_AT_RUN_TIME
    assert run_dbt(tmp_path, "parse", variables=other).succeeded
    parsed = json.loads((tmp_path / "target" / "manifest.json").read_text())["nodes"]

    def traits(nodes: dict[str, dict]) -> dict[str, list]:
        return {name: [node.get(key) for key in ("config", "columns", "schema", "alias")] for name, node in nodes.items()}

    assert traits(parsed) == traits(manifest["nodes"])
    for name, node in parsed.items():  # dbt refuses a run that reads more nodes than it parsed
        assert set(node["depends_on"].get("nodes", [])) <= set(manifest["nodes"][name]["depends_on"].get("nodes", [])), name


def misplaced(nodes: dict) -> list[str]:
    """Return models of capabilities whose group, access or YAML file does not match the folder."""

    def expected_access(node: dict) -> set[str]:
        if "marts" in node["fqn"]:
            return {"public"}
        return {"protected"} if part(node) == "evaluation" or node["name"] in SEAMS else {"private"}

    return [
        f"{name}: {trait}"
        for name, node in sorted(nodes.items())
        if node["resource_type"] == "model" and part(node) not in ("", "core")
        for trait, holds in {
            "group": node["config"].get("group") == part(node),
            "access": node["config"]["access"] in expected_access(node),
            "yaml": (node["patch_path"] or "").endswith(node["original_file_path"].rsplit(".", 1)[0] + ".yml"),
        }.items()
        if not holds
    ]


def test_capability_models_have_its_group_and_their_own_yaml(manifest: dict) -> None:
    assert misplaced(manifest["nodes"]) == []
    assert {group["name"] for group in manifest["groups"].values()} == {
        part(node) for node in models(manifest) if part(node) not in ("", "core")
    }


def test_wrong_group_access_or_yaml_is_detected() -> None:
    def node(name: str, group: str, access: str, yaml: str) -> dict:
        return {
            "name": name,
            "resource_type": "model",
            "original_file_path": f"models/capabilities/fairness/{name}.sql",
            "fqn": ["p", "capabilities", "fairness", name],
            "patch_path": f"p://models/capabilities/fairness/{yaml}.yml",
            "config": {"group": group, "access": access},
        }

    assert misplaced({"a": node("a", "fairness", "private", "a")}) == []
    assert misplaced({"a": node("a", "quality", "protected", "b")}) == ["a: group", "a: access", "a: yaml"]


def test_only_staging_reads_sources(manifest: dict) -> None:
    readers = {
        node["name"] for node in models(manifest) for parent in node["depends_on"]["nodes"] if parent.startswith("source.")
    }
    assert {name for name in readers if not name.startswith("stg_")} == {"customer_identities", "erased_rows"}


def test_lineage_starts_at_the_raw_files(manifest: dict) -> None:
    locations = {source["name"]: source["meta"]["location"] for source in manifest["sources"].values()}
    assert locations["order_lines"] == "seeds/demo/order_lines.csv"
    assert len(locations) == 8


def test_every_model_and_column_is_described(manifest: dict, demo_build: Run) -> None:
    built = demo_build.query(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal and table_name <> 'node_runs'"
    )
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


def test_every_model_has_a_reader_or_is_listed(manifest: dict) -> None:
    """Models without a reader are listed: tables for engineers, `listed_inputs` for a refresh, advice for a test."""
    read = {parent for node in [*models(manifest), *manifest["exposures"].values()] for parent in node["depends_on"]["nodes"]}
    unread = sorted(node["name"] for node in models(manifest) if node["unique_id"] not in read)
    of_rows = ["corrections", "flagged_records", "rejected_records"]
    assert unread == sorted(["candidates", "experiment_assignments", "listed_inputs", "protocol_advice", *of_rows])


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


def test_python_models_have_at_most_40_lines(manifest: dict) -> None:
    for node in models(manifest):
        if node["language"] == "python":
            assert len(node["raw_code"].splitlines()) <= 40, node["name"]


def test_models_with_logic_have_a_unit_test(manifest: dict) -> None:
    tested = {name for test in manifest["unit_tests"].values() for name in test["depends_on"]["nodes"]}
    untested = {
        node["name"]
        for node in models(manifest)
        if node["language"] == "sql"
        and node["unique_id"] not in tested
        and LOGIC.search(re.sub(r"--[^\n]*|\{#.*?#\}", "", node["raw_code"], flags=re.S))
    }
    assert sorted(untested - GUARDED_OTHERWISE.keys()) == []
    assert (
        sorted(GUARDED_OTHERWISE.keys() & {manifest["nodes"][name]["name"] for name in tested if name in manifest["nodes"]}) == []
    )


def test_exposures_have_an_owner_and_a_description(manifest: dict) -> None:
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert {"dashboard", "crm_export", "bi"} <= exposures.keys()
    for exposure in exposures.values():
        assert exposure["owner"]["name"], exposure["name"]
        assert "@" in exposure["owner"]["email"], exposure["name"]
        assert exposure["description"].strip(), exposure["name"]


def test_semantic_models_join_by_declared_keys(manifest: dict) -> None:
    """A foreign entity is the primary key of another semantic model, and a relationships test covers its column."""
    semantic = {model["name"]: model for model in manifest["semantic_models"].values()}
    primary = {
        entity["name"]: (model["name"], entity["expr"] or entity["name"])
        for model in semantic.values()
        for entity in model["entities"]
        if entity["type"] == "primary"
    }
    tied = {
        (manifest["nodes"][test["attached_node"]]["name"], test["test_metadata"]["kwargs"]["column_name"])
        for test in manifest["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "relationships"
    }
    recommendations = semantic["recommendations"]
    foreign = [entity for entity in recommendations["entities"] if entity["type"] == "foreign"]
    assert {entity["name"] for entity in foreign} == {"customer", "product"}
    for entity in foreign:
        assert entity["name"] in primary
        assert ("recommendations", entity["expr"]) in tied
    assert all(metric["description"].strip() and metric["label"] for metric in manifest["metrics"].values())
