"""Releases: what readers find while other processes publish, are killed or roll back; without dbt."""

import json
import os
import random
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT
from tests.python.releases import TABLES, fill, record
from warehouse_operations.privacy.archives import forget_in_archive
from warehouse_operations.publishing.__main__ import main
from warehouse_operations.publishing.release import (
    DATABASE,
    PublishingError,
    differences,
    forget,
    locked,
    publish,
    releases,
    rollback,
)

KILLS = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "published"


def published(folder: Path, number: int, dataset: str = "shop", kept: int = 3, tables: list = TABLES) -> str:
    """Fill the warehouse with the build of a number and publish it."""
    with fill(folder.parent / "warehouse.duckdb", number, rows=200) as connection:
        return publish(connection, tables, folder, dataset, kept, wait_seconds=0)


def builds(folder: Path) -> set[int]:
    """Return the build numbers in the rows of the published file; there is one unless releases got mixed."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """select distinct build from marts.recommendations union all select distinct build from marts.products
            union all select cast(release[2:] as integer) from marts.publication"""
        ).fetchall()
        ((count,),) = connection.execute("select count(*) from marts.recommendations").fetchall()
    assert count > 0
    assert count % 200 == 0
    assert len(rows) == 3
    return {number for (number,) in rows}


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[subprocess.Popen]:
    """A process that publishes into `published` without end."""
    process = start(tmp_path)
    yield process
    process.kill()
    process.wait()


def start(folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.python.releases", str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )


def test_release_has_keys_comments_and_read_only_files(folder: Path) -> None:
    assert published(folder, 7) == "r7"
    assert builds(folder) == {7}
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        keys = connection.execute(
            """select table_name, constraint_type, constraint_column_names, referenced_table from duckdb_constraints()
            where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY') order by all"""
        ).fetchall()
        comments = connection.execute(
            """select comment from duckdb_tables() union all select comment from duckdb_columns() where comment is not null"""
        ).fetchall()
        required = connection.execute(
            "select column_name from duckdb_columns() where table_name = 'recommendations' and not is_nullable order by all"
        ).fetchall()
        ((tags, published_at),) = connection.execute(
            "select (select tags from duckdb_databases() where not internal), published_at from marts.publication"
        ).fetchall()
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from marts.products")
    assert keys == [
        ("products", "PRIMARY KEY", ["product_id"], None),
    ], "an index exists for a key that no column refers to"
    expected = {
        *("The shop's recommendations. Key: customer_id, rank.", "Key of the product.", "Position, 1 = best."),
        "Product to show. Refers to marts.products.product_id.",
    }
    assert expected <= {comment for (comment,) in comments}
    assert [name for (name,) in required] == ["customer_id", "product_id", "rank"]
    assert "v1.2" in str(tags), "older clients cannot open the storage version"
    assert published_at is not None
    files = [path for path in (folder / "releases").rglob("*") if path.is_file()]
    assert len(files) == 2 + len(TABLES)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in files)
    assert not list(folder.rglob("*.wal"))


def test_release_names_the_tables_to_read_first(folder: Path) -> None:
    products, lists, publication = TABLES
    published(folder, 1, tables=[replace(products, start_here=7), replace(lists, start_here=1), publication])
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        assert connection.execute("from start_here").fetchall() == [
            (1, "marts.recommendations", "The shop's recommendations."),
            (2, "marts.products", "Products that can be shown."),
        ]
        comments = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
    assert comments["recommendations"].startswith("Start here, 1 of 2. The shop's recommendations.")
    assert comments["publication"].startswith("The release.")


def test_parquet_files_and_manifest_agree_with_the_database(folder: Path) -> None:
    published(folder, 1)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {key: manifest[key] for key in ("release", "dataset", "as_of")} == {
        "release": "r1",
        "dataset": "shop",
        "as_of": "2025-06-30 00:00:00",
    }
    assert [table["name"] for table in manifest["tables"]] == ["products", "publication", "recommendations"]
    listed = manifest["tables"][2]
    assert listed["row_count"] == 200
    assert listed["primary_key"] == ["customer_id", "rank"]
    assert listed["references"] == {"product_id": ["marts", "products", "product_id"]}
    assert {"name": "rank", "type": "BIGINT", "description": "Position, 1 = best."} in listed["columns"]
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        path = folder / "parquet" / "marts" / "recommendations.parquet"
        unlike = connection.execute(
            f"(from marts.recommendations except from '{path}') union all (from '{path}' except from marts.recommendations)"
        ).fetchall()
    assert unlike == []
    assert differences(folder) == []


