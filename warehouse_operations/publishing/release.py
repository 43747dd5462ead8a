"""Releases: complete copies of the published tables, which readers can open while builds run.

The folder, after two releases::

    published/
      current -> releases/<release>              the only link that is ever switched, by rename
      recommendations.duckdb -> current/recommendations.duckdb
      parquet -> current/parquet
      manifest.json -> current/manifest.json
      releases/<release>/                        never changed in place; replaced as a whole to erase a customer
      .lock                                      held by the publishing process; contains its process id

A release is written under a temporary name, and renamed when it is complete and on disk. If the process is killed at any moment,
either the old or the new release is current. At most a folder `.incoming-…` remains, which the next publication removes.
"""

import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse_operations.privacy.archives import forget_in_archive
from warehouse_operations.privacy.archives import quoted as _text

DATABASE = "recommendations.duckdb"
STORAGE_VERSION = "v1.2.0"  # oldest DuckDB version whose clients can open the file
BLOCK_BYTES = 16_384  # the minimum: most tables are small, and each column and key takes whole blocks
LINKS = {DATABASE: f"current/{DATABASE}", "parquet": "current/parquet", "manifest.json": "current/manifest.json"}
ATTACHED = "release_in_writing"
POLL_SECONDS = 0.2
WAIT_SECONDS = 60.0  # maximum wait for another process that is publishing to the same folder


class PublishingError(Exception):
    """An obstacle to publishing or to a rollback; the message states the problem and the remedy."""


@dataclass(frozen=True)
class Table:
    """A table to publish.

    Attributes
    ----------
    schema, name, description
        As in the release; the description becomes the comment of the table.
    columns
        Description of each column, which becomes its comment.
    primary_key, not_null
        Columns.
    references
        For each foreign key column, schema, name and column of the referenced table.
    scope, as_of, finished_at
        Of the run that built the table.
    is_earlier
        Whether that run was earlier than the run that built the dimensions. Rows that refer to a customer, product or cutoff
        that no longer exists are then left out.
    warehouse_schema
        Schema in the warehouse; empty if it is the schema of the release.
    start_here
        Position among the tables to read first; None for all others.
    """

    schema: str
    name: str
    description: str
    columns: Mapping[str, str]
    primary_key: Sequence[str]
    not_null: Sequence[str] = ()
    references: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    scope: str = "all"
    as_of: datetime | None = None
    finished_at: datetime | None = None
    is_earlier: bool = False
    warehouse_schema: str = ""
    start_here: int | None = None

    @property
    def qualified(self) -> str:
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"

    @property
    def origin(self) -> str:
        return f"{_quoted(self.warehouse_schema or self.schema)}.{_quoted(self.name)}"


def publish(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    folder: Path,
    dataset: str,
    kept: int,
    wait_seconds: float = WAIT_SECONDS,
    after_switch: Callable[[Path], None] = lambda folder: None,
) -> str:
    """Copy tables of a warehouse into a new release, and make it current.

    Parameters
    ----------
    connection
        Its current database is the warehouse, which may be attached read-only.
    tables
        The tables to publish. One of them is ``publication``, whose single row names the release; its ``published_at`` is filled
        in. ``publication_tables`` gets one row per table, with its scope, as_of and finished_at.
    folder
        Folder of the releases; created if it doesn't exist.
    dataset
        Name of the data set. A folder with releases of another data set is refused.
    kept
        Number of releases to keep, including the new one.
    wait_seconds
        Maximum wait for another process that is publishing to the same folder.
    after_switch
        Called with the folder while the lock is held, after readers see the new release.

    Returns
    -------
    str
        Name of the release.
    """
    with locked(folder, wait_seconds):
        others = {release["dataset"] for release in releases(folder)} - {dataset}
        if others:
            raise PublishingError(
                f"{folder} contains releases of {', '.join(sorted(others))}, not of {dataset}. Set PUBLISHED_PATH to give each "
                "data set its own folder, or remove that folder."
            )
        for leftover in folder.glob(".incoming-*"):
            _remove(leftover)
        incoming = folder / f".incoming-{os.getpid()}"
        (incoming / "parquet").mkdir(parents=True)
        try:
            facts = _write(connection, tables, incoming)
            manifest = json.dumps({"dataset": dataset, **facts}, indent=1, ensure_ascii=False)
            (incoming / "manifest.json").write_text(manifest + "\n")
            _settle(incoming)
            release = facts["release"]
            (folder / "releases").mkdir(exist_ok=True)
            home = _free_name(folder / "releases", release)
            incoming.rename(home)
        except BaseException:
            _remove(incoming)
            raise
        _sync(folder / "releases")
        before = _current(folder)
        _switch(folder, home)
        _prune(folder, kept, {home, before} - {None})
        after_switch(folder)
    return release


