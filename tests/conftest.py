"""Run dbt from tests. Each run has its own database and folders, so that tests affect neither each other nor the user's files."""

import contextlib
import fcntl
import gc
import hashlib
import io
import os
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb
import hypothesis
import jinja2
import pytest
import yaml
from dbt import selected_resources
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.cli.requires import setup_manifest
from dbt.config import RuntimeConfig
from dbt.context.macros import MacroNamespace
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import ManifestLoader
from dbt.parser.unit_tests import UnitTestParser
from dbt.task import retry
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.tests import enable_test_caching

from warehouse_operations.publishing.__main__ import main as publishing

PROJECT = Path(__file__).parent.parent
LONGEST_OUTPUT_LINE = 1000  # characters; DuckDB quotes offending lines in full
# Vars for shops whose tests do not evaluate model quality.
FAST = {
    "als_factors": 8,
    "als_iterations": 3,
    "ranker_iterations": 10,
    "evaluation_bootstrap_replicates": 10,
    "evaluation_ks": [5, 10],
    "evaluation_ablation_labels": 0,
    "fairness_mitigation_lists": 0,
}
PSEUDONYM_KEY = "a-key-for-tests-that-everybody-may-know"  # required by every data set except the demo
WITHOUT_LOG = ("--log-level-file", "none")
WRITES_MANIFEST = ("build", "run", "seed", "test")
# Vars that are read only by SQL at run time: no reference and no configuration depends on them (checked in test_manifest.py).
READ_AT_RUN_TIME = {
    *("as_of", "dataset", "list_length", "oldest_audit_days", "raw", "raw_path", "releases_kept", "smallest_published_cell"),
}
# (manifest, were unit tests parsed) by project and vars, for any target; the manifest is None if parsing failed.
PARSED: dict[tuple[Path, str], tuple[Manifest | None, bool]] = {}
SHARED: list[Path] = []  # one item: the folder that all workers share


def cache_repeated_parsing() -> None:
    """Compile each template and validate each document once per process. Parsing with other vars then takes 7 s instead of 16."""
    enable_test_caching()
    gc.set_threshold(100_000, 50, 100)  # a manifest is a million long-lived objects
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

    def look_up(self: MacroNamespace, name: str) -> Any:
        if "found" not in vars(self):
            self.found = {key: value for part in reversed([*self._search_order()]) for key, value in part.items()}
        return self.found[name]

    jinja2.Environment.compile = compile_once
    dbtClassMixin.validate = classmethod(validate_once)
    MacroNamespace.__getitem__ = look_up


def skip_events_without_log() -> None:
    """Skip debug events when no log is written. They take a tenth of the time of a build."""
    fire = EventManager.fire_event

    def fire_if_logged(self: EventManager, e: BaseEvent, level: EventLevel | None = None, *more: Any, **options: Any) -> None:
        if self.loggers or (level or e.level_tag()) != EventLevel.DEBUG:
            fire(self, e, level, *more, **options)

    EventManager.fire_event = fire_if_logged


cache_repeated_parsing()
skip_events_without_log()
hypothesis.settings.register_profile("no_deadline", deadline=None)  # a slow example on a busy machine is no failure
hypothesis.settings.load_profile("no_deadline")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that share a module-scoped build to one worker, which makes it once, and start `demo_build` first.

    All workers share `demo_build`: one worker makes it while the others run the tests that do not need it. Groups of tests
    run longest, so they are scheduled before single tests. Otherwise one worker could start a long group when the others have
    finished.
    """
    for item in items:
        scopes = {found[-1].scope for found in item._fixtureinfo.name2fixturedefs.values()}
        if "module" in scopes and not item.get_closest_marker("xdist_group") and item.path.parent != PROJECT / "tests" / "python":
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(PROJECT))))
    waiting = {group(item) for item in items if "demo_build" in item.fixturenames}
    first = next((item for item in items if group(item) in waiting), None)
    items.sort(key=lambda item: (item is not first, group(item) in waiting, group(item) == item.nodeid))


def group(item: pytest.Item) -> str:
    """Name of the group of tests that one worker runs: the `xdist_group` markers, or the test's own id."""
    return "_".join(sorted(mark.args[0] for mark in item.iter_markers("xdist_group"))) or item.nodeid


@dataclass(frozen=True)
class Run:
    """Outcome of one dbt command: its success, its output, and the paths of its database, artifacts and releases."""

    succeeded: bool
    output: str
    warehouse: Path
    target: Path
    published: Path

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the run's database."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def query_raw_ids(self, sql: str) -> list[tuple]:
        """Return the rows of a query, with pseudonyms replaced by the company's own customer ids."""
        raw_ids = dict(self.query("select customer_id, raw_customer_id from restricted.customer_identities"))
        return [tuple(raw_ids.get(value, value) if isinstance(value, str) else value for value in row) for row in self.query(sql)]