def test_damaged_release_is_detected(folder: Path) -> None:
    published(folder, 1)
    path = folder / "releases" / "r1" / "parquet" / "marts" / "products.parquet"
    path.unlink()
    manifest = folder / "releases" / "r1" / "manifest.json"
    text = manifest.read_text().replace('"row_count": 200', '"row_count": 201')
    manifest.unlink()
    manifest.write_text(text)
    assert differences(folder) == [
        "parquet/marts/products.parquet was changed after it was written",
        f"marts.recommendations has 200 rows in {DATABASE}, 201 in the manifest",
    ]


def test_newest_releases_are_kept_and_can_be_restored(folder: Path, capsys: pytest.CaptureFixture) -> None:
    for number in range(1, 6):
        published(folder, number)
    assert {release["release"] for release in releases(folder)} == {"r3", "r4", "r5"}
    assert main(["rollback", "--folder", str(folder), "r3"]) == 0
    assert builds(folder) == {3}
    assert json.loads((folder / "manifest.json").read_text())["release"] == "r3"
    said = capsys.readouterr().out.splitlines()
    assert [line.endswith("<- current") for line in said] == [line.startswith("r3 ") for line in said]
    assert main(["rollback", "--folder", str(folder), "r1"]) == 2
    assert "No release 'r1'" in capsys.readouterr().err
    assert builds(folder) == {3}
    rollback(folder, "r5", wait_seconds=0)
    assert builds(folder) == {5}


def test_current_release_is_kept_even_if_it_is_old(folder: Path) -> None:
    for number in range(1, 4):
        published(folder, number)
    rollback(folder, "r1", wait_seconds=0)
    published(folder, 4, kept=1)
    assert {path.name for path in (folder / "releases").iterdir()} == {"r1", "r4"}, "r1, which may be open, was removed"
    published(folder, 5, kept=1)
    assert {path.name for path in (folder / "releases").iterdir()} == {"r4", "r5"}


def test_republished_release_does_not_displace_others(folder: Path) -> None:
    published(folder, 1)
    for _ in range(4):
        published(folder, 2)
    kept = releases(folder)
    assert {release["release"] for release in kept} == {"r1", "r2"}
    assert [release["is_current"] for release in kept if release["release"] == "r2"] == [True]
    assert len(list((folder / "releases").iterdir())) == 3, "the previous copy, which may be open, was removed"
    assert builds(folder) == {2}


def test_release_of_another_data_set_is_refused(folder: Path) -> None:
    published(folder, 1)
    with pytest.raises(PublishingError, match="contains releases of shop, not of bazaar"):
        published(folder, 2, dataset="bazaar")
    assert builds(folder) == {1}


def test_failed_publishing_changes_nothing(folder: Path) -> None:
    published(folder, 1)
    orphan = [*TABLES[1:]]
    with pytest.raises(PublishingError, match="form a cycle or refer to no table"):
        published(folder, 2, tables=orphan)
    with fill(folder.parent / "warehouse.duckdb", 3) as connection:
        connection.execute("insert into marts.recommendations select * from marts.recommendations limit 1")
        with pytest.raises(PublishingError, match=r"marts.recommendations has several rows with the same key"):
            publish(connection, TABLES, folder, "shop", kept=3, wait_seconds=0)
        assert connection.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]
    assert builds(folder) == {1}
    assert not list(folder.glob(".incoming-*"))


def test_process_that_holds_the_lock_is_named(folder: Path, tmp_path: Path) -> None:
    published(folder, 1)
    with locked(folder, wait_seconds=0), pytest.raises(PublishingError, match=rf"is locked by process {os.getpid()} on "):
        rollback(folder, "r1", wait_seconds=0.3)
    rollback(folder, "r1", wait_seconds=0)