def forget(folder: Path, known_customers: Path) -> int:
    """Remove all rows of unknown customers from the kept releases; call it while the lock is held.

    A release with such rows is replaced by a copy without them, with an updated manifest. Processes that have a file of it open
    continue to read the old content.

    Parameters
    ----------
    folder
        Folder of the releases.
    known_customers
        A Parquet file with a column ``customer_id``: the pseudonyms of all customers who may stay.

    Returns
    -------
    int
        Number of rows removed, from both formats of all releases.

    Raises
    ------
    PublishingError
        If files of a release can't be read. All other releases have been processed.
    """
    removed = 0
    damaged = []
    for home in sorted(path.parent for path in _kept(folder)):
        incoming = folder / f".incoming-{os.getpid()}"
        shutil.copytree(home, incoming, copy_function=os.link)
        try:
            found = forget_in_release(incoming, known_customers)
        except (ValueError, FileNotFoundError) as error:
            _remove(incoming)
            damaged.append(f"{str(error).replace(str(incoming), str(home))} Remove the folder {home}.")
            continue
        if found:
            _settle(incoming)
            _remove(home)
            incoming.rename(home)
            _sync(folder / "releases")
        else:
            _remove(incoming)
        removed += found
    if damaged:
        taken = f"{removed} rows of erased customers were removed from earlier releases"
        raise PublishingError(f"The new release is published, and {taken}, but other rows may remain: {' '.join(damaged)}")
    return removed


def forget_in_release(home: Path, known_customers: Path) -> int:
    """Remove all rows of unknown customers from one release, and update its manifest; returns the number of rows removed."""
    path = home / "manifest.json"
    manifest = read_manifest(home)
    removed = forget_in_archive(str(home / DATABASE), str(known_customers))
    for table in manifest["tables"] if removed else []:  # the Parquet files contain the same rows
        file = home / table["path"]
        gone = forget_in_archive(str(file), str(known_customers))
        if gone:
            content = file.read_bytes()
            table |= {
                "row_count": table["row_count"] - gone,
                "byte_count": len(content),
                "md5": hashlib.md5(content).hexdigest(),
            }
        removed += gone
    if removed:
        path.unlink()  # removes the name only: until now the file is shared with the release to be replaced
        path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return removed


def releases(folder: Path) -> list[dict[str, Any]]:
    """Return the kept releases of a folder, newest first: the manifest of each, its ``folder`` and whether it ``is_current``.

    If a release was published more than once, only the current copy or else the newest copy is listed.
    """
    current = _current(folder)
    found: dict[str, dict[str, Any]] = {}
    manifests = []
    for path in _kept(folder):
        with contextlib.suppress(FileNotFoundError):  # another process is removing it
            manifests.append((path.parent, read_manifest(path.parent)))
    for home, manifest in sorted(manifests, key=lambda pair: (pair[0] == current, pair[1]["published_at"]), reverse=True):
        found.setdefault(manifest["release"], {**manifest, "folder": home, "is_current": home == current})
    return sorted(found.values(), key=lambda manifest: manifest["published_at"], reverse=True)


