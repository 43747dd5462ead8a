"""The same input gives byte-identical tables on one thread and on four."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run, run_dbt

# Tables with run times, durations and operators, which differ between runs. No model reads them.
TIMINGS = ["audit_log", "node_runs"]


def fingerprints(run: Run) -> dict[str, tuple]:
    """Return row count and hash by table, except TIMINGS. The hash covers all rows in full precision, in a fixed order."""
    with duckdb.connect(str(run.warehouse), read_only=True) as connection:
        tables = connection.execute(
            """select schema_name || '.' || table_name from duckdb_tables()
            where not internal and not list_contains(?, table_name) order by all""",
            [TIMINGS],
        ).fetchall()
        return {
            table: connection.execute(
                f"""select md5(string_agg(row_text, chr(10) order by row_text)), count(*)
                from (select cast(to_json(t) as varchar) as row_text from {table} as t)"""
            ).fetchone()
            for (table,) in tables
        }


@pytest.fixture(scope="module")
def on_four(demo_build: Run) -> dict[str, tuple]:
    return fingerprints(demo_build)


def test_tables_are_identical_on_one_and_four_threads(demo_build: Run, on_four: dict[str, tuple], tmp_path: Path) -> None:
    """Data tests do not run again: their input is byte-identical, or this test fails."""
    serial = run_dbt(tmp_path, "build", "--threads", "1", "--exclude-resource-type", "test", "unit_test")
    assert serial.succeeded, serial.output
    on_one = fingerprints(serial)
    assert on_four.keys() == on_one.keys()
    assert {"marts.recommendations", "marts.run_manifest", "marts.gate_results"} <= on_four.keys()
    assert [table for table in on_four if on_four[table] != on_one[table]] == []


def test_another_seed_changes_only_the_factors(demo_build: Run, on_four: dict[str, tuple], tmp_path: Path) -> None:
    """Shows that the comparison above can fail: it detects factors fitted with another seed."""
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    models = ("als_product_factors", "als_customer_factors", "customer_embeddings")
    other = run_dbt(tmp_path, "run", "--select", *models, variables={"seed": 8})
    assert other.succeeded, other.output
    after = fingerprints(other)
    assert [table for table in on_four if on_four[table] != after[table]] == [
        "candidates.als_customer_factors",
        "candidates.als_product_factors",
        "marts.customer_embeddings",
    ]
