"""Which builds are published: copies of the demo build that are complete, partial, failed, retried or killed."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, Run, publish, run_dbt
from warehouse_operations.publishing.release import DATABASE, differences, releases

GATES_HOLD = "test.warehouse_recommender.assert_gates_hold"
THREADS = ("--threads", "1")


def query(folder: Path, sql: str) -> list[tuple]:
    """Return the rows of a query on the published file in a folder."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all copies: dbt parses the whole project again if the warehouse path changes."""
    return tmp_path_factory.mktemp("copy")


@pytest.fixture
def copy(demo_build: Run, folder: Path) -> Run:
    """A copy of the demo build with everything it left: warehouse, releases and dbt's files."""
    shutil.rmtree(folder / "published", ignore_errors=True)
    shutil.copytree(demo_build.published, folder / "published", symlinks=True)
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    (folder / "warehouse.duckdb.wal").unlink(missing_ok=True)
    (folder / "target").mkdir(exist_ok=True)
    shutil.copy(demo_build.target / "run_results.json", folder / "target")
    return Run(True, "", folder / "warehouse.duckdb", folder / "target", folder / "published")


def change(run: Run, sql: str) -> None:
    with duckdb.connect(str(run.warehouse)) as connection:
        connection.execute(sql)


def mark_gates_as_failed(run: Run) -> None:
    """Leave the state of a build in which only the test of the gates failed."""
    path = run.target / "run_results.json"
    document = json.loads(path.read_text())
    (result,) = [result for result in document["results"] if result["unique_id"] == GATES_HOLD]
    result["status"] = "fail"
    path.write_text(json.dumps(document))
    change(run, f"update operations.node_runs set status = 'fail' where node = '{GATES_HOLD}'")


def state(folder: Path) -> tuple:
    """Return the release and publication time that readers of a folder find."""
    return tuple(query(folder, "select release, published_at from marts.publication"))


def test_complete_build_is_published(demo_build: Run) -> None:
    assert "The build of scope all is complete. make publish makes it a release." in demo_build.output
    assert differences(demo_build.published / "current") == []
    ((release, scope, published_at),) = query(demo_build.published, "select release, scope, published_at from marts.publication")
    named = "select release, learned_release, scope, published_at from marts.publication"
    assert demo_build.query(named) == [(release, release, "all", None)]
    assert scope == "all"
    assert published_at is not None
    assert release[:10] == str(demo_build.query("select cast(as_of as date) from cleaning.as_of")[0][0])


def test_release_has_every_public_table_with_keys_comments_and_rows(demo_build: Run) -> None:
    nodes = json.loads((demo_build.target / "manifest.json").read_text())["nodes"].values()
    public = {
        (node["schema"], node["name"])
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["access"] == "public"
    }
    keys = {(node["schema"], node["name"]): node["constraints"][0]["columns"] for node in nodes if node.get("constraints")}
    tables = "select schema_name, table_name, string_split(comment, ' Key: ')[-1] from duckdb_tables() where not internal"
    assert set(query(demo_build.published, tables)) == {(*table, f"{', '.join(keys[table])}.") for table in public}
    silent = "select table_name, column_name from duckdb_columns() where not internal and comment is null"
    assert query(demo_build.published, silent) == []
    tables = json.loads((demo_build.published / "manifest.json").read_text())["tables"]
    counts = {table["name"]: table["row_count"] for table in tables}
    for schema, table in public:
        count = f"select count(*) from {schema}.{table}"
        assert query(demo_build.published, count) == demo_build.query(count) == [(counts[table],)], table


def test_ten_tables_to_read_first_are_marked(demo_build: Run) -> None:
    nodes = json.loads((demo_build.target / "manifest.json").read_text())["nodes"].values()
    marked = {node["config"]["meta"]["start_here"]: node for node in nodes if node["config"].get("meta", {}).get("start_here")}
    assert sorted(marked) == list(range(1, 11))
    assert all("start_here" in node["tags"] for node in marked.values())
    names = [f"{marked[place]['schema']}.{marked[place]['name']}" for place in sorted(marked)]
    assert query(demo_build.published, "select table_name from start_here order by place") == [(name,) for name in names]
    assert names[0] == "marts.recommendations"
    comments = "select comment from duckdb_tables() where comment like 'Start here, %' order by comment"
    assert len(query(demo_build.published, comments)) == 10


