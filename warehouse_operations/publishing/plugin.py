"""The dbt-duckdb plugin behind the macro ``publish_release``: dbt calls ``store``, outside of any query, with the run's facts."""

import json
import tempfile
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError

from warehouse_operations.publishing import guard, release

NODE_TYPES = ("model", "seed", "snapshot", "test")


class Plugin(BasePlugin):
    """Publishes what a run built, or says why it doesn't. Its setting ``folder`` is where releases lie."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        self._folder = Path(plugin_config["folder"])
        self._connection: Any = None

    def configure_connection(self, conn: Any) -> None:
        self._connection = conn

    def store(self, target_config: TargetConfig) -> None:
        """Publish; what is to be said is added to ``config["said"]``."""
        facts = target_config.config
        found = guard.obstacles(facts["command"], facts["left_out_by"], facts["results"], _expected(facts), facts["proven"])
        if found:
            facts["said"] += [f"Not published: {'; '.join(found)}.", *(f"  {message}" for message in facts["gates"])]
            return
        try:
            name = release.publish(
                self._connection,
                [_table(node, facts["nodes"]) for node in facts["nodes"].values() if _is_public(node)],
                self._folder,
                facts["dataset"],
                facts["releases_kept"],
                facts["wait_seconds"],
                after_switch=lambda folder: self._forget(folder, facts),
            )
        except Exception as error:
            raise DbtRuntimeError(f"Nothing was published; what was published before is as it was. {error}") from error
        facts["said"].append(f"Published release {name}: {self._folder / release.DATABASE}, {self._folder / 'parquet'}")

    def _forget(self, folder: Path, facts: dict[str, Any]) -> None:
        """Take out of the kept releases who asked to be forgotten since."""
        with tempfile.TemporaryDirectory() as scratch:
            known = Path(scratch) / "known_customers.parquet"
            (identities,) = [node for node in facts["nodes"].values() if node["name"] == "customer_identities"]
            cursor = self._connection.cursor()
            cursor.execute(f"copy (select customer_id from {identities['relation_name']}) to '{known}' (format parquet)")
            cursor.close()
            removed = release.forget(folder, known)
        if removed:
            facts["said"].append(f"Rows of customers who are to be forgotten, removed from earlier releases: {removed}.")


def _expected(facts: dict[str, Any]) -> dict[str, str]:
    """Every node that must have ended well, and its checksum. dbt's graph has no unit tests, its manifest file has."""
    expected = {
        name: node["checksum"]["checksum"]
        for name, node in facts["nodes"].items()
        if node["resource_type"] in NODE_TYPES and node["config"].get("materialized") != "ephemeral"
    }
    path = Path(facts["manifest"])
    manifest = json.loads(path.read_text()) if path.exists() else {"metadata": {}}
    if manifest["metadata"].get("invocation_id") != facts["invocation_id"]:
        return expected | {"unit_test.all.known_only_from_the_manifest_which_this_run_did_not_write": ""}
    return expected | {name: "" for name in manifest["unit_tests"]}


def _is_public(node: dict[str, Any]) -> bool:
    return node["resource_type"] == "model" and node["config"].get("access") == "public"


def _table(node: dict[str, Any], nodes: dict[str, Any]) -> release.Table:
    (primary_key,) = [tuple(c["columns"]) for c in node["constraints"] if c["type"] == "primary_key"]
    return release.Table(
        schema=node["schema"],
        name=node["alias"],
        description=node["description"].strip(),
        columns={name: column["description"].strip() for name, column in node["columns"].items()},
        primary_key=primary_key,
        not_null=[
            name for name, column in node["columns"].items() if any(c["type"] == "not_null" for c in column["constraints"])
        ],
        references=_references(node, nodes),
    )


def _references(node: dict[str, Any], nodes: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Foreign keys: the tests ``relationships`` of a public table to the primary key of another."""
    found = {}
    for test in nodes.values():
        metadata = test.get("test_metadata") or {}
        if metadata.get("name") != "relationships" or test["attached_node"] != node["unique_id"]:
            continue
        (parent,) = [nodes[name] for name in test["depends_on"]["nodes"] if name != node["unique_id"]] or [node]
        key = metadata["kwargs"]["field"]
        keys = [tuple(c["columns"]) for c in parent.get("constraints", []) if c["type"] == "primary_key"]
        if _is_public(parent) and keys == [(key,)] and not test["config"].get("where"):
            found[metadata["kwargs"]["column_name"]] = (parent["schema"], parent["alias"], key)
    return found