def test_second_publisher_waits_for_the_lock(folder: Path) -> None:
    published(folder, 1)
    held = threading.Event()

    def hold() -> None:
        with locked(folder, wait_seconds=0):
            held.set()
            time.sleep(0.5)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    published_at = time.monotonic()
    with fill(folder.parent / "warehouse.duckdb", 2) as connection:
        publish(connection, TABLES, folder, "shop", kept=3, wait_seconds=10)
    assert time.monotonic() - published_at > 0.3
    holder.join()
    assert builds(folder) == {2}


def test_hook_after_the_switch_finds_the_new_release(folder: Path) -> None:
    published(folder, 1)
    seen = []

    def read_release(where: Path) -> None:
        seen.append((builds(where), {release["release"] for release in releases(where)}))

    with fill(folder.parent / "warehouse.duckdb", 2) as connection:
        publish(connection, TABLES, folder, "shop", kept=3, wait_seconds=0, after_switch=read_release)
    assert seen == [({2}, {"r1", "r2"})]


def test_kept_releases_lose_erased_customers(folder: Path) -> None:
    """Fails if an erased customer stays in a file or its free blocks, if a manifest becomes wrong, or if keys are lost."""
    published(folder, 1)
    published(folder, 2)
    known = folder.parent / "known.parquet"
    duckdb.execute(f"copy (select 'c' || i as customer_id from range(20) as t(i) where i <> 7) to '{known}' (format parquet)")
    files = [file for file in (folder / "releases").rglob("*") if file.suffix in (".duckdb", ".parquet")]
    older = duckdb.connect(str(folder / "releases/r1" / DATABASE), read_only=True)
    assert forget(folder, known) == 2 * 2 * 10
    assert forget(folder, known) == 0
    assert [file for file in files if not file.exists()] == []
    assert older.execute("select count(*) from marts.recommendations").fetchall() == [(200,)], "an open file was changed"
    older.close()
    for name in ("r1", "r2"):
        home = folder / "releases" / name
        assert differences(home) == []
        with duckdb.connect(str(home / DATABASE), read_only=True) as connection:
            (left,) = connection.execute("select count(*), count(distinct customer_id) from marts.recommendations").fetchall()
            keys = connection.execute(
                "select count(*) from duckdb_constraints() where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"
            ).fetchall()
            comments = connection.execute("select comment from duckdb_tables() where table_name = 'products'").fetchall()
        assert (left, keys, comments) == ((190, 19), [(1,)], [("Products that can be shown. Key: product_id.",)])
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o444 for file in home.rglob("*") if file.is_file())
    assert [(r["release"], r["is_current"]) for r in releases(folder)] == [("r2", True), ("r1", False)]


def test_reader_sees_only_whole_releases(tmp_path: Path, publisher: subprocess.Popen) -> None:
    folder = tmp_path / "published"
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == "1\n"
    seen: list[int] = []
    while len(set(seen)) < 10:
        (number,) = builds(folder)
        seen.append(number)
    assert seen == sorted(seen)


def test_killed_publisher_leaves_the_old_or_the_new_release(tmp_path: Path) -> None:
    """Thirty times, kills the publishing process at a random moment, checks the release, and continues from there."""
    folder, moments, kill_stages = tmp_path / "published", random.Random(9), []
    publisher = start(tmp_path)
    assert publisher.stdout is not None
    publisher.stdout.readline()
    for _ in range(KILLS):
        time.sleep(moments.uniform(0, 0.3))
        publisher.kill()
        said = publisher.stdout.read().split()
        publisher.wait()
        (number,) = builds(folder)
        assert differences(folder / "current") == []
        inside = list(folder.glob(".incoming-*"))
        kill_stages.append("inside" if inside else "beside")
        assert not said or number in {int(said[-1]), int(said[-1]) + 1}
        publisher = start(tmp_path)
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == "1\n", "the next process needs a manual cleanup"
        assert not [path for path in inside if path.exists()]
    publisher.kill()
    publisher.wait()
    assert kill_stages.count("inside") >= KILLS / 3, "too few kills happened while files were written"


# Publishing from a warehouse with recorded runs

ALL = ["products", "recommendations"]
SUNDAY, MONDAY = datetime(2025, 6, 29), datetime(2025, 6, 30)


