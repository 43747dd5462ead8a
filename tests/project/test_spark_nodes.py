"""The Python nodes that Spark distributes give the rows of the DuckDB build, and read no rows of customers on the driver."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from benchmarks.nodes import Nodes
from tests.conftest import PROJECT, Run
from tests.spark_session import ON_ONE_WORKER, sessions
from warehouse_recommender import frames

pytestmark = ON_ONE_WORKER
FILES = {path.stem: path.read_text() for path in (PROJECT / "python_models").glob("c*/**/*.py")}
DISTRIBUTED = sorted(name for name, text in FILES.items() if "frames.by_" in text or "frames.stream_by_" in text)
CUSTOMERS_PER_BLOCK = 300  # the demo store has several blocks
TOLERANCE = 1e-5  # float32 sums depend on the size of the blocks
SAME_PRODUCTS = 0.999  # share of equal rows; products with equal scores may change places


@pytest.fixture(scope="module")
def nodes(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Nodes:
    return Nodes(demo_build.warehouse, demo_build.target, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from sessions(tmp_path_factory.mktemp("spark"))


def test_nodes_that_grow_with_customers_are_distributed() -> None:
    assert {"pool", "ranker_scores", "chosen_reasons", "als_customer_factors", "customer_segments"} < set(DISTRIBUTED)
    assert {name for name in FILES if name.endswith(("_candidates", "_evidence"))} < set(DISTRIBUTED)


@pytest.mark.parametrize("name", DISTRIBUTED)
def test_distributed_node_gives_the_rows_of_duckdb(name: str, nodes: Nodes, spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "CUSTOMERS_PER_BLOCK", CUSTOMERS_PER_BLOCK)
    collected, read = frames.collected, []

    def recorded(frame: Any) -> pa.Table:
        read.append(collected(frame))
        return read[-1]

    monkeypatch.setattr(frames, "collected", recorded)
    found = nodes.run(name, spark, lambda table: spark.read.parquet(str(nodes.file(table))))
    on_driver = {column for table in read for column in table.column_names}
    assert not {"customer_index", "customer_id"} & on_driver, "the driver reads rows of customers"
    assert_same_rows(collected(found), nodes.stored(name))


def assert_same_rows(found: pa.Table, expected: pa.Table) -> None:
    """Compare two tables without their order: numbers within a tolerance, and nearly all other values equal."""
    assert set(found.column_names) == set(expected.column_names)
    assert len(found) == len(expected) > 0
    is_number = {field.name: is_floating(field.type) for field in expected.schema}
    keys = ", ".join(name for name in expected.column_names if not is_number[name])
    numbers = [name for name in expected.column_names if is_number[name]]
    with duckdb.connect() as connection:
        connection.register("found", found)
        connection.register("expected", expected)
        both = f"select {keys} from found intersect all select {keys} from expected"
        assert connection.sql(both).count("*").fetchall()[0][0] >= SAME_PRODUCTS * len(expected)
        if numbers:
            pairs = ", ".join(f"found.{name} as found_{name}, expected.{name} as expected_{name}" for name in numbers)
            joined = connection.sql(f"select {pairs} from found inner join expected using ({keys})").to_arrow_table()
            for name in numbers:
                own, other = (flat(joined[f"{side}_{name}"]) for side in ("found", "expected"))
                np.testing.assert_allclose(own, other, rtol=TOLERANCE, atol=TOLERANCE)


def is_floating(kind: pa.DataType) -> bool:
    return pa.types.is_floating(kind.value_type if pa.types.is_list(kind) else kind)


def flat(column: pa.ChunkedArray) -> np.ndarray:
    values = column.combine_chunks()
    values = values.flatten() if pa.types.is_list(values.type) else values
    return values.to_numpy(zero_copy_only=False).astype(np.float64)


def test_columns_that_differ_are_detected() -> None:
    one = pa.table({"customer_index": [1, 2], "score": [0.5, 0.25]})
    assert_same_rows(one.take([1, 0]), one)
    for other in ({"customer_index": [1, 3], "score": [0.5, 0.25]}, {"customer_index": [1, 2], "score": [0.5, 0.26]}):
        with pytest.raises(AssertionError):
            assert_same_rows(pa.table(other), one)
