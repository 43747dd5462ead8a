"""Publish from a warehouse of DuckDB or Spark: check its recorded runs, then copy its tables with :mod:`.release`."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse_operations.files import explained
from warehouse_operations.privacy.archives import quoted
from warehouse_operations.publishing import guard, release

LEAST_LISTED_SHARE = 0.9  # minimum share of customers with a list in a release
LARGEST_LOSS = 0.2  # maximum share of rows that a release may lose compared with the last one
COMPARED_TABLES = ("recommendations", "customers", "products")  # tables whose row counts are compared with the last release
READ = ("node_runs", "publication_tables", "run_manifest", "customer_identities")  # read in addition to the published tables
VARS = "select name, value from {run_manifest} where section = 'var'"
HISTORY = """
select build_id, scope, settings, started_at, as_of, node, status, finished_at
from {node_runs}
where
    build_id in (select max_by(build_id, started_at) from {node_runs} group by node)
    or build_id = (select max_by(build_id, started_at) from {node_runs} where scope in ('all', 'lists', 'refresh'))
order by started_at
"""
DEFINITIONS = """
select listed.schema_name, listed.table_name, listed.description, listed.definition
from {publication_tables} as listed
inner join information_schema.tables as built
    on listed.table_name = built.table_name and listed.definition ->> 'warehouse_schema' = built.table_schema
where built.table_catalog = current_database()
order by listed.schema_name, listed.table_name
"""
TIMES = """
with nodes as (
    select scope, build_id, node, min(started_at) as started_at, sum(seconds) as seconds, max_by(status, started_at) as status
    from {node_runs}
    where scope <> 'part'
    group by all
),

builds as (
    select
        scope,
        min(started_at) as started_at,
        count(*) as node_count,
        sum(seconds) as seconds,
        coalesce(sum(seconds) filter (where node like 'test.%'), 0) as test_seconds
    from nodes
    group by scope, build_id
    having bool_and(status in ('success', 'pass', 'warn'))
)