def make_publish(folder: Path, variables: str = "{dataset: shop}", *options: str) -> int:
    """Return the exit status of `make publish`."""
    warehouse = str(folder.parent / "warehouse.duckdb")
    return main(["publish", "--warehouse", warehouse, "--folder", str(folder), "--vars", variables, *options])


def stamps(folder: Path) -> list[tuple]:
    stamped = "select table_name, scope, as_of from marts.publication_tables order by all"
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        return connection.execute(stamped).fetchall()


def test_published_release_names_the_run_of_each_table(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1, rows=200).close()
    record(warehouse, "all", ALL, SUNDAY)
    assert make_publish(folder) == 0
    assert "Published release r1" in capsys.readouterr().out
    assert stamps(folder) == [
        ("products", "all", SUNDAY),
        ("publication", "all", SUNDAY),
        ("publication_tables", "all", SUNDAY),
        ("recommendations", "all", SUNDAY),
    ]
    record(warehouse, "refresh", ["products"], MONDAY)
    assert make_publish(folder) == 0
    said = capsys.readouterr().out
    assert "1 tables as of 2025-06-29 00:00:00, made by a run of scope all" in said
    assert "3 tables as of 2025-06-30 00:00:00, made by a run of scope refresh" in said
    assert [row[1] for row in stamps(folder)] == ["refresh", "refresh", "refresh", "all"]
    assert differences(folder / "current") == []


def test_refused_run_leaves_the_last_release_and_prints_the_reason(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1, rows=200).close()
    record(warehouse, "all", ALL, SUNDAY)
    make_publish(folder)
    fill(warehouse, 2, rows=200).close()
    record(warehouse, "lists", ALL, MONDAY, {"recommendations": "error"})
    assert make_publish(folder) == 2
    assert "model recommendations ended as error; run make lists" in capsys.readouterr().err
    assert builds(folder) == {1}


def test_outdated_audits_are_refused(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1, rows=200).close()
    record(warehouse, "all", ALL, datetime(2025, 6, 1))
    record(warehouse, "refresh", ["products"], MONDAY)
    assert make_publish(folder) == 2
    assert "more than oldest_audit_days (14) before the lists (2025-06-30 00:00); run make build" in capsys.readouterr().err
    assert make_publish(folder, "{dataset: shop, oldest_audit_days: 30}") == 0


def test_release_without_lists_is_refused(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1, rows=0).close()
    record(warehouse, "all", ALL, SUNDAY)
    assert make_publish(folder) == 2
    said = capsys.readouterr().err
    assert "marts.recommendations is empty" in said
    assert "marts.cleaning_ledger" in said
    assert not (folder / "current").exists()


