"""`python -m warehouse_operations.checking` (`make check`): check the raw tables of a data set without building.

Reads and cleans the raw tables in a scratch database, and prints the content of each column, the rejected rows, the overlap of
ids between tables, and findings. Then it deletes the database. Nothing is learned, and no table of a build changes.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from warehouse_operations.privacy.archives import quoted
from warehouse_operations.project import build_vars

CHECKS = ("assert_raw_rows_are_used", "assert_ids_meet", "assert_tuning_has_enough_labels")
SELECTION = ["--select", *(f"+{name}" for name in CHECKS), "cleaning_rules", "--exclude", "test_type:generic"]
# Dispositions by raw table, in the order of the raw contract.
DISPOSITIONS = {
    "customers": "customer_dispositions",
    "products": "product_dispositions",
    "order_lines": "order_line_dispositions",
    "events": "event_dispositions",
    "feedback": "feedback_dispositions",
    "impressions": "impression_dispositions",
    "consents": "consent_dispositions",
}
# Columns with few distinct words, which are printed; all other columns may contain personal data or long texts.
WORDS = (
    *("status", "event_type", "verdict", "purpose", "currency", "channel", "device", "country", "variant", "size_unit", "gender"),
    *("is_available", "is_granted"),
)
# For each id, the tables that must contain it; the first mapped one is used, as in the macro met_ids.
COUNTERPARTS = {"product_id": ("products", "order_lines", "events"), "customer_id": ("order_lines", "events")}
MOST_WORDS = 12  # words printed per column, the most frequent ones
MOST_EXAMPLES = 3  # unreadable values printed per column
NOTES = ("unreadable_values", "implausible_values")  # staging columns with the texts of unusable values
OWN = ("record_id", "copy_number", *NOTES)  # columns added by staging


def main(arguments: Sequence[str] | None = None) -> int:
    """Check; returns 0, 1 if a build would stop, or 2 if nothing could be read."""
    parser = argparse.ArgumentParser(prog="python -m warehouse_operations.checking", description=__doc__)
    parser.add_argument("--vars", default="{}", help="vars of the run, as YAML")
    options = parser.parse_args(arguments)
    scratch = Path(os.environ.get("DBT_TARGET_PATH") or "target") / "check"
    scratch.mkdir(parents=True, exist_ok=True)
    warehouse = scratch / "check.duckdb"
    os.environ.setdefault("WAREHOUSE_PSEUDONYM_KEY", secrets.token_hex(32))  # the pseudonyms are deleted when the check ends
    os.environ.update({"WAREHOUSE_PATH": str(warehouse), "DBT_TARGET_PATH": str(scratch)})
    _remove(warehouse)
    findings: list[str] = []
    try:
        given = ["--vars", options.vars, "--log-level", "none", "--exclude-resource-type", "unit_test"]
        run = dbtRunner(callbacks=[lambda event: _note(event, findings)]).invoke(["build", *SELECTION, *given])
        DuckDBConnectionManager.close_all_connections()  # dbt keeps the database open with other settings
        if run.exception:
            print(run.exception, file=sys.stderr)
            return 2
        findings += [
            f"Failed: {result.node.name}: {result.message}" for result in run.result.results if str(result.status) == "error"
        ]
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for line in report(connection, [*build_vars(options.vars)["raw"]]):
                print(line)
    finally:
        _remove(warehouse)
    print("\nFindings" if findings else "\nNo findings.")
    for finding in findings:
        print(f"  {finding}")
    return 0 if run.success else 1


def report(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> Iterator[str]:
    """Describe the raw tables from the staging and cleaning schemas of a database: columns, rejected rows, and overlap of ids.

    Parameters
    ----------
    connection
        Database with the schemas staging, cleaning and reference, possibly of an incomplete run.
    tables
        Names of the mapped raw tables.
    """
    made = {row[:2] for row in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()}
    made |= {row[:2] for row in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()}
    staged = [table for table in tables if ("staging", f"stg_{table}") in made]
    for table in staged:
        ((count,),) = connection.execute(f"select count(*) from staging.stg_{table}").fetchall()
        yield f"\n{table}: {count:,} rows"
        for column, kind, *_ in connection.execute(f"describe staging.stg_{table}").fetchall():
            if column not in OWN:
                yield f"  {column:20} {'; '.join(_column(connection, table, column, kind, count))}"
        if table in DISPOSITIONS and ("cleaning", DISPOSITIONS[table]) in made:
            yield from _rejections(connection, table, count)
    yield from _meetings(connection, staged)


def _column(connection: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, count: int) -> Iterator[str]:
    """Content of a column: its values, range or words, missing values, and unreadable values."""
    relation, name = f"staging.stg_{table}", f'"{column}"'
    columns = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    ((read, different, lowest, highest),) = connection.execute(
        f"select count({name}), count(distinct {name}), min({name}), max({name}) from {relation}"
    ).fetchall()
    texts = []
    for note in (note for note in NOTES if note in columns):
        pattern = f"'(?:^|; ){column}=(.*?)(?:; [a-z_]+=|$)'"
        texts += connection.execute(
            f"""select '{note.removesuffix("_values")}', count(*), array_agg(distinct text order by text)[:{MOST_EXAMPLES}]
            from (select regexp_extract({note}, {pattern}, 1) as text from {relation} where regexp_matches({note}, {pattern}))
            having count(*) > 0"""
        ).fetchall()
    noted = sum(number for _, number, _ in texts)
    if not read and not noted:
        yield "empty"
        return
    if column in WORDS:
        rows = connection.execute(
            f"""select {name}, count(*) from {relation} where {name} is not null group by all
            order by count(*) desc, {name} limit {MOST_WORDS}"""
        ).fetchall()
        more = f" and {different - len(rows):,} more" if different > len(rows) else ""
        yield ", ".join(f"{word} {number:,}" for word, number in rows) + more
    elif kind == "VARCHAR":
        yield f"{different:,} distinct"
    elif read:
        yield f"{lowest} to {highest}"
    if missing := count - read - noted:
        yield f"{missing:,} missing"
    for word, number, examples in texts:
        yield f"{number:,} {word}, for example {', '.join(repr(example) for example in examples)}"


def _rejections(connection: duckdb.DuckDBPyConnection, table: str, count: int) -> Iterator[str]:
    """Rows that cleaning rejects, by rule, the most frequent rule first."""
    for rule, number, why in connection.execute(
        f"""select rejection_reason, count(*), max(rules.why)
        from cleaning.{DISPOSITIONS[table]} as rows
        left join reference.cleaning_rules as rules on rules.raw_table = {quoted(table)} and rules.rule = rows.rejection_reason
        where rejection_reason is not null group by rejection_reason order by count(*) desc, rejection_reason"""
    ).fetchall():
        yield f"  rejected by rule {rule}: {number:,} ({number / count:.1%}). {why or ''}"


def _meetings(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> Iterator[str]:
    """Number of ids that each pair of tables has in common."""
    columns = {
        table: [row[0] for row in connection.execute(f"describe staging.stg_{table}").fetchall()]
        for table in tables
        if table != "erasure_requests"
    }
    yield "\nids"
    for column, counterparts in COUNTERPARTS.items():
        other = next((table for table in counterparts if table in columns), None)
        for table in (table for table in columns if other and table != other and column in columns[table]):
            ids = [f"(select distinct {column} from staging.stg_{name} where {column} is not null)" for name in (table, other)]
            ((own, others, met),) = connection.execute(
                f"""select (select count(*) from {ids[0]}), (select count(*) from {ids[1]}),
                (select count(*) from {ids[0]} inner join {ids[1]} using ({column}))"""
            ).fetchall()
            yield f"  {column}: {table} has {own:,}, {other} has {others:,}, {met:,} are in both"


def _note(event: Any, findings: list[str]) -> None:
    """Collect warnings of macros, and messages of tests that did not pass."""
    message = event.info.msg
    if event.info.name == "JinjaLogWarning" or (
        event.info.name == "JinjaLogInfo" and message.startswith(("Warning: ", "Failed: "))
    ):
        findings.append(message)


def _remove(warehouse: Path) -> None:
    for file in (warehouse, warehouse.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