def read_manifest(home: Path) -> dict[str, Any]:
    """Return the manifest of a release.

    Raises
    ------
    FileNotFoundError
        If it doesn't exist.
    PublishingError
        If it is damaged or a link, or names a file outside the release.
    """
    path = home / "manifest.json"
    remedy = f"Move the folder {home} away; the other releases and the next publication don't need it."
    if path.is_symlink():
        raise PublishingError(f"{path} is a symbolic link. {remedy}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = {table["path"]: f"parquet/{table['schema']}/{table['name']}.parquet" for table in manifest["tables"]}
        found = [manifest[key] for key in ("dataset", "release", "as_of", "published_at")]
        names = [table[key] for table in manifest["tables"] for key in ("schema", "name")]
        if not all(isinstance(value, str) for value in found) or any(Path(name).name != name for name in names):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise PublishingError(f"{path} is damaged: it is not the manifest of a release. {remedy}") from error
    for stated, file in files.items():
        if stated != file or any((home / part).is_symlink() for part in (file, *map(str, Path(file).parents))):
            raise PublishingError(f"{path} names the file {stated}, which is not inside the release. {remedy}")
    return manifest


def rollback(folder: Path, release: str, wait_seconds: float = WAIT_SECONDS) -> None:
    """Make a kept release current, whether it is older or newer than the current one."""
    with locked(folder, wait_seconds):
        kept = {manifest["release"]: manifest["folder"] for manifest in releases(folder)}
        if release not in kept:
            raise PublishingError(f"No release {release!r} in {folder}. Available releases: {', '.join(kept) or 'none'}.")
        _switch(folder, kept[release])


def differences(folder: Path) -> list[str]:
    """Compare a release with its manifest: row counts in the database, bytes of the Parquet files. Empty if they agree."""
    manifest = json.loads((folder / "manifest.json").read_text())
    found = []
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for table in manifest["tables"]:
            name = f"{table['schema']}.{table['name']}"
            (count,) = connection.execute(f"select count(*) from {_quoted(table['schema'])}.{_quoted(table['name'])}").fetchall()
            if count[0] != table["row_count"]:
                found.append(f"{name} has {count[0]} rows in {DATABASE}, {table['row_count']} in the manifest")
            file = folder / table["path"]
            if not file.exists() or hashlib.md5(file.read_bytes()).hexdigest() != table["md5"]:
                found.append(f"{table['path']} was changed after it was written")
        (named,) = connection.execute("select release from marts.publication").fetchall()
        if named[0] != manifest["release"]:
            found.append(f"{DATABASE} names release {named[0]}, the manifest {manifest['release']}")
    return found


@contextlib.contextmanager
def locked(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the folder's lock; it is released when the process ends, for whatever reason.

    Raises
    ------
    PublishingError
        If another process has held the lock for ``wait_seconds``; the message names that process. If the lock file is a link.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        why = "it is a symbolic link" if (folder / ".lock").is_symlink() else error.strerror
        raise PublishingError(f"{folder / '.lock'} can't be opened: {why}. Remove it, and publish again.") from error
    with os.fdopen(descriptor, "r+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    lock.seek(0)
                    holder = lock.read().strip() or "another process"
                    raise PublishingError(f"{folder} is locked by {holder}; gave up after {wait_seconds:g} seconds.") from None
                time.sleep(POLL_SECONDS)
        lock.truncate(0)
        lock.seek(0)
        lock.write(f"process {os.getpid()} on {os.uname().nodename}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _write(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], home: Path) -> dict[str, Any]:
    """Write both formats of a release; returns its manifest without the dataset."""
    published_at = datetime.now(UTC).replace(tzinfo=None)
    ((source,),) = connection.execute("select current_database()").fetchall()
    options = f"storage_version '{STORAGE_VERSION}', block_size {BLOCK_BYTES}"
    connection.execute(f"attach {_text(home / DATABASE)} as {ATTACHED} ({options})")
    columns_of: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, name, *column in connection.execute(
        """select schema_name, table_name, column_name, data_type from duckdb_columns()
        where database_name = ? order by column_index""",
        [source],
    ).fetchall():
        columns_of.setdefault((schema, name), []).append(tuple(column))
    first = sorted((table for table in tables if table.start_here), key=lambda table: table.start_here or 0)
    referred_to = {target[:2] for table in tables for target in table.references.values()}
    try:
        connection.execute("begin")  # otherwise each statement waits for the disk
        entries = []
        for table in sorted(_parents_first(tables), key=lambda table: table.name == "publication_tables"):
            origin = f"{_quoted(source)}.{table.origin}"
            left_out = 0
            copy = f"{ATTACHED}.{table.qualified}"
            types = columns_of[table.warehouse_schema or table.schema, table.name]
            connection.execute(f"create schema if not exists {ATTACHED}.{_quoted(table.schema)}")
            connection.execute(_create(table, copy, types, (table.schema, table.name) in referred_to))
            order = ", ".join(f"{_quoted(column)} nulls last" for column in table.primary_key)
            values = {name: _quoted(name) for name, _ in types}
            if table.name == "publication":
                values["published_at"] = f"timestamp '{published_at}'"
                if "data_age_days" in values:
                    values["data_age_days"] = f"round(date_diff('second', as_of, timestamp '{published_at}') / 86400.0, 2)"
            if table.name == "publication_tables":
                _fill(connection, copy, origin, tables)
            else:
                known = _known(table) if table.is_earlier else "true"
                columns = ", ".join(values.values())
                connection.execute(f"insert into {copy} select {columns} from {origin} as origin where {known} order by {order}")
                ((left_out,),) = connection.execute(f"select count(*) from {origin} as origin where not ({known})").fetchall()
            place = f"Start here, {first.index(table) + 1} of {len(first)}. " if table in first else ""
            described = f"{place}{table.description} Key: {', '.join(table.primary_key)}."
            connection.execute(f"comment on table {copy} is {_text(described)}")
            for column, description in table.columns.items():
                target = table.references.get(column)
                described = f"{description} Refers to {'.'.join(target)}." if target else description
                connection.execute(f"comment on column {copy}.{_quoted(column)} is {_text(described)}")
            path = home / "parquet" / table.schema / f"{table.name}.parquet"
            path.parent.mkdir(exist_ok=True)
            connection.execute(
                f"copy (select * from {copy} order by {order}) to {_text(path)} (format parquet, compression zstd)"
            )
            key = ", ".join(_quoted(column) for column in table.primary_key)
            ((row_count, key_count),) = connection.execute(f"select count(*), count(distinct ({key})) from {copy}").fetchall()
            if key_count != row_count:
                raise PublishingError(f"{table.schema}.{table.name} has several rows with the same key ({key}).")
            entries.append(
                {
                    "schema": table.schema,
                    "name": table.name,
                    "path": str(path.relative_to(home)),
                    "row_count": row_count,
                    "left_out_count": left_out,
                    "scope": table.scope,
                    "as_of": table.as_of and str(table.as_of),
                    "finished_at": table.finished_at and str(table.finished_at),
                    "byte_count": path.stat().st_size,
                    "md5": hashlib.md5(path.read_bytes()).hexdigest(),
                    "description": table.description,
                    "primary_key": list(table.primary_key),
                    "references": {column: list(target) for column, target in table.references.items()},
                    "columns": [{"name": name, "type": kind, "description": table.columns.get(name, "")} for name, kind in types],
                }
            )
        if first:
            _list_first_tables(connection, first)
        facts = connection.execute(
            f"""select release, scope, cast(as_of as varchar), fingerprint, cast(published_at as varchar)
            from {ATTACHED}.marts.publication"""
        ).fetchall()
        if len(facts) != 1:
            raise PublishingError(f"marts.publication has {len(facts)} rows; expected 1.")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    finally:
        connection.execute(f"detach {ATTACHED}")
    named = dict(zip(("release", "scope", "as_of", "fingerprint", "published_at"), facts[0], strict=True))
    return {**named, "tables": sorted(entries, key=lambda entry: (entry["schema"], entry["name"]))}


def _list_first_tables(connection: duckdb.DuckDBPyConnection, first: Sequence[Table]) -> None:
    """Create the view ``start_here`` in the default schema of clients: the tables to read first, in order."""
    rows = ", ".join(
        f"({place}, {_text(f'{table.schema}.{table.name}')}, {_text(table.description)})" for place, table in enumerate(first, 1)
    )
    view = f"{ATTACHED}.main.start_here"
    connection.execute(f"create view {view} as select * from (values {rows}) as tables (place, table_name, description)")
    connection.execute(f"comment on view {view} is 'The tables to read first, in order.'")
    said = {
        "place": "Reading order, 1 for the first.",
        "table_name": "Schema and table.",
        "description": "Content of the table.",
    }
    for column, description in said.items():
        connection.execute(f"comment on column {view}.{column} is {_text(description)}")


def _known(table: Table) -> str:
    """Condition that the release contains all rows referenced by a row of the relation ``origin``."""
    conditions = [
        f"(origin.{_quoted(column)} is null or origin.{_quoted(column)} in "
        f"(select {_quoted(key)} from {ATTACHED}.{_quoted(schema)}.{_quoted(name)}))"
        for column, (schema, name, key) in table.references.items()
    ]
    return " and ".join(conditions) or "true"


def _fill(connection: duckdb.DuckDBPyConnection, copy: str, origin: str, tables: Sequence[Table]) -> None:
    """Write `publication_tables`: one row per table of the release, with the run that built it."""
    for table in sorted(tables, key=lambda table: (table.schema, table.name)):
        connection.execute(
            f"""insert into {copy} select schema_name, table_name, description, definition, ?, ?, ?
            from {origin} where schema_name = ? and table_name = ?""",
            [table.scope, table.as_of, table.finished_at, table.schema, table.name],
        )


def _create(table: Table, copy: str, types: Sequence[tuple[str, str]], has_key: bool) -> str:
    """Return the statement that creates a table.

    Keys that no table references appear only in comments: readers write nothing that an index could reject, and indexes of keys
    and foreign keys made up two thirds of the file.
    """
    required = {*table.not_null, *table.primary_key}
    parts = [f"{_quoted(name)} {kind}{' not null' if name in required else ''}" for name, kind in types]
    if has_key:
        parts.append(f"primary key ({', '.join(_quoted(column) for column in table.primary_key)})")
    return f"create table {copy} ({', '.join(parts)})"


def _parents_first(tables: Sequence[Table]) -> list[Table]:
    """Sort tables so that referenced tables come first."""
    left, ordered = list(tables), []
    while left:
        placed = {(table.schema, table.name) for table in ordered}
        ready = [table for table in left if all(target[:2] in placed for target in table.references.values())]
        if not ready:
            raise PublishingError(f"Foreign keys of {', '.join(t.name for t in left)} form a cycle or refer to no table.")
        ordered += ready
        left = [table for table in left if table not in ready]
    return ordered


def _settle(home: Path) -> None:
    """Make all files read-only, and wait until they are on disk: a rename must not be durable before the files it renames."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
        _sync(path)
    _sync(home)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(folder: Path, home: Path) -> None:
    """Make the release in ``home`` current: one rename of the link that all other links use."""
    for name, target in {**LINKS, "current": f"releases/{home.name}"}.items():
        link = folder / name
        if link.is_symlink() and os.readlink(link) == target:
            continue
        fresh = folder / f".{name}-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(link)
    _sync(folder)


def _prune(folder: Path, kept: int, needed: set[Path]) -> None:
    """Remove all releases except the newest copies of the newest releases and the `needed` ones, which may have readers."""
    staying = {manifest["folder"] for manifest in releases(folder)[:kept]} | needed
    for home in (folder / "releases").iterdir():
        if home not in staying:
            _remove(home)


def _remove(home: Path) -> None:
    """Remove a release, in an order that never leaves a partial release in the folder of the releases."""
    if home.parent.name == "releases":
        home = home.rename(home.parent.parent / f".incoming-{home.name}")
    shutil.rmtree(home, ignore_errors=True)


def _kept(folder: Path) -> list[Path]:
    """The manifests of the releases in a folder.

    Raises
    ------
    PublishingError
        If the folder of the releases, or one of them, is a link to another place.
    """
    home = folder / "releases"
    manifests = list(home.glob("*/manifest.json"))
    for place in (home, *(path.parent for path in manifests)):
        if place.is_symlink():
            raise PublishingError(f"{place} is a symbolic link. Remove it; PUBLISHED_PATH sets the folder of the releases.")
    return manifests


def _current(folder: Path) -> Path | None:
    link = folder / "current"
    return folder / os.readlink(link) if link.is_symlink() else None


def _free_name(folder: Path, release: str) -> Path:
    """A folder for the release, with a numeric suffix if a copy of the same release already exists."""
    copies = itertools.chain([release], (f"{release}.{number}" for number in itertools.count(2)))
    return next(path for path in (folder / name for name in copies) if not path.exists())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
