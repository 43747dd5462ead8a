"""A small warehouse that can be published over and over, and a process to do it in; used by test_releases.py."""

import contextlib
import itertools
import sys
from pathlib import Path

import duckdb

from warehouse_operations.publishing.release import Table, publish

TABLES = [
    Table("marts", "products", "What can be shown.", {"product_id": "Key of the product."}, ["product_id"]),
    Table(
        "marts",
        "recommendations",
        "It's what to show.",
        {"rank": "Place, 1 = best."},
        ["customer_id", "rank"],
        ["product_id"],
        {"product_id": ("marts", "products", "product_id")},
    ),
    Table("marts", "publication", "Which release this is.", {}, ["release"], ["dataset"]),
]


def fill(warehouse: Path, number: int, rows: int = 2000) -> duckdb.DuckDBPyConnection:
    """Fill a warehouse with tables of which every row bears the number of the build; returns a connection to it."""
    connection = duckdb.connect(str(warehouse))
    connection.execute(
        f"""
        create schema if not exists marts;
        create or replace table marts.products as select 'p' || i as product_id, {number} as build from range(100) as t(i);
        create or replace table marts.recommendations as
        select 'c' || i // 10 as customer_id, i % 10 + 1 as rank, 'p' || i % 100 as product_id, {number} as build
        from range({rows}) as t(i);
        create or replace table marts.publication as
        select
            'r{number}' as release, 'shop' as dataset, timestamp '2025-06-30' as as_of, md5('{number}') as fingerprint,
            cast(null as timestamp) as published_at
        """
    )
    return connection


def main(folder: Path) -> None:
    """Build and publish without end, one release after another; says the number of each when it is published."""
    with contextlib.suppress(BrokenPipeError):
        for number in itertools.count(1):
            with fill(folder / f"warehouse-{number % 3}.duckdb", number) as connection:
                publish(connection, TABLES, folder / "published", "shop", kept=3, wait_seconds=5)
            print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