def test_release_with_lists_for_few_customers_is_refused_unless_accepted(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    with fill(warehouse, 1, rows=200) as connection:
        connection.execute("insert into marts.customers select 'x' || i from range(3) as t(i)")
    record(warehouse, "all", ALL, SUNDAY)
    assert make_publish(folder) == 2
    assert "20 of 23 customers have a list, but a release needs 90%" in capsys.readouterr().err
    assert not (folder / "current").exists()
    assert make_publish(folder, "{dataset: shop}", "--accept-fewer") == 0


@pytest.mark.parametrize(("rows", "status"), [(160, 0), (150, 2)])
def test_release_with_far_fewer_rows_is_refused(rows: int, status: int, folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    for number, count in ((1, 200), (2, rows)):
        fill(warehouse, number, rows=count).close()
        record(warehouse, "all", ALL, SUNDAY)
        if number == 1:
            make_publish(folder)
    assert make_publish(folder) == status
    refusal = "marts.recommendations has 150 rows, the last release 200: more than 20% fewer."
    assert (refusal in capsys.readouterr().err) is (status == 2)
    assert make_publish(folder, "{dataset: shop}", "--accept-fewer") == 0


def test_rows_of_earlier_runs_with_missing_references_are_omitted(folder: Path) -> None:
    """Fails if tables of the last full run, published with newer lists, refer to products that are no longer sold."""
    warehouse = folder.parent / "warehouse.duckdb"
    with fill(warehouse, 1, rows=200) as connection:
        record_all = ["products", "recommendations"]
        connection.execute("create table kept as from marts.products where product_id <> 'p7'")
    record(warehouse, "all", record_all, SUNDAY)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create or replace table marts.products as from kept")
    record(warehouse, "refresh", ["products"], MONDAY)
    assert make_publish(folder) == 0
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    (lists,) = [table for table in tables if table["name"] == "recommendations"]
    assert (lists["row_count"], lists["left_out_count"]) == (198, 2)
    assert differences(folder / "current") == []


def test_publishing_erases_customers_from_earlier_releases_and_names_pages(
    folder: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    monkeypatch.chdir(folder.parent)
    page = Path("target") / "dashboard" / "demo.html"
    page.parent.mkdir(parents=True)
    page.touch()
    for number in (1, 2):
        fill(warehouse, number, rows=200).close()
        record(warehouse, "all", ALL, SUNDAY)
        if number == 2:
            with duckdb.connect(str(warehouse)) as connection:
                connection.execute("delete from restricted.customer_identities where customer_id = 'c7'")
                connection.execute("delete from marts.recommendations where customer_id = 'c7'")
        assert make_publish(folder) == 0
    said = capsys.readouterr().out
    assert "Removed rows of erased customers from earlier releases: 20." in said
    assert f"Existing dashboard pages may still show them. Write them again or delete them: {page}." in said


def test_missing_or_empty_warehouse_is_reported(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert make_publish(folder) == 2
    assert "There is no warehouse" in capsys.readouterr().err
    fill(folder.parent / "warehouse.duckdb", 1).close()
    assert make_publish(folder) == 2
    assert "contains no build that can be published. Run make build" in capsys.readouterr().err


def test_build_that_holds_the_warehouse_is_reported(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1).close()
    script = f"import duckdb, time; c = duckdb.connect({str(warehouse)!r}); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert make_publish(folder) == 2
    finally:
        holder.kill()
        holder.wait()
    said = capsys.readouterr().err
    assert "is a build running?" in said
    assert f"PID {holder.pid}" in said


# Manipulated folders of releases


def traverse(folder: Path) -> None:
    """Make a manifest name a file outside its release."""
    for path in (folder / "releases").glob("*/manifest.json"):
        manifest = json.loads(path.read_text())
        manifest["tables"][0]["path"] = "../../../victim.parquet"
        path.chmod(0o644)
        path.write_text(json.dumps(manifest))


def outgoing(folder: Path) -> None:
    """Replace a file of a release by a link to a file outside."""
    for path in (folder / "releases").glob("*/parquet/marts/products.parquet"):
        path.unlink()
        path.symlink_to(folder.parent / "victim.parquet")


def damaged(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for path in (folder / "releases").glob(f"*/{name}"):
            path.chmod(0o644)
            path.write_text(text)

    return change


def moved(name: str) -> Callable[[Path], None]:
    """Move a file or folder outside and replace it by a link."""

    def change(folder: Path) -> None:
        (folder / name).rename(folder.parent / f"victim {name}")
        (folder / name).symlink_to(folder.parent / f"victim {name}")

    return change


MANIPULATED = {
    "lock that is a link": (moved(".lock"), ".lock can't be opened: it is a symbolic link. Remove it"),
    "releases that are a link": (moved("releases"), "releases is a symbolic link. Remove it"),
    "manifest that names a file elsewhere": (
        traverse,
        "names the file ../../../victim.parquet, which is not inside the release",
    ),
    "file that is a link": (outgoing, "names the file parquet/marts/products.parquet, which is not inside the release"),
    "truncated manifest": (damaged("manifest.json", '{"release": "r1", '), "manifest.json is damaged: it is not the manifest"),
    "manifest of something else": (damaged("manifest.json", "[]"), "manifest.json is damaged: it is not the manifest"),
    "manifest without tables": (
        damaged("manifest.json", '{"release": "r1"}'),
        "manifest.json is damaged: it is not the manifest",
    ),
}


@pytest.mark.parametrize("case", MANIPULATED)
def test_manipulated_or_damaged_folder_is_refused(case: str, folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1, rows=200).close()
    record(warehouse, "all", ALL, SUNDAY)
    assert make_publish(folder) == 0
    duckdb.sql(f"copy (select 'c7' as customer_id) to '{folder.parent / 'victim.parquet'}' (format parquet)")
    change, said = MANIPULATED[case]
    change(folder)
    before = {path: path.read_bytes() for path in folder.parent.rglob("victim*") if path.is_file()}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from restricted.customer_identities where customer_id = 'c7'")
    assert make_publish(folder) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("name", [DATABASE, "parquet/marts/recommendations.parquet"])
def test_unreadable_kept_release_is_reported_on_erasure(name: str, folder: Path, capsys: pytest.CaptureFixture) -> None:
    for number in (1, 2):
        fill(folder.parent / "warehouse.duckdb", number, rows=200).close()
        record(folder.parent / "warehouse.duckdb", "all", ALL, SUNDAY)
        if number == 2:
            with duckdb.connect(str(folder.parent / "warehouse.duckdb")) as connection:
                connection.execute("delete from restricted.customer_identities where customer_id = 'c7'")
                connection.execute("delete from marts.recommendations where customer_id = 'c7'")
            path = folder / "releases" / "r1" / name
            path.chmod(0o644)
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        status = make_publish(folder)
    assert status == 2
    error = capsys.readouterr().err
    assert "The new release is published, and 0 rows of erased customers were removed" in error
    assert f"{path} can't be read: it is damaged" in error
    assert f"Remove the folder {folder / 'releases' / 'r1'}." in error
    assert os.readlink(folder / "current") == "releases/r2"
    assert len(error.splitlines()) == 1


def test_rewritten_release_keeps_its_permissions(tmp_path: Path) -> None:
    """Fails if a file is readable only by its writer after customers were removed from it."""
    table, known = tmp_path / "lists.parquet", tmp_path / "known.parquet"
    duckdb.sql(f"copy (select unnest(['a', 'b']) as customer_id) to '{table}' (format parquet)")
    duckdb.sql(f"copy (select 'a' as customer_id) to '{known}' (format parquet)")
    table.chmod(0o444)
    before = os.umask(0o077)
    try:
        assert forget_in_archive(str(table), str(known)) == 1
    finally:
        os.umask(before)
    assert stat.S_IMODE(table.stat().st_mode) == 0o444


# Age of the data


def test_release_states_the_age_of_its_data(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    for days, mark in ((30, "Warning: its newest data are 30.0 days old"), (2, "  its newest data are 2.0 days old")):
        as_of = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=days)
        with fill(warehouse, days, rows=200) as connection:
            connection.execute(f"update marts.publication set as_of = timestamp '{as_of}'")
        record(warehouse, "all", ALL, as_of)
        assert make_publish(folder) == 0
        assert mark in capsys.readouterr().out.splitlines()[1]
        with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
            (row,) = connection.execute("select data_age_days from marts.publication").fetchall()
        assert row[0] == pytest.approx(days, abs=0.01)


@pytest.mark.parametrize(("oldest", "status"), [("29.5", 2), ("30.5", 0)])
def test_data_older_than_the_limit_are_not_published(
    oldest: str, status: int, folder: Path, capsys: pytest.CaptureFixture
) -> None:
    as_of = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=30)
    fill(folder.parent / "warehouse.duckdb", 1, rows=200).close()
    record(folder.parent / "warehouse.duckdb", "all", ALL, as_of)
    assert make_publish(folder, "{dataset: shop}", "--oldest-data-days", oldest) == status
    said = f"the newest data are 30.0 days old (as of {as_of:%Y-%m-%d %H:%M} UTC), but at most 29.5 days are accepted"
    assert (said in capsys.readouterr().err) is (status == 2)
    assert (folder / "current").exists() is (status == 0)


def test_timings_of_each_scope_are_printed(folder: Path, capsys: pytest.CaptureFixture) -> None:
    warehouse = folder.parent / "warehouse.duckdb"
    fill(warehouse, 1).close()
    record(warehouse, "all", ALL, SUNDAY)
    record(warehouse, "refresh", ["recommendations"], MONDAY)
    record(warehouse, "refresh", ALL, MONDAY, {"recommendations": "error"})
    assert main(["timings", "--warehouse", str(warehouse)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[:3] for line in lines] == [["all", "4", "s"], ["refresh", "3", "s"]]
    assert "( 75%) in 3 nodes" in lines[1]