def test_facts_join_to_dimensions_by_declared_keys(demo_build: Run) -> None:
    tables = json.loads((demo_build.published / "manifest.json").read_text())["tables"]
    named = {
        (table["schema"], table["name"], column, *target) for table in tables for column, target in table["references"].items()
    }
    assert {("recommendations", "customer_id", "customers"), ("recommendations", "product_id", "products")} <= {
        (table, column, parent) for _, table, column, _, parent, _ in named
    }
    assert {parent for *_, parent, _ in named} == {"customers", "products", "cutoff_moments", "dates"}
    comments = query(
        demo_build.published,
        """select schema_name, table_name, column_name, regexp_extract(comment, ' Refers to (.*)[.]$', 1) from duckdb_columns()
        where comment like '% Refers to %'""",
    )
    assert {(*place, *parent.split(".")) for *place, parent in comments} == named
    indexed = query(
        demo_build.published,
        "select table_name, constraint_column_names from duckdb_constraints() where "
        "constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')",
    )
    assert {(table, *columns) for table, columns in indexed} == {(parent, key) for *_, parent, key in named}
    for schema, table, column, parent_schema, parent, key in named:
        ((rows, joined),) = query(
            demo_build.published,
            f"""select count(fact.{column}), count(dimension.{key}) from {schema}.{table} as fact
            left join {parent_schema}.{parent} as dimension on fact.{column} = dimension.{key}""",
        )
        assert rows == joined, (table, column)


@pytest.mark.parametrize("arguments", [("build", "--select", "dates", "--empty"), ("run", "--select", "dates")])
def test_partial_build_is_not_published(copy: Run, arguments: tuple[str, ...]) -> None:
    before = state(copy.published)
    run = run_dbt(copy.warehouse.parent, *arguments, *THREADS)
    assert "This run built only a part of the project" in run.output
    status, said = publish(copy)
    assert status == 2
    assert "changed after make build by a partial run: model dates; run make build" in said
    assert state(copy.published) == before


def test_later_test_runs_block_publishing_only_if_they_fail(copy: Run) -> None:
    run_dbt(copy.warehouse.parent, "test", "--select", "dates", "assert_gates_hold", *THREADS)
    assert publish(copy)[0] == 0
    change(copy, "update marts.gate_results set status = 'fail' where gate = 'churn'")
    run_dbt(copy.warehouse.parent, "test", "--select", "assert_gates_hold", *THREADS)
    status, said = publish(copy)
    assert status == 2
    assert "failed after make build: test assert_gates_hold" in said


def test_files_of_other_dbt_commands_do_not_block_publishing(copy: Run) -> None:
    """Fails if publishing relies on dbt's files in target: an editor, a parse or a refused second build rewrites them."""
    before = state(copy.published)
    for file in ("manifest.json", "run_results.json", "partial_parse.msgpack"):
        (copy.target / file).write_text("{}")
    assert publish(copy)[0] == 0
    assert state(copy.published) > before


def test_successful_retry_completes_the_build(copy: Run) -> None:
    before = state(copy.published)
    mark_gates_as_failed(copy)
    change(copy, "create table kept as from marts.gate_results")
    change(copy, "update marts.gate_results set status = 'fail', message = 'churn (fail): bound 0.300000' where gate = 'churn'")
    failed = run_dbt(copy.warehouse.parent, "retry", *THREADS)
    assert not failed.succeeded
    assert "This build cannot be published: 1 nodes failed or were skipped." in failed.output
    assert "test assert_gates_hold ended as fail; run make build" in publish(copy)[1]
    assert state(copy.published) == before
    change(copy, "delete from marts.gate_results; insert into marts.gate_results from kept; drop table kept")
    completed = run_dbt(copy.warehouse.parent, "retry", *THREADS)
    assert completed.succeeded, completed.output
    assert "The build of scope all is complete." in completed.output
    assert publish(copy)[0] == 0
    (after,) = state(copy.published)
    assert after[0] == before[0][0]
    assert after[1] > before[0][1]
    assert differences(copy.published / "current") == []


