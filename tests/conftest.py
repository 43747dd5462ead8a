"""Running dbt from tests: each build in its own database and folder, so that tests meet neither each other nor the user's."""

import contextlib
import fcntl
import gc
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import jinja2
import pytest
import yaml
from dbt import selected_resources
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.unit_tests import UnitTestParser
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.tests import enable_test_caching

from warehouse_operations.publishing.__main__ import main as publishing

PROJECT = Path(__file__).parent.parent
LONGEST_OUTPUT_LINE = 1000  # characters; DuckDB quotes offending lines in full
# For shops in which nothing of what takes long is judged.
FAST = {
    "als_factors": 8,
    "als_iterations": 3,
    "ranker_iterations": 10,
    "evaluation_bootstrap_replicates": 10,
    "evaluation_ks": [5, 10],
    "evaluation_ablation_lists": 0,
    "fairness_mitigation_lists": 0,
}
PSEUDONYM_KEY = "a-key-for-tests-that-everybody-may-know"  # data sets other than the demo need one
WRITES_MANIFEST = ("build", "run", "seed", "test")
# What parsing left, by project, vars, target and whether unit tests were parsed; None where it failed.
PARSED: dict[tuple[Path, str, str, bool], Manifest | None] = {}


def remember_what_parsing_repeats() -> None:
    """Let dbt compile each template and validate each document once per process: parsing for other vars takes 7 s, not 16."""
    enable_test_caching()
    gc.set_threshold(100_000, 50, 100)  # a manifest is a million objects that stay
    compile_template, validate = jinja2.Environment.compile, dbtClassMixin.validate.__func__
    compiled: dict[tuple, Any] = {}
    valid: set[tuple[type, str]] = set()

    def compile_once(self: jinja2.Environment, source: Any, *arguments: Any, **options: Any) -> Any:
        key = (type(self), source, arguments, *options.items())
        if not isinstance(source, str):
            return compile_template(self, source, *arguments, **options)
        if key not in compiled:
            compiled[key] = compile_template(self, source, *arguments, **options)
        return compiled[key]

    def validate_once(cls: type, data: Any) -> None:
        key = (cls, repr(data))
        if key not in valid:
            validate(cls, data)
            valid.add(key)

    jinja2.Environment.compile = compile_once
    dbtClassMixin.validate = classmethod(validate_once)


remember_what_parsing_repeats()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Send the tests of a file that share a build to one worker, so that it is made once, and let demo_build be made first.

    All workers share demo_build: one makes it, the others have the tests that don't need it meanwhile. Groups of tests take
    longest and come before single ones, so that no worker has a long group when the others have nothing left.
    """
    for item in items:
        scopes = {found[-1].scope for found in item._fixtureinfo.name2fixturedefs.values()}
        if "module" in scopes and item.path.parent != PROJECT / "tests" / "python":
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(PROJECT))))
    waiting = {group(item) for item in items if "demo_build" in item.fixturenames}
    first = next((item for item in items if group(item) in waiting), None)
    items.sort(key=lambda item: (item is not first, group(item) in waiting, group(item) == item.nodeid))


def group(item: pytest.Item) -> str:
    """Name of the tests that go to one worker together: that of the markers, else the test itself."""
    return "_".join(sorted(mark.args[0] for mark in item.iter_markers("xdist_group"))) or item.nodeid


@dataclass(frozen=True)
class Run:
    """Outcome of one dbt command: whether it succeeded, what it said, and the database and releases it left."""

    succeeded: bool
    output: str
    warehouse: Path
    target: Path
    published: Path

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the database of the run."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def query_raw_ids(self, sql: str) -> list[tuple]:
        """The same with the company's own customer ids where the database has pseudonyms."""
        raw_ids = dict(self.query("select customer_id, raw_customer_id from restricted.customer_identities"))
        return [tuple(raw_ids.get(value, value) if isinstance(value, str) else value for value in row) for row in self.query(sql)]


def run_dbt(folder: Path, *arguments: str, variables: dict[str, Any] | None = None, is_parsed_without: bool = False) -> Run:
    """Run dbt on this project, inside this process, with everything it writes kept in `folder`.

    The project is taken as it was parsed for the same vars, wherever their files lie, because parsing takes longer than most of
    what is then run. With `is_parsed_without` it is parsed without vars, for runs that end before anything is compiled.
    Unit tests are parsed for commands that may run or list them.
    """
    warehouse = folder / "warehouse.duckdb"
    said: list[str] = []
    settings = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--log-level", "none"]
    settings += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    if variables:
        settings += ["--vars", yaml.safe_dump(variables)]
    paths = {"WAREHOUSE_PATH": str(warehouse), "PUBLISHED_PATH": str(folder / "published")}
    if (variables or {}).get("dataset", "demo") != "demo":
        paths["WAREHOUSE_PSEUDONYM_KEY"] = os.environ.get("WAREHOUSE_PSEUDONYM_KEY", PSEUDONYM_KEY)
    selected_resources.set_selected_resources([])  # which dbt remembers from run to run within a process
    with mock.patch.dict(os.environ, paths), contextlib.chdir(PROJECT):
        manifest = None
        if arguments[0] != "retry":  # which parses for itself, for the vars of the run before
            target = arguments[arguments.index("--target") + 1] if "--target" in arguments else "dev"
            parsed_for = {} if is_parsed_without else variables or {}
            has_unit_tests = arguments[0] not in ("run", "seed", "show") and "unit_test" not in arguments
            key = (PROJECT, yaml.safe_dump(parsed_for).replace(str(folder), "<folder>"), target, has_unit_tests)
            if key not in PARSED:
                given = ["--vars", yaml.safe_dump(parsed_for), "--quiet", "--target", target, "--no-write-json"]
                with contextlib.nullcontext() if has_unit_tests else mock.patch.object(UnitTestParser, "parse"):
                    PARSED[key] = dbtRunner().invoke(["parse", *settings, *given]).result
            manifest = PARSED[key]
            for name in [name for name in manifest.nodes if name.startswith("sql_operation.")] if manifest else []:
                del manifest.nodes[name]  # what an earlier `show --inline` left
            written = folder / "target" / "manifest.json"
            if manifest and arguments[0] not in WRITES_MANIFEST and not is_parsed_without and not written.exists():
                manifest.write(str(written))
        runner = dbtRunner(manifest, [lambda event: event.info.level != "debug" and said.append(event.info.msg)])
        result = runner.invoke(["--no-use-colors", *arguments, *settings])
    DuckDBConnectionManager.close_all_connections()
    said.append(str(result.exception or ""))
    output = "\n".join(line[:LONGEST_OUTPUT_LINE] for text in said for line in text.splitlines())
    return Run(bool(result.success), output, warehouse, folder / "target", folder / "published")


def publish(run: Run) -> tuple[int, str]:
    """Publish what a run left, as `make publish` does: the exit status and what is said."""
    arguments = ["publish", "--warehouse", str(run.warehouse), "--folder", str(run.published)]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        status = publishing(arguments)
    return status, said.getvalue()


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo store built with all of dbt's unit and data tests, and published: once for all workers, who only read it."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "demo"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        output = folder / "output.txt"
        if not output.exists():
            run = run_dbt(folder, "build", "--threads", "4")
            status, said = publish(run) if run.succeeded else (1, "")
            output.write_text(run.output + said)
            (folder / "succeeded").write_text("" if status else "yes")
    assert (folder / "succeeded").read_text(), output.read_text()
    return Run(True, output.read_text(), folder / "warehouse.duckdb", folder / "target", folder / "published")
