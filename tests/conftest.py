"""Running dbt from tests: each build in its own database and folder, so that tests don't meet each other or the user's warehouse."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """Outcome of one dbt command: whether it succeeded, what it said, and the database it left."""

    succeeded: bool
    output: str
    warehouse: Path
    target: Path

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the database of the run."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def run_dbt(folder: Path, *arguments: str, variables: dict[str, Any] | None = None) -> Run:
    """Run dbt on this project with everything it writes kept in `folder`."""
    warehouse = folder / "warehouse.duckdb"
    command = [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    if variables:
        command += ["--vars", yaml.safe_dump(variables)]
    environment = {**os.environ, "WAREHOUSE_PATH": str(warehouse)}
    finished = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    return Run(finished.returncode == 0, finished.stdout + finished.stderr, warehouse, folder / "target")


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo store built on one thread, with all of dbt's unit and data tests."""
    run = run_dbt(tmp_path_factory.mktemp("demo"), "build", "--threads", "1")
    assert run.succeeded, run.output
    return run