select scope, started_at, node_count, seconds, test_seconds
from builds
qualify row_number() over (partition by scope order by started_at desc) = 1
order by seconds desc
"""


@dataclass(frozen=True)
class Published:
    """Result of a publication.

    Attributes
    ----------
    release, tables
        Name of the release, and its tables.
    removed
        Number of rows of erased customers removed from kept releases.
    as_of, data_age_days
        Time of the newest data, and days from it until the publication.
    """

    release: str
    removed: int
    tables: list[release.Table]
    as_of: datetime
    data_age_days: float


def publish(
    warehouse: Path,
    folder: Path,
    variables: Mapping[str, Any],
    accepts_fewer: bool = False,
    oldest_data_days: float | None = None,
) -> Published:
    """Write a release of the newest recorded build of a warehouse, and make it current.

    Parameters
    ----------
    warehouse
        DuckDB file, opened read-only; or the folder of the tables of a build on Spark.
    folder
        As in :func:`release.publish`.
    variables
        Vars by name that override those of the build: ``dataset``, ``releases_kept``, ``oldest_audit_days``.
    accepts_fewer
        Whether to accept lists for a smaller share of customers than ``LEAST_LISTED_SHARE``, and fewer rows than the last
        release.
    oldest_data_days
        Maximum age of the data in days; None accepts any age.

    Raises
    ------
    release.PublishingError
        If the build may not be published; the message states the reasons and the command to run.
    """
    with opened(warehouse) as connection:
        places = located(connection)
        definitions = [(*row[:3], json.loads(row[3])) for row in connection.execute(DEFINITIONS.format(**places)).fetchall()]
        built_with = {name: json.loads(value) for name, value in connection.execute(VARS.format(**places)).fetchall()}
        variables = {**built_with, **variables}
        history = [guard.NodeRun(*row) for row in connection.execute(HISTORY.format(**places)).fetchall()]
        names = {definition["node"]: name for _, name, _, definition in definitions}
        verdict = guard.judge(history, names, variables["oldest_audit_days"])
        if verdict.build is None or verdict.obstacles:
            raise release.PublishingError("\n".join(["Not published:", *(f"  {why}." for why in verdict.obstacles)]))
        as_of = verdict.build.as_of or datetime.min
        age_days = (datetime.now(UTC).replace(tzinfo=None) - as_of) / timedelta(days=1)
        if oldest_data_days is not None and age_days > oldest_data_days:
            raise release.PublishingError(
                f"Not published:\n  the newest data are {age_days:.1f} days old (as of {as_of:%Y-%m-%d %H:%M} UTC), but at most "
                f"{oldest_data_days:g} days are accepted. Deliver newer raw tables, or omit OLDEST= to accept any age."
            )
        tables = [
            _table(schema, name, description, definition, verdict)
            for schema, name, description, definition in definitions
            if definition["node"] in verdict.made_by
        ]
        if shortfalls := _shortfalls(connection, tables, folder, accepts_fewer):
            raise release.PublishingError("\n".join(["Not published:", *(f"  {why}" for why in shortfalls)]))
        present = {(table.schema, table.name) for table in tables}
        tables = [
            replace(table, references={column: to for column, to in table.references.items() if to[:2] in present})
            for table in tables
        ]
        removed = 0

        def forget(home: Path) -> None:
            nonlocal removed
            with tempfile.TemporaryDirectory() as scratch:
                known = Path(scratch) / "known_customers.parquet"
                connection.execute(
                    f"copy (select customer_id from {places['customer_identities']}) to {quoted(known)} (format parquet)"
                )
                removed = release.forget(home, known)

        name = release.publish(connection, tables, folder, variables["dataset"], variables["releases_kept"], after_switch=forget)
    return Published(name, removed, tables, as_of, age_days)


def _shortfalls(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[release.Table], folder: Path, accepts_fewer: bool
) -> list[str]:
    """Return why a build has too few lists for a release, absolutely or compared with the current release."""
    lists = next(table for table in tables if table.name == "recommendations")
    origins = {name: replace(lists, name=name).origin for name in COMPARED_TABLES}  # all in one schema
    ((places, listed, customers),) = connection.execute(
        f"""select count(*), count(distinct customer_id), (select count(*) from {origins["customers"]})
        from {origins["recommendations"]}"""
    ).fetchall()
    if not places:
        return ["marts.recommendations is empty. marts.cleaning_ledger counts the raw rows that each rule rejected."]
    if accepts_fewer:
        return []
    way_out = "To publish anyway, run make publish FEWER=1."
    shortfalls = []
    if listed < LEAST_LISTED_SHARE * customers:
        shortfalls.append(
            f"{listed} of {customers} customers have a list, but a release needs {LEAST_LISTED_SHARE:.0%}. marts.short_lists "
            f"shows the customers without a list and the reasons. {way_out}"
        )
    read = next((manifest for manifest in release.releases(folder) if manifest["is_current"]), None)
    before = {f"{table['schema']}.{table['name']}": table["row_count"] for table in read["tables"]} if read else {}
    for name in COMPARED_TABLES:
        table = f"marts.{name}"
        if table not in before:
            continue
        ((count,),) = connection.execute(f"select count(*) from {origins[name]}").fetchall()
        if count < (1 - LARGEST_LOSS) * before[table]:
            shortfalls.append(
                f"{table} has {count} rows, the last release {before[table]}: more than {LARGEST_LOSS:.0%} fewer. Check whether "
                f"the raw tables are complete. {way_out}"
            )
    return shortfalls


def timings(warehouse: Path) -> list[tuple[str, datetime, int, float, float]]:
    """For the last successful run of each scope: scope, start, number of nodes, their total seconds, seconds of data tests."""
    with opened(warehouse) as connection:
        return connection.execute(TIMES.format(**located(connection))).fetchall()


def located(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return schema and name of the tables that publishing reads. The schemas depend on the project that was built.

    Raises
    ------
    release.PublishingError
        If the warehouse contains no build, or several: one per dbt target.
    """
    places: dict[str, str] = {}
    for name in READ:
        rows = connection.execute(
            """select table_schema from information_schema.tables
            where table_catalog = current_database() and table_name = ? order by all""",
            [name],
        ).fetchall()
        schemas = [schema for (schema,) in rows]
        if not schemas:
            raise release.PublishingError("The warehouse contains no build that can be published. Run make build.")
        if len(schemas) > 1:
            raise release.PublishingError(f"The warehouse contains several builds: {name} is in schemas {', '.join(schemas)}.")
        places[name] = f'"{schemas[0]}".{name}'
    return places


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse read-only, in a connection that can write to other files.

    Raises
    ------
    release.PublishingError
        If it was never built, or if a build has it open.
    """
    if not warehouse.exists():
        raise release.PublishingError(f"There is no warehouse {warehouse}. Build it with make build.")
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(config={"temp_directory": scratch}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            if warehouse.is_dir():
                _attach_folder(connection, warehouse)
            else:
                connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        except duckdb.Error as error:
            raise release.PublishingError(f"The warehouse {explained(warehouse, error)}") from error
        connection.execute("use warehouse")
        yield connection


def _attach_folder(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Attach the tables of a build on Spark as views of their Parquet files. Spark writes times in UTC with that zone."""
    connection.execute("attach ':memory:' as warehouse")
    for table in sorted(folder.glob("*.db/*")):
        if not any(table.glob("*.parquet")):
            continue
        rows = f"read_parquet({quoted(table / '*.parquet')})"
        times = [
            f"cast({name} as timestamp) as {name}"
            for name, kind, *_ in connection.execute(f"describe from {rows}").fetchall()
            if kind == "TIMESTAMP WITH TIME ZONE"
        ]
        columns = f"* replace ({', '.join(times)})" if times else "*"
        schema = f'warehouse."{table.parent.stem}"'
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f'create view {schema}."{table.name}" as select {columns} from {rows}')


def _table(schema: str, name: str, description: str, definition: dict[str, Any], verdict: guard.Verdict) -> release.Table:
    build = verdict.made_by[definition["node"]]
    return release.Table(
        schema=schema,
        warehouse_schema=definition["warehouse_schema"],
        name=name,
        description=description,
        columns={column: column_definition["description"] for column, column_definition in definition["columns"].items()},
        primary_key=definition["primary_key"],
        not_null=[column for column, column_definition in definition["columns"].items() if column_definition["is_required"]],
        references={column: tuple(target) for column, target in definition["references"].items()},
        scope=build.scope,
        as_of=build.as_of,
        finished_at=build.nodes[definition["node"]].finished_at,
        is_earlier=build is not verdict.build,
        start_here=definition.get("start_here"),
    )