def as_edited(run: Run) -> dict:
    """Record another checksum for a model, as if it had been edited since it passed."""
    change(run, "update operations.node_runs set checksum = 'other' where node = 'model.warehouse_recommender.pool'")
    return {}


def with_other_vars(run: Run) -> dict:
    return {"list_length": 9}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (as_edited, "edited between the run and its retry: model pool; run make build"),
        (with_other_vars, "vars, macros, numerical code or versions changed between the run and its retry; run make build"),
    ],
)
def test_retry_after_a_change_fails_and_is_not_published(copy: Run, changed: Callable, why: str) -> None:
    before = state(copy.published)
    mark_gates_as_failed(copy)
    variables = changed(copy)
    run = run_dbt(copy.warehouse.parent, "retry", *THREADS, variables=variables)
    assert not run.succeeded
    assert "This retry does not complete the build: " in run.output
    assert "is complete" not in run.output
    assert why in publish(copy)[1]
    assert state(copy.published) == before


def test_retry_of_another_run_is_a_partial_build(copy: Run) -> None:
    """Fails if a retry that rebuilds tables of a complete build counts as its completion."""
    path = copy.target / "run_results.json"
    document = json.loads(path.read_text())
    (result,) = [result for result in document["results"] if result["unique_id"] == "model.warehouse_recommender.dates"]
    result["status"] = "error"
    path.write_text(json.dumps(document))
    assert run_dbt(copy.warehouse.parent, "retry", *THREADS).succeeded
    assert "changed after make build by a partial run: model dates; run make build" in publish(copy)[1]


def test_second_build_of_a_warehouse_names_the_process_of_the_first(copy: Run) -> None:
    script = f"import duckdb, time; c = duckdb.connect({str(copy.warehouse)!r}); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        run = run_dbt(copy.warehouse.parent, "build", "--select", "dates", *THREADS)
    finally:
        holder.kill()
        holder.wait()
    assert not run.succeeded
    assert "Traceback" not in run.output
    said = [line for line in run.output.splitlines() if f"PID {holder.pid}" in line]
    assert any("warehouse.duckdb can't be opened: is a build running?" in line and "Wait until" in line for line in said)


def test_damaged_warehouse_is_reported_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"order_id\n" * 10_000)
    run = run_dbt(tmp_path, "build", "--select", "dates", *THREADS)
    assert not run.succeeded
    assert "Traceback" not in run.output
    assert "warehouse.duckdb can't be read: it is damaged or of another kind" in run.output


def test_only_the_owner_can_read_the_warehouse_and_everyone_the_release(demo_build: Run) -> None:
    """Fails if other users of the machine can read the warehouse, which maps pseudonyms to raw ids."""
    assert stat.S_IMODE(demo_build.warehouse.stat().st_mode) == 0o600
    assert stat.S_IMODE(demo_build.target.stat().st_mode) == 0o700
    assert stat.S_IMODE((demo_build.published / DATABASE).stat().st_mode) == 0o444


def test_killed_build_leaves_the_release_and_cannot_be_published(demo_build: Run, copy: Run) -> None:
    before = state(copy.published)
    kept = [release["release"] for release in releases(copy.published)]
    folder = copy.warehouse.parent
    environment = {**os.environ, "WAREHOUSE_PATH": str(copy.warehouse), "PUBLISHED_PATH": str(copy.published)}
    command = [
        str(Path(sys.executable).parent / "dbt"),
        "build",
        "--target-path",
        str(copy.target),
        "--log-path",
        str(folder / "l"),
    ]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as build:
        assert build.stdout is not None
        for line in build.stdout:
            if " 40 of " in line:
                break
        time.sleep(0.5)
        build.send_signal(signal.SIGKILL)
    assert build.returncode == -signal.SIGKILL
    assert state(copy.published) == before
    assert differences(copy.published / "current") == []
    assert "the run did not finish" in publish(copy)[1]
    shutil.copy(demo_build.target / "run_results.json", copy.target)
    mark_gates_as_failed(copy)
    retried = run_dbt(folder, "retry", *THREADS)
    assert retried.succeeded, retried.output
    assert "the run did not finish" in publish(copy)[1]
    assert [release["release"] for release in releases(copy.published)] == kept
