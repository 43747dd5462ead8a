"""`python -m warehouse_operations <command>`: run a command for one data set, as make does.

The vars come from datasets/<DATASET>.yml and are passed to the command as one argument, so no name or path needs quoting. Options
or, without them, environment variables set the data set (DATASET), the folder that replaces <raw_path> (RAW), and whether the
vars chosen by make tune are added (TUNED).
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from warehouse_operations.files import keep_private
from warehouse_operations.project import PROJECT, DataSet, DataSetError, data_set, needs_folder, on_spark, warehouse_variable

BIN = Path(sys.executable).parent


def _tool(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"warehouse_operations.{name}", *arguments]


def _vars(data: DataSet) -> list[str]:
    return ["--vars", json.dumps(data.variables, ensure_ascii=False, default=str)]


def _needing_raw(tool: str, data: DataSet, rest: list[str]) -> list[list[str]]:
    if needs_folder(data.variables):
        raise DataSetError(
            f"datasets/{data.name}.yml reads files of <raw_path>, but no folder is set for it: "
            f"make build DATASET={data.name} RAW=<folder>."
        )
    return [_tool(tool, *rest, *_vars(data))]


def _publish(data: DataSet, rest: list[str]) -> list[list[str]]:
    if on_spark() and "://" in data.warehouse:
        raise DataSetError(
            f"Releases are written from a folder that this machine reaches, but SPARK_WAREHOUSE is {data.warehouse}. The build "
            "is complete; readers can use its tables. For releases, mount the store and set SPARK_WAREHOUSE to the folder."
        )
    return [_tool("publishing", "publish", "--warehouse", data.warehouse, "--folder", data.published, *rest, *_vars(data))]


def _operation(data: DataSet, name: str, arguments: dict[str, str], rest: list[str]) -> list[list[str]]:
    """Run a macro. dbt writes no log of it, and doesn't overwrite the files of the last build that `dbt retry` reads."""
    given = json.dumps({argument: value for argument, value in arguments.items() if value}, ensure_ascii=False)
    operation = ["--quiet", "--log-level-file", "none", "run-operation", name, "--no-write-json", "--args", given]
    return [[str(BIN / "dbt"), *operation, *rest, *_vars(data)]]


def _reidentify(data: DataSet, rest: list[str]) -> list[list[str]]:
    asked = {"file": _path("FILE"), "to": _path("TO"), "why": os.environ.get("WHY", "")}
    return _operation(data, "reidentify", asked, rest)  # CUSTOMER stays in the environment: other users can see arguments


def _export(data: DataSet, rest: list[str]) -> list[list[str]]:
    asked = {"to": _path("TO"), "columns": os.environ.get("FIELDS", ""), "consent": os.environ.get("CONSENT", "")}
    return _operation(data, "export_lists", {**asked, "why": os.environ.get("WHY", "")}, rest)


def _path(variable: str) -> str:
    """An absolute path from an environment variable, since commands run in the project's folder."""
    given = os.environ.get(variable, "")
    return os.path.abspath(given) if given else ""


def _metrics(data: DataSet, rest: list[str]) -> list[list[str]]:
    if not (PROJECT / data.published / "recommendations.duckdb").exists():
        raise DataSetError(f"There is no release in {data.published}. Build and publish with make build.")
    try:
        asked = rest or shlex.split(os.environ.get("ASK", ""))
    except ValueError as error:
        raise DataSetError(f"ASK can't be read: {error}.") from error
    return [[str(BIN / "dbt"), "--quiet", "parse", *_vars(data)], [str(BIN / "mf"), "query", *asked]]


def _dashboard(data: DataSet, rest: list[str]) -> list[list[str]]:
    output = f"target/dashboard/{data.name}.html"
    return [_tool("dashboard", "--published", data.published, "--panels", "dashboard", "--output", output, *rest)]


# The steps of each command, in order, for a data set and the arguments that follow the command.
COMMANDS: dict[str, Callable[[DataSet, list[str]], list[list[str]]]] = {
    "build": lambda data, rest: _needing_raw("building", data, rest),
    "check": lambda data, rest: _needing_raw("checking", data, rest),
    "publish": _publish,
    "releases": lambda data, rest: [_tool("publishing", "list", "--folder", data.published, *rest)],
    "rollback": lambda data, rest: [_tool("publishing", "rollback", "--folder", data.published, *rest)],
    "timings": lambda data, rest: [_tool("publishing", "timings", "--warehouse", data.warehouse, *rest)],
    "tune": lambda data, rest: [_tool("tuning", *rest, *_vars(data))],
    "reidentify": _reidentify,
    "export": _export,
    "metrics": _metrics,
    "dashboard": _dashboard,
    "dbt": lambda data, rest: [[str(BIN / "dbt"), *rest, *_vars(data)]],
}
# Commands whose files other users may read; files of all other commands are restricted to the owner.
FOR_READERS = ("publish", "rollback")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command in the project's folder; its last step replaces this process. Returns a status above 0 on failure."""
    try:
        steps, paths = plan(arguments)
    except DataSetError as error:
        print(error, file=sys.stderr)
        return 2
    os.chdir(PROJECT)
    os.environ.update(paths)
    if _parser().parse_args(arguments).command not in FOR_READERS:
        keep_private(["logs", "target", paths[warehouse_variable()]])
    for step in steps[:-1]:
        if status := subprocess.run(step).returncode:
            return status
    os.execv(steps[-1][0], steps[-1])  # so that Ctrl-C and signals reach the command itself


def plan(arguments: Sequence[str] | None = None) -> tuple[list[list[str]], dict[str, str]]:
    """Return the steps to run, in order, and the environment variables with the paths.

    Raises
    ------
    DataSetError
        If the data set can't be used.
    """
    options = _parser().parse_args(arguments)
    raw = options.raw and (options.raw if Path.cwd() == PROJECT.resolve() else os.path.abspath(options.raw))
    data = data_set(options.dataset, raw, bool(options.tuned))
    # MetricFlow reads the parsed project from the folder target itself.
    folder = "target" if options.command == "metrics" else f"target/{data.name}{'.spark' if on_spark() else ''}"
    target = os.environ.get("DBT_TARGET_PATH") or folder  # one per engine, because dbt parses again for another target
    paths = {warehouse_variable(): data.warehouse, "PUBLISHED_PATH": data.published, "DBT_TARGET_PATH": target}
    if options.command == "metrics":
        paths["DBT_TARGET"] = "published"
    return COMMANDS[options.command](data, options.rest), paths


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse_operations", description=__doc__)
    parser.add_argument("--dataset", default=os.environ.get("DATASET") or "demo", help="name of a file in datasets, without .yml")
    parser.add_argument("--raw", default=os.environ.get("RAW", ""), help="folder that replaces <raw_path>")
    parser.add_argument(
        "--tuned", action="store_true", default=os.environ.get("TUNED", ""), help="add the vars chosen by make tune"
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="arguments of the command")
    return parser


if __name__ == "__main__":
    sys.exit(main())