def run_dbt(folder: Path, *arguments: str, variables: dict[str, Any] | None = None, is_parsed_without: bool = False) -> Run:
    """Run dbt on this project inside this process, and write everything to `folder`.

    Parsing takes longer than most of the commands. The manifest is therefore reused from an earlier run with the same vars,
    apart from those in READ_AT_RUN_TIME. The command `parse` always uses all vars. With `is_parsed_without`, the project is
    parsed without vars, for runs that end before dbt compiles anything. Unit tests are parsed only for commands that may run
    or list them.
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
    elif variables and variables.keys() & {"raw_path", "raw"}:  # later rows of the demo store need the demo store's key
        paths["WAREHOUSE_PSEUDONYM_KEY"] = os.environ.get("WAREHOUSE_PSEUDONYM_KEY", public_key())
    selected_resources.set_selected_resources([])  # dbt keeps the selection of the last run in the process
    with mock.patch.dict(os.environ, paths), contextlib.chdir(PROJECT):
        command, *options = arguments
        has_unit_tests = command not in ("run", "seed", "show") and "unit_test" not in options
        manifest = parsed(folder, settings, {} if is_parsed_without else variables or {}, has_unit_tests, command == "parse")
        for name in [name for name in manifest.nodes if name.startswith("sql_operation.")] if manifest else []:
            del manifest.nodes[name]  # left by an earlier `show --inline`
        runner = dbtRunner(manifest, [lambda event: event.info.level != "debug" and said.append(event.info.msg)])
        with mock.patch.object(retry, "parse_manifest", lambda config, *_: handed_over(config, manifest)):
            result = runner.invoke(["--no-use-colors", command, *WITHOUT_LOG, *options, *settings])
        written = folder / "target" / "manifest.json"
        if manifest and command not in (*WRITES_MANIFEST, "retry") and not is_parsed_without and not written.exists():
            manifest.write(str(written))
    DuckDBConnectionManager.close_all_connections()
    said.append(str(result.exception or ""))
    output = "\n".join(line[:LONGEST_OUTPUT_LINE] for text in said for line in text.splitlines())
    return Run(bool(result.success), output, warehouse, folder / "target", folder / "published")


def public_key() -> str:
    """Return the pseudonym key of the demo store from profiles.yml."""
    (key,) = set(re.findall(r"'(everybody-[\w-]+)'", (PROJECT / "profiles.yml").read_text()))
    return key


def parsed(folder: Path, settings: list[str], variables: dict[str, Any], has_unit_tests: bool, all_vars: bool) -> Manifest | None:
    """Return the manifest for some vars, or None if parsing fails. The first worker that needs it parses for all workers."""
    if not all_vars:
        has_source = any("source" in mapping for mapping in variables.get("raw", {}).values())  # such a mapping adds a reference
        left = READ_AT_RUN_TIME - {"raw"} if has_source else READ_AT_RUN_TIME
        variables = {name: value for name, value in variables.items() if name not in left}
    key = (PROJECT, yaml.safe_dump(variables))

    def is_missing() -> bool:
        return key not in PARSED or has_unit_tests > PARSED[key][1]

    kept = (SHARED[0] if SHARED else folder) / f"{hashlib.md5(repr(key).encode()).hexdigest()}.pickle"
    kept.parent.mkdir(exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_missing() and kept.exists():
            state, had_unit_tests = pickle.loads(kept.read_bytes())
            PARSED[key] = Manifest(), had_unit_tests
            vars(PARSED[key][0]).update(state)
        if is_missing():
            given = ["--vars", yaml.safe_dump(variables), "--quiet", "--no-write-json", *WITHOUT_LOG]
            with contextlib.ExitStack() as skipped:
                skipped.enter_context(mock.patch.object(ManifestLoader, "write_manifest_for_partial_parse"))
                if not has_unit_tests:
                    skipped.enter_context(mock.patch.object(UnitTestParser, "parse"))
                manifest = dbtRunner().invoke(["parse", *settings, *given]).result
            PARSED[key] = manifest, has_unit_tests
            if manifest:
                state = {name: value for name, value in vars(manifest).items() if name != "_lock"}
                kept.write_bytes(pickle.dumps((state, has_unit_tests)))
    return PARSED[key][0]


def handed_over(config: RuntimeConfig, manifest: Manifest) -> Manifest:
    """Give `dbt retry` the parsed manifest instead of parsing again. The run before it must have had the same vars."""
    context = {"profile": config, "project": config, "runtime_config": config, "manifest": manifest}
    setup_manifest(SimpleNamespace(obj=context))
    return manifest


def publish(run: Run) -> tuple[int, str]:
    """Publish the outcome of a run, as `make publish` does; return the exit status and the output."""
    arguments = ["publish", "--warehouse", str(run.warehouse), "--folder", str(run.published)]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        status = publishing(arguments)
    return status, said.getvalue()


@pytest.fixture(scope="session", autouse=True)
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that all workers share."""
    folder = tmp_path_factory.getbasetemp()
    SHARED[:] = [folder.parent / "shared" if os.environ.get("PYTEST_XDIST_WORKER") else folder / "shared"]
    SHARED[0].mkdir(exist_ok=True)
    return SHARED[0]


@pytest.fixture(scope="session")
def demo_build(shared: Path) -> Run:
    """The demo store, built with all unit and data tests, and published. It is built once and read by all workers."""
    folder = shared / "demo"
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
