"""Each SQL model gives the same rows on Spark as on DuckDB, over the same inputs, and each macro passes its tests there.

The tables of the demo build are the inputs of both engines, so a difference is that of one model and no model has to wait for
learned ones. Spark keeps its catalogue in memory; one session runs all queries.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from dbt.cli.main import dbtRunner

from tests.conftest import PROJECT, WITHOUT_LOG, Run
from tests.spark_session import ON_ONE_WORKER, sessions

# Models whose rows differ by design.
DIFFERENT = {
    "audit_log": "the runs of this database",
    "list_inputs": "row_hash, whose values are those of one engine",
    "publication": "the last run",
    "publication_tables": "the last run",
    "rejected_records": "JSON texts, in which only DuckDB omits the last zeros of a decimal",
    "run_manifest": "the engine and the last run",
}
UNORDERED = {"order_products"}  # models whose arrays have no order
TOLERANCE = {pa.float64(): 1e-9, pa.float32(): 1e-6}

pytestmark = ON_ONE_WORKER


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The plugin finds this session and starts none."""
    yield from sessions(tmp_path_factory.mktemp("spark"))


@pytest.fixture(scope="module")
def compiled(session: Any, demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The SQL models and the tests of macros, compiled for Spark. The tables of the demo build are tables of the session."""
    folder = tmp_path_factory.mktemp("compiled")
    for schema, table in tables_read_by_models(demo_build):
        path = folder / schema / table
        path.mkdir(parents=True)
        with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
            connection.execute(f"copy ({exact(connection, schema, table)}) to '{path}/part.parquet' (format parquet)")
        session.sql(f"create database if not exists {schema}")
        session.sql(f"create table {schema}.{table} using parquet location 'file:{path}'")
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target")]
    selected = ["--select", "resource_type:model", "path:tests/macros"]
    # --full-refresh: models that read their previous build find none, as in the demo build.
    with mock.patch.dict(os.environ, {"DBT_TARGET": "spark", "WAREHOUSE_PATH": str(demo_build.warehouse)}):
        os.environ.pop("WAREHOUSE_PSEUDONYM_KEY", None)
        result = dbtRunner().invoke(
            ["--quiet", "compile", "--full-refresh", "--indirect-selection", "empty", *selected, *paths, *WITHOUT_LOG]
        )
    assert result.success, result.exception or result.result.results
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    nodes = [node for node in manifest["nodes"].values() if node.get("compiled_code") and node["language"] == "sql"]
    return {node["name"]: node for node in nodes}


def tables_read_by_models(build: Run) -> list[tuple[str, str]]:
    """Return schema and name of the tables that models read."""
    nodes = json.loads((build.target / "manifest.json").read_text())["nodes"]
    models = [node for node in nodes.values() if node["resource_type"] == "model"]
    read = {name for node in models for name in node["depends_on"]["nodes"] if name in nodes}
    return sorted((nodes[name]["schema"], nodes[name]["alias"]) for name in read)


def exact(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Return a query of all rows of a table. DuckDB writes 128-bit integers to Parquet as doubles, so they become decimals."""
    columns = connection.execute(f"describe {schema}.{table}").fetchall()
    selected = [f"cast({name} as decimal(38, 0)) as {name}" if kind == "HUGEINT" else name for name, kind, *_ in columns]
    return f"select {', '.join(selected)} from {schema}.{table}"


def differences(expected: pa.Table, found: pa.Table, is_unordered: bool = False) -> list[str]:
    """Return what differs between two tables, whatever the order of their rows: exact values, and doubles to a tolerance.

    Integers may have another width. With ``is_unordered``, arrays are compared as sets with repeats.
    """
    if sorted(expected.column_names) != sorted(found.column_names):
        return [f"columns {expected.column_names} and {found.column_names}"]
    if expected.num_rows != found.num_rows:
        return [f"{expected.num_rows} and {found.num_rows} rows"]
    columns = []
    for field in expected.schema:
        column = found[field.name]
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.timestamp("us"))
        columns.append(column.cast(field.type))
    found = pa.table(columns, names=expected.column_names)
    doubles = [field.name for field in expected.schema if field.type in TOLERANCE]
    arrays = [field.name for field in expected.schema if pa.types.is_list(field.type) or pa.types.is_fixed_size_list(field.type)]
    others = [name for name in expected.column_names if name not in [*doubles, *arrays]]
    order = [*others, *(f"round({name}, 6)" for name in doubles), *arrays]
    shown = [f"list_sort({name}) as {name}" if is_unordered and name in arrays else name for name in expected.column_names]
    with duckdb.connect() as connection:
        connection.register("expected", expected)
        connection.register("found", found)
        sides = [
            connection.sql(f"select {', '.join(shown)} from {side} order by {', '.join(order)}").to_arrow_table()
            for side in ("expected", "found")
        ]
    faults = []
    for field in expected.schema:
        first, second = (side[field.name] for side in sides)
        if field.type in TOLERANCE:
            are_equal = is_close(first, second, TOLERANCE[field.type])
        elif field.name in arrays and field.type.value_type in TOLERANCE:
            lengths_equal = first.combine_chunks().value_lengths().equals(second.combine_chunks().value_lengths())
            are_equal = lengths_equal and is_close(flat(first), flat(second), TOLERANCE[field.type.value_type])
        else:
            are_equal = first.equals(second)
        if not are_equal:
            pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
            examples = [pair for pair in pairs if pair[0] != pair[1]]
            faults.append(f"{field.name}: {len(examples)} of {len(first)} values, such as {str(examples[:1])[:300]}")
    return faults


def flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the values of all arrays of a column."""
    return pa.chunked_array([column.combine_chunks().flatten()])


def is_close(first: pa.ChunkedArray, second: pa.ChunkedArray, tolerance: float) -> bool:
    """Return whether two columns of floating-point numbers are equal up to a tolerance, NULL only to NULL."""
    if not first.is_null().equals(second.is_null()):
        return False
    numbers = [column.to_numpy(zero_copy_only=False).astype(float) for column in (first, second)]
    return bool(np.allclose(*numbers, rtol=tolerance, atol=tolerance, equal_nan=True))


def test_sql_models_give_equal_rows(session: Any, compiled: dict[str, dict], demo_build: Run) -> None:
    found = {}
    models = {name: node for name, node in compiled.items() if node["resource_type"] == "model"}
    assert len(models) > 200
    for name, node in models.items():
        if name in DIFFERENT:
            continue
        rows = session.sql(node["compiled_code"]).toArrow()
        with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
            expected = connection.sql(exact(connection, node["schema"], node["alias"])).to_arrow_table()
        if faults := differences(expected, rows, name in UNORDERED):
            found[name] = faults
    assert found == {}


def test_macros_pass_their_tests(session: Any, compiled: dict[str, dict]) -> None:
    tests = {name: node for name, node in compiled.items() if node["resource_type"] == "test"}
    assert len(tests) > 40
    failed = {name: rows for name, node in tests.items() if (rows := session.sql(node["compiled_code"]).toArrow().to_pylist())}
    assert failed == {}


@pytest.mark.parametrize(
    ("expected", "found", "is_equal"),
    [
        ({"a": [1, 2], "b": [0.1, None]}, {"b": [None, 0.1 + 1e-12], "a": [2, 1]}, True),
        ({"a": [1, 2], "b": [0.1, 0.2]}, {"a": [1, 2], "b": [0.1, 0.2 + 1e-6]}, False),
        ({"a": [1, 2], "b": [0.1, None]}, {"a": [1, 2], "b": [None, 0.1]}, False),
        ({"a": [1, 2]}, {"a": [1]}, False),
        ({"a": [1]}, {"c": [1]}, False),
        ({"a": ["x", None]}, {"a": [None, "x"]}, True),
        ({"a": ["x"]}, {"a": ["y"]}, False),
        ({"a": [[1.0, 2.0]]}, {"a": [[1.0, 2.0 + 1e-12]]}, True),
        (
            {"a": [[1.0, 2.0]]},
            {
                "a": [
                    [1.0],
                ]
            },
            False,
        ),
        ({"a": [[1, 2]]}, {"a": [[2, 1]]}, False),
    ],
)
def test_differences_are_found(expected: dict, found: dict, is_equal: bool) -> None:
    assert (differences(pa.table(expected), pa.table(found)) == []) is is_equal


def test_arrays_without_order_are_compared_as_sets() -> None:
    assert differences(pa.table({"a": [[1, 2]]}), pa.table({"a": [[2, 1]]}), is_unordered=True) == []
    assert differences(pa.table({"a": [[1, 2]]}), pa.table({"a": [[2, 2]]}), is_unordered=True) != []
