"""Why a database can't be used is said in one sentence with file, holder and remedy; what builds leave is for the owner alone."""

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
    "cut short": lambda whole: whole[: len(whole) // 2],
    "cut within the header": lambda whole: whole[:1000],
    "of another kind": lambda whole: b"customer_id,rank\n" * 1000,
    "of no bytes": lambda whole: b"",
    "with another header": lambda whole: whole[:8200] + bytes(100) + whole[8300:],
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damaged_database_is_named_in_one_sentence_with_a_remedy(case: str, database: Path) -> None:
    database.write_bytes(DAMAGES[case](database.read_bytes()))
    said = why_unusable(database)
    assert said.startswith(f"{database} can't be read: it is damaged or of another kind (")
    assert said.endswith("Put a copy in its place, or move it away: the next make build creates it again.")
    assert "\n" not in said


def test_folder_in_the_place_of_a_database_is_named(tmp_path: Path) -> None:
    assert why_unusable(tmp_path).startswith(f"{tmp_path} can't be opened: it is a folder.")


@pytest.mark.parametrize(
    ("mode", "read_only", "is_usable"), [("False", True, False), ("True", True, True), ("True", False, False)]
)
def test_process_that_holds_a_database_is_named(mode: str, read_only: bool, is_usable: bool, database: Path) -> None:
    """Readers don't mind each other; whoever writes needs the file alone."""
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


def test_database_that_is_whole_or_absent_is_usable(database: Path) -> None:
    assert why_unusable(database) == why_unusable(database, read_only=False) == why_unusable(database.with_name("none")) == ""


def test_damaged_release_is_named_by_the_dashboard(database: Path) -> None:
    database.write_bytes(b"nothing that DuckDB wrote")
    with pytest.raises(DashboardError, match="can't be read: it is damaged"):
        build(database, PROJECT / "dashboard", 0)


def test_files_are_kept_for_the_owner_and_nothing_is_opened_wider(tmp_path: Path) -> None:
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
