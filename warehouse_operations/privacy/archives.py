"""Erase customers from earlier releases: DuckDB and Parquet files that outlive the build that wrote them."""

import os
import shutil
from pathlib import Path

import duckdb

from warehouse_operations.files import explained

# Audit tables contain raw rows as JSON; the customer's pseudonym is one of the values.
IN_JSON = """'"customer_id":"([^"]+)"'"""


def remove_file(path: str) -> bool:
    """Delete a file if it is there."""
    Path(path).unlink(missing_ok=True)
    return True


def replace_file(new: str, old: str) -> bool:
    """Replace a file atomically; every later reader opens the new one."""
    os.replace(new, old)
    return True


def forget_in_archives(files: list[str], known_customers: str) -> list[int]:
    """Run :func:`forget_in_archive` on several files, then delete the list of known customers.

    Returns
    -------
    list of int
        Rows removed from each file.
    """
    try:
        return [forget_in_archive(file, known_customers) for file in files]
    finally:
        Path(known_customers).unlink(missing_ok=True)


def forget_in_archive(file: str, known_customers: str) -> int:
    """Remove the rows of unknown customers from a released file.

    The file is rewritten and then replaced, so that its free blocks keep nothing of the removed rows, and processes with the old
    file open are not disturbed. A file without such rows stays unchanged. Tables without a ``customer_id`` are searched too, if
    they have raw rows as JSON in ``record_values``.

    Parameters
    ----------
    file
        A DuckDB database (``.duckdb``) or a Parquet file (``.parquet``).
    known_customers
        A Parquet file with a column ``customer_id``: the pseudonyms of all customers who may stay. It doesn't contain customers
        who requested erasure, nor pseudonyms of an older key, so a release from before a change of keys loses all its customers.

    Returns
    -------
    int
        Number of rows removed.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is of another kind, a link, or unreadable.
    """
    path = Path(file)
    if not path.exists():
        raise FileNotFoundError(f"No released file {path}.")
    if path.suffix not in (".duckdb", ".parquet"):
        raise ValueError(f"{path.name} is neither a .duckdb nor a .parquet file.")
    if path.is_symlink():
        raise ValueError(f"{path} is a symbolic link. Name the file to which it points.")
    rewritten = path.with_name(f"{path.name}.rewritten")
    rewritten.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"create table known as select customer_id from read_parquet({quoted(known_customers)})")
        rewrite = _rewrite_database if path.suffix == ".duckdb" else _rewrite_parquet
        try:
            removed = rewrite(connection, path, rewritten)
        except duckdb.Error as error:
            rewritten.unlink(missing_ok=True)
            raise ValueError(explained(path, error, remedy="")) from error
    if removed:
        shutil.copymode(path, rewritten)
        os.replace(rewritten, path)
    else:
        rewritten.unlink(missing_ok=True)
    return removed


def quoted(text: str | Path) -> str:
    """Return a text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _unknown_customers(columns: list[str]) -> str | None:
    """Return the condition for rows of unknown customers; None if no column identifies a customer."""
    conditions = []
    if "customer_id" in columns:
        conditions.append("(customer_id is not null and customer_id not in (select customer_id from memory.known))")
    if "record_values" in columns:
        named = f"nullif(regexp_extract(record_values, {IN_JSON}, 1), '')"
        conditions.append(f"({named} is not null and {named} not in (select customer_id from memory.known))")
    return " or ".join(conditions) or None


def _parents_first(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> list[str]:
    """Sort tables of the database ``released`` so that tables referenced by foreign keys come first."""
    references = connection.execute(
        """select '"' || schema_name || '"."' || table_name || '"', '"' || schema_name || '"."' || referenced_table || '"'
        from duckdb_constraints() where database_name = 'released' and constraint_type = 'FOREIGN KEY'
            and referenced_table <> table_name"""
    ).fetchall()
    ordered: list[str] = []
    while len(ordered) < len(tables):
        waiting = {child for child, parent in references if parent not in ordered}
        ordered += [table for table in tables if table not in waiting and table not in ordered]
    return ordered


def _rewrite_parquet(connection: duckdb.DuckDBPyConnection, path: Path, rewritten: Path) -> int:
    source = f"read_parquet({quoted(path)})"
    columns = [name for name, *_ in connection.execute(f"describe select * from {source}").fetchall()]
    condition = _unknown_customers(columns)
    if condition is None:
        return 0
    ((removed,),) = connection.execute(f"select count(*) from {source} where {condition}").fetchall()
    if removed:
        connection.execute(f"copy (select * from {source} where not ({condition})) to {quoted(rewritten)} (format parquet)")
    return removed


def _rewrite_database(connection: duckdb.DuckDBPyConnection, path: Path, rewritten: Path) -> int:
    connection.execute(f"attach {quoted(path)} as released (read_only)")
    tables = connection.execute(
        """select '"' || schema_name || '"."' || table_name || '"', list(column_name) from duckdb_columns()
        where database_name = 'released' and not internal and (schema_name, table_name) in (
            select (schema_name, table_name) from duckdb_tables() where database_name = 'released')
        group by all order by all"""
    ).fetchall()
    gone = {table: _unknown_customers(columns) for table, columns in tables}
    removed = 0
    for table, condition in gone.items():
        if condition:
            ((count,),) = connection.execute(f"select count(*) from released.{table} where {condition}").fetchall()
            removed += count
    if removed:
        tags = "select coalesce(tags['storage_version'], '') from duckdb_databases() where database_name = 'released'"
        ((version,),) = connection.execute(tags).fetchall()
        size = "select block_size from pragma_database_size() where database_name = 'released'"
        options = [f"block_size {connection.execute(size).fetchall()[0][0]}"]
        options += [f"storage_version {quoted(version.rstrip('+'))}"] if version else []
        connection.execute(f"attach {quoted(rewritten)} as rewritten ({', '.join(options)})")
        connection.execute("copy from database released to rewritten (schema)")
        for table in _parents_first(connection, list(gone)):
            condition = gone[table]
            kept = f"where not ({condition})" if condition else ""
            connection.execute(f"insert into rewritten.{table} select * from released.{table} {kept}")
        connection.execute("detach rewritten")
    connection.execute("detach released")
    return removed
