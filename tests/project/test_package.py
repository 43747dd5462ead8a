"""The example project installs this project as a package and builds lists from its own model and source."""

import contextlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
import yaml
from dbt import selected_resources
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.unit_tests import UnitTestParser

from tests.conftest import FAST, PROJECT, PSEUDONYM_KEY, WITHOUT_LOG
from warehouse_operations.publishing.__main__ import main as publishing

# Off in addition to the capabilities that the example switches off, so that only models that a list needs are left.
OFF = ("evaluation", "quality")
PACKAGE, LISTS = "warehouse_recommender", "model.warehouse_recommender.recommendations"


@dataclass(frozen=True)
class Shop:
    """The example project after a build of its lists.

    Attributes
    ----------
    folder
        The project folder, with the database that it built.
    said
        The output of dbt.
    manifest
        The manifest of dbt.
    test_error
        The error of `dbt test` before any node of the package was built.
    time_zone_error
        The error of a run on a target with another time zone.
    """

    folder: Path
    said: str
    manifest: dict
    test_error: str
    time_zone_error: str

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.folder / "shop.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A copy of examples/shop with this project as a package, and an own model with the name of a model of the package."""
    folder = tmp_path_factory.mktemp("package") / "shop"
    shutil.copytree(
        PROJECT / "examples" / "shop", folder, ignore=shutil.ignore_patterns(*(".*", "dbt_packages", "target", "logs"))
    )
    (folder / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(PROJECT)}]}))
    project = yaml.safe_load((folder / "dbt_project.yml").read_text())
    for kind in ("models", "data_tests", "exposures", "semantic-models", "metrics"):
        capabilities = project.setdefault(kind, {}).setdefault(PACKAGE, {}).setdefault("capabilities", {})
        capabilities |= {name: {"+enabled": False} for name in OFF}
    fast = {name: value for name, value in FAST.items() if not name.startswith(("evaluation_", "fairness_"))}
    project["vars"][PACKAGE] |= {**fast, **{f"enable_{name}": False for name in OFF}}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    (folder / "models" / "customers.sql").write_text("select 'K000' as customer_id")
    columns = [{"name": "customer_id", "description": "Customer.", "data_tests": ["not_null"]}]
    (folder / "models" / "customers.yml").write_text(yaml.safe_dump({"models": [{"name": "customers", "columns": columns}]}))
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute("create table customers as select 'K000' as customer_id")
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    paths = {"DBT_TARGET_PATH": str(folder / "target"), "WAREHOUSE_PSEUDONYM_KEY": PSEUDONYM_KEY}
    said: list[str] = []

    def invoke(*command: str, manifest: Manifest | None = None) -> dbtRunnerResult:
        selected_resources.set_selected_resources([])
        runner = dbtRunner(manifest, [lambda event: event.info.level != "debug" and said.append(event.info.msg)])
        result = runner.invoke(["--no-use-colors", "--log-level", "none", *command, *WITHOUT_LOG, *options])
        DuckDBConnectionManager.close_all_connections()
        return result

    def run(*command: str, manifest: Manifest | None = None) -> Any:
        result = invoke(*command, manifest=manifest)
        assert result.success, f"{result.exception}\n" + "\n".join(said)
        return result.result

    with contextlib.chdir(folder), mock.patch.dict(os.environ, paths), mock.patch.object(UnitTestParser, "parse"):
        run("deps")
        shutil.copy(folder / "dbt_packages" / PACKAGE / "selectors.yml", folder)
        manifest = run("parse")
        run("build", "--select", "order_items", manifest=manifest)  # no node of the package
        run("test", "--select", "shop.customers", manifest=manifest)
        test_error = invoke("test", manifest=manifest)
        run("build", "--selector", "lists", manifest=manifest)
        run("build", "--selector", "refresh", manifest=manifest)
        profile = (folder / "profiles.yml").read_text()
        (folder / "profiles.yml").write_text(profile.replace("TimeZone: UTC", "TimeZone: Europe/Paris"))
        time_zone_error = invoke("build", "--select", "audit_log", manifest=manifest)
    return Shop(
        folder,
        "\n".join(said),
        json.loads((folder / "target" / "manifest.json").read_text()),
        str(test_error.exception),
        str(time_zone_error.exception),
    )


def test_target_with_another_time_zone_is_refused(shop: Shop) -> None:
    assert "The time zone of the target dev of profiles.yml is Europe/Paris. Set `TimeZone: UTC`" in shop.time_zone_error


def test_dbt_test_of_the_package_before_a_build_asks_for_a_build(shop: Shop) -> None:
    assert "Nothing is built yet, so there is nothing to test. Run dbt build first." in shop.test_error


def test_messages_name_commands_available_to_the_project(shop: Shop) -> None:
    for scope in ("lists", "refresh"):
        assert f"The build of scope {scope} is complete. python -m warehouse_operations.publishing publish makes it" in shop.said
    assert "make " not in shop.said.replace("makes", "")


def test_every_ordering_customer_has_a_list(shop: Shop) -> None:
    ((customers,),) = shop.query("select count(distinct customer_id) from orders where status = 'completed'")
    assert customers > 30
    assert shop.query("select count(distinct customer_id), min(rank), max(rank) from recommender.recommendations") == [
        (customers, 1, 10)
    ]


def test_lineage_connects_own_model_and_source_to_own_exposure(shop: Shop) -> None:
    found, left = set(), ["exposure.shop.weekly_mail"]
    while left:
        for parent in shop.manifest["parent_map"][left.pop()]:
            if parent not in found:
                found.add(parent)
                left.append(parent)
    assert {LISTS, "model.shop.orders", "seed.shop.order_items", "source.shop.shop.products"} <= found
    assert set(shop.manifest["sources"]) == {"source.shop.shop.products"}
    assert not any(name.startswith("model.shop.customers") for name in found)


def test_own_tables_of_the_project_are_not_changed(shop: Shop) -> None:
    assert shop.query("select customer_id from main.customers") == [("K000",)]


def test_only_package_nodes_are_recorded_and_the_scope_is_complete(shop: Shop) -> None:
    assert "built a part" not in shop.said
    rows = shop.query(
        "select scope, count(distinct run_id), min(split_part(node, '.', 2)), max(split_part(node, '.', 2)) "
        "from recommender.node_runs group by 1 order by 1"
    )
    assert rows == [("lists", 1, PACKAGE, PACKAGE), ("refresh", 1, PACKAGE, PACKAGE)]


def test_lists_are_published_under_the_package_schemas(shop: Shop, tmp_path: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        status = publishing(["publish", "--warehouse", str(shop.folder / "shop.duckdb"), "--folder", str(tmp_path)])
    assert status == 0, said.getvalue()
    with duckdb.connect(str(tmp_path / "recommendations.duckdb"), read_only=True) as connection:
        assert connection.execute("select dataset from marts.publication").fetchall() == [("shop",)]
        ((count,),) = connection.execute("select count(*) from marts.recommendations").fetchall()
    assert [(count,)] == shop.query("select count(*) from recommender.recommendations")
