"""A standalone cluster and Spark Connect give the rows and the release of DuckDB, although a worker is killed midway."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, Run
from tests.project.test_spark import DIFFERENT, UNORDERED, differences, exact
from tests.spark_servers import ADDRESS, Servers, free_port
from tests.spark_session import ON_ONE_WORKER, reason_without_spark
from warehouse_operations.publishing.warehouse import opened

WORKERS = ("first worker", "second worker")
KILLED_AFTER = "cutoff_products"  # a worker is killed when this table is complete
SAME_LISTED = 0.95  # minimum share of listed products that both engines list for the same customer
COMMAND = [sys.executable, "-m", "warehouse_operations"]
TABLES = "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
COLUMNS = """
select table_schema, table_name, list((column_name, data_type, is_nullable) order by ordinal_position)
from information_schema.columns
where table_catalog = current_database()
group by all
"""

pytestmark = ON_ONE_WORKER


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    if reason := reason_without_spark():
        pytest.skip(reason)
    started = Servers(tmp_path_factory.mktemp("servers"))
    yield started
    started.stop()


def environment(folder: Path, master: str) -> dict[str, str]:
    """Environment of commands that write everything to a folder."""
    return {
        **os.environ,
        "DBT_TARGET": "spark",
        "DBT_TARGET_PATH": str(folder / "target"),
        "PUBLISHED_PATH": str(folder / "published"),
        "SPARK_LOCAL_IP": ADDRESS,
        "SPARK_MASTER": master,
        "SPARK_SHUFFLE_PARTITIONS": "2",
        "SPARK_WAREHOUSE": str(folder / "warehouse"),
    }


def start_cluster(servers: Servers) -> str:
    """Start a master and two workers with one core each; return the address of the master."""
    port = free_port()
    master = f"spark://{ADDRESS}:{port}"
    classes = "org.apache.spark.deploy"
    address = ("--host", ADDRESS, "--webui-port", "0")
    is_ready = "I have been elected leader"
    servers.start("master", is_ready, "spark-class", f"{classes}.master.Master", *address, "--port", port)
    for worker in WORKERS:
        limits = ("--cores", "1", "--memory", "2g", "--work-dir", str(servers.folder / worker))
        is_ready = "Successfully registered with master"
        servers.start(worker, is_ready, "spark-class", f"{classes}.worker.Worker", *address, *limits, master)
    return master


@pytest.fixture(scope="module")
def cluster_build(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the lists, built and published. The first worker is killed after the table ``KILLED_AFTER``."""
    folder = tmp_path_factory.mktemp("cluster")
    settings = environment(folder, start_cluster(servers))
    log = folder / "build.log"
    with log.open("w") as output:
        build = subprocess.Popen(
            [*COMMAND, "build", "--selector", "lists"], cwd=PROJECT, env=settings, stdout=output, stderr=output
        )
    while build.poll() is None and not list((folder / "warehouse").glob(f"*.db/{KILLED_AFTER}/_SUCCESS")):
        time.sleep(0.2)
    assert build.poll() is None, f"the build ended before a worker was killed:\n{log.read_text()}"
    servers.kill(WORKERS[0])
    assert build.wait() == 0, log.read_text()
    published = subprocess.run([*COMMAND, "publish"], cwd=PROJECT, env=settings, capture_output=True, text=True)
    assert published.returncode == 0, published.stdout + published.stderr
    return folder


def different_tables(warehouse: Path, demo_build: Run) -> tuple[list[str], dict[str, list[str]]]:
    """Compare the tables of a warehouse that depend on no learned one with DuckDB's; return all names, and the differences."""
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    learned = {name for name, node in manifest["nodes"].items() if "learned" in node["tags"]}
    for name in (waiting := list(learned)):
        new = set(manifest["child_map"].get(name, [])) - learned
        learned |= new
        waiting += new
    compared, found = [], {}
    with opened(warehouse) as own, duckdb.connect(str(demo_build.warehouse), read_only=True) as other:
        built = set(own.sql(TABLES).fetchall())
        for key in sorted(manifest["nodes"].keys() - learned):
            node = manifest["nodes"][key]
            name, place = node["name"], (node["schema"], node.get("alias"))
            if node["resource_type"] not in ("model", "seed") or place not in built or name in DIFFERENT:
                continue
            expected = other.sql(exact(other, *place)).to_arrow_table()
            compared.append(name)
            if faults := differences(expected, own.table(".".join(place)).to_arrow_table(), name in UNORDERED):
                found[name] = faults
    return compared, found


def test_cluster_that_loses_a_worker_gives_the_tables_of_duckdb(cluster_build: Path, demo_build: Run) -> None:
    compared, found = different_tables(cluster_build / "warehouse", demo_build)
    assert found == {}
    assert len(compared) > 70


def test_lists_of_the_cluster_are_as_accurate_as_those_of_duckdb(cluster_build: Path, demo_build: Run) -> None:
    sql = "select customer_id, product_id from marts.recommendations"
    total = "cutoff_id = 'test' and source = 'hybrid' and metric = 'ndcg_at_k' and k = 10 and slice = 'all'"
    with opened(cluster_build / "warehouse") as connection:
        listed = set(connection.sql(sql).fetchall())
        values = dict(connection.sql(f"select mode, value from marts.model_performance where {total}").fetchall())
    expected = set(demo_build.query(sql))
    assert len(listed) == len(expected)
    assert len(listed & expected) >= SAME_LISTED * len(expected)
    intervals = demo_build.query(f"select mode, ci_low, ci_high from marts.model_performance where {total}")
    assert values.keys() == {mode for mode, *_ in intervals} > set()
    assert [mode for mode, low, high in intervals if not low <= values[mode] <= high] == []


def test_release_of_the_cluster_has_the_tables_and_types_of_duckdb(cluster_build: Path, demo_build: Run) -> None:
    sides = []
    for published in (cluster_build / "published", demo_build.published):
        with duckdb.connect(str(published / "recommendations.duckdb"), read_only=True) as connection:
            sides.append({(schema, name): columns for schema, name, columns in connection.sql(COLUMNS).fetchall()})
    found, expected = sides
    assert found.keys() > {("marts", name) for name in ("recommendations", "recommendation_reasons", "model_performance")}
    assert found == {place: expected[place] for place in found}


def test_client_of_connect_builds_the_tables_of_duckdb(
    servers: Servers, demo_build: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQL models, and Python nodes on the driver and on executors. The client has no Java on its path."""
    folder = tmp_path_factory.mktemp("connect")
    port = free_port()
    options = {
        "spark.connect.grpc.binding.address": ADDRESS,
        "spark.connect.grpc.binding.port": port,
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    given = [part for name, value in options.items() for part in ("--conf", f"{name}={value}")]
    server = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *given, "--master", "local[2]")
    servers.start("connect", "Spark Connect server started", "spark-submit", *server, "spark-internal")
    settings = environment(folder, f"sc://{ADDRESS}:{port}")
    nodes = ["--select", "+bought_together_candidates", "--exclude-resource-type", "unit_test"]
    settings["PATH"] = str(folder)
    settings.pop("JAVA_HOME", None)
    built = subprocess.run([*COMMAND, "dbt", "build", *nodes], cwd=PROJECT, env=settings, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout
    compared, found = different_tables(folder / "warehouse", demo_build)
    assert found == {}
    assert len(compared) > 30
