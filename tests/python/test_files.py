"""An unusable database is reported with file, process and remedy. Files of a build are readable only by their owner."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT
from warehouse_operations.dashboard.page import build
from warehouse_operations.dashboard.panels import DashboardError
from warehouse_operations.files import keep_private, why_unusable


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "it's a warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table lists as select i as rank, 'x' || i as product_id from range(200000) as t(i)")
    return path


DAMAGES = {
    "truncated": lambda whole: whole[: len(whole) // 2],
    "truncated in the header": lambda whole: whole[:1000],
    "of another kind": lambda whole: b"customer_id,rank\n" * 1000,
    "empty": lambda whole: b"",
    "with another header": lambda whole: whole[:8200] + bytes(100) + whole[8300:],
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damaged_database_is_reported_with_a_remedy(case: str, database: Path) -> None:
    database.write_bytes(DAMAGES[case](database.read_bytes()))
    said = why_unusable(database)
    assert said.startswith(f"{database} can't be read: it is damaged or of another kind (")
    assert said.endswith("Put a copy in its place, or move it away: the next make build creates it again.")
    assert "\n" not in said


def test_folder_instead_of_a_database_is_reported(tmp_path: Path) -> None:
    assert why_unusable(tmp_path).startswith(f"{tmp_path} can't be opened: it is a folder.")


@pytest.mark.parametrize(
    ("mode", "read_only", "is_usable"), [("False", True, False), ("True", True, True), ("True", False, False)]
)
def test_process_that_holds_a_database_is_reported(mode: str, read_only: bool, is_usable: bool, database: Path) -> None:
    """Readers can share the file; a writer needs it exclusively."""
    script = (
        f"import duckdb, time; c = duckdb.connect({str(database)!r}, read_only={mode}); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        said = why_unusable(database, read_only)
    finally:
        holder.kill()
        holder.wait()
    assert ("" if is_usable else f"(PID {holder.pid}) has it open") in said
    assert bool(said) is not is_usable


def test_intact_or_missing_database_is_usable(database: Path) -> None:
    assert why_unusable(database) == why_unusable(database, read_only=False) == why_unusable(database.with_name("none")) == ""


def test_dashboard_reports_a_damaged_release(database: Path) -> None:
    database.write_bytes(b"nothing that DuckDB wrote")
    with pytest.raises(DashboardError, match="can't be read: it is damaged"):
        build(database, PROJECT / "dashboard", 0)


def test_files_become_private_and_no_mode_is_widened(tmp_path: Path) -> None:
    modes = {"open": (0o644, 0o600), "group": (0o660, 0o600), "closed": (0o400, 0o400)}
    for name, (mode, _) in modes.items():
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    before = os.umask(0o022)
    try:
        keep_private([tmp_path, *(tmp_path / name for name in modes), tmp_path / "absent"])
        (tmp_path / "later").touch()
    finally:
        os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert found == {"later": 0o600, **{name: after for name, (_, after) in modes.items()}}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
