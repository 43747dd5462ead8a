"""A small warehouse that can be published repeatedly, and a process that does so; used by test_releases.py."""

import contextlib
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import duckdb

from warehouse_operations.publishing.release import Table, publish

TABLES = [
    Table("marts", "products", "Products that can be shown.", {"product_id": "Key of the product."}, ["product_id"]),
    Table(
        "marts",
        "recommendations",
        "The shop's recommendations.",
        {"rank": "Position, 1 = best.", "product_id": "Product to show."},
        ["customer_id", "rank"],
        ["product_id"],
        {"product_id": ("marts", "products", "product_id")},
    ),
    Table("marts", "publication", "The release.", {}, ["release"], ["dataset"]),
]
LISTING = Table("marts", "publication_tables", "Published tables.", {}, ["schema_name", "table_name"])
NOTHING: Mapping[str, str] = MappingProxyType({})


def fill(warehouse: Path, number: int, rows: int = 2000) -> duckdb.DuckDBPyConnection:
    """Fill a warehouse with tables whose rows hold the number of the build; return a connection to it."""
    connection = duckdb.connect(str(warehouse))
    connection.execute(
        f"""
        create schema if not exists marts;
        create or replace table marts.products as select 'p' || i as product_id, {number} as build from range(100) as t(i);
        create or replace table marts.recommendations as
        select 'c' || i // 10 as customer_id, i % 10 + 1 as rank, 'p' || i % 100 as product_id, {number} as build
        from range({rows}) as t(i);
        create or replace table marts.customers as select distinct customer_id from marts.recommendations;
        create or replace table marts.publication as
        select
            'r{number}' as release, 'shop' as dataset, 'all' as scope, timestamp '2025-06-30' as as_of,
            md5('{number}') as fingerprint, cast(null as timestamp) as published_at,
            cast(null as double) as data_age_days
        """
    )
    return connection


def record(warehouse: Path, scope: str, tables: Sequence[str], as_of: datetime, statuses: Mapping[str, str] = NOTHING) -> None:
    """Record a run of dbt that built tables as of a time, as the project's hooks do. A table without a status succeeded."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            create schema if not exists operations;
            create table if not exists operations.node_runs (
                run_id varchar, build_id varchar, command varchar, scope varchar, settings varchar, started_at timestamp,
                as_of timestamp, node varchar, checksum varchar, status varchar, finished_at timestamp, seconds double
            );
            create schema if not exists restricted;
            create or replace table restricted.customer_identities as select 'c' || i as customer_id from range(1000) as t(i);
            create or replace table marts.run_manifest as
            select 'var' as section, name, value
            from (values ('dataset', '"shop"'), ('releases_kept', '5'), ('oldest_audit_days', '14')) as vars (name, value);
            create or replace table marts.publication_tables as
            select
                cast(null as varchar) as schema_name, cast(null as varchar) as table_name, '' as description, '' as definition,
                cast(null as varchar) as scope, cast(null as timestamp) as as_of, cast(null as timestamp) as finished_at
            where false
            """
        )
        for table in [*TABLES, LISTING]:
            definition = {
                "node": f"model.shop.{table.name}",
                "primary_key": table.primary_key,
                "columns": {column: {"description": text, "is_required": False} for column, text in table.columns.items()},
                "references": table.references,
                "warehouse_schema": table.schema,
            }
            values = [table.schema, table.name, table.description, json.dumps(definition)]
            connection.execute("insert into marts.publication_tables values (?, ?, ?, ?, null, null, null)", values)
        ((number,),) = connection.execute("select count(distinct run_id) from operations.node_runs").fetchall()
        started = datetime(2025, 7, 1) + timedelta(minutes=number)
        for name in [*tables, "publication", "publication_tables"]:
            connection.execute(
                """insert into operations.node_runs
                values ($run, $run, 'build', $scope, 's', $started, $as_of, $node, '', $status, $ended, 1)""",
                {
                    "run": f"run {number}",
                    "scope": scope,
                    "started": started,
                    "as_of": as_of,
                    "node": f"model.shop.{name}",
                    "status": statuses.get(name, "success"),
                    "ended": started + timedelta(seconds=30),
                },
            )


def main(folder: Path) -> None:
    """Build and publish one release after another, without end, and print the number of each published release."""
    with contextlib.suppress(BrokenPipeError):
        for number in itertools.count(1):
            with fill(folder / f"warehouse-{number % 3}.duckdb", number) as connection:
                publish(connection, TABLES, folder / "published", "shop", kept=3, wait_seconds=5)
            print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
