"""Relations are read in a stated order, whole or in blocks, and blocks of customers give one answer on both engines."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.spark_session import ON_ONE_WORKER, sessions
from warehouse_recommender import frames
from warehouse_recommender.frames import Rows

KEYS = ["cutoff_id", "customer_index", "product_index"]
TYPES = {"text": pa.string(), "int": pa.int32(), "number": pa.float64(), "time": pa.timestamp("us")}


class Engine:
    """A session, and relations with given rows."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def relation(self, columns: str, *rows: tuple) -> Any:
        """Relation of rows, with the names and types of the columns."""
        schema = pa.schema([(name, TYPES[kind]) for name, kind in (column.split(":") for column in columns.split())])
        table = pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
        if frames.is_spark(self.session):
            return self.session.createDataFrame(table).repartition(3)
        return self.session.from_arrow(table)

    def rows(self, found: Any) -> pa.Table:
        """Rows of what a Python model returns."""
        if frames.is_spark(self.session):
            return frames.collected(found)
        return found.read_all() if isinstance(found, pa.RecordBatchReader) else found


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from sessions(tmp_path_factory.mktemp("spark"))


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=ON_ONE_WORKER)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "spark":
        yield Engine(request.getfixturevalue("spark"))
    else:
        with duckdb.connect() as connection:
            yield Engine(connection)


def test_rows_are_sorted_by_columns_that_need_not_be_read(engine: Engine) -> None:
    relation = engine.relation("name:text place:int", ("a", 3), ("b", None), ("c", 1), ("d", 2), ("e", 9))
    found = frames.read(relation, ["name"], order_by=["place"], where="place is null or place < 9")
    assert found.to_pydict() == {"name": ["c", "d", "a", "b"]}, "NULL comes last"


def test_distinct_reads_each_row_once(engine: Engine) -> None:
    relation = engine.relation("name:text number:int", ("b", 1), ("a", 1), ("b", 2))
    assert frames.read(relation, ["name"], ["name"], distinct=True).to_pydict() == {"name": ["a", "b"]}


def test_times_are_read_without_a_time_zone(engine: Engine) -> None:
    moment = datetime(2026, 3, 29, 2, 30)
    found = frames.read(engine.relation("moment:time", (moment,)), ["moment"], ["moment"])
    assert found.schema.field("moment").type == pa.timestamp("us")
    assert found["moment"].to_pylist() == [moment]


def test_blocks_hold_each_row_once_in_key_order(engine: Engine) -> None:
    rows = [("b", 2, 30, "x"), ("a", 2, 20, "x"), ("it's", 1, 10, "x"), ("a", 2, 10, "y"), ("a", 1, 40, "x")]
    relation = engine.relation("name:text number:int place:int value:text", *rows)
    blocks = frames.read_blocks(relation, ["place"], ["name", "number"], ["place"])
    assert [table.to_pydict() for table in blocks] == [
        {"name": ["a"], "number": [1], "place": [40]},
        {"name": ["a", "a"], "number": [2, 2], "place": [10, 20]},
        {"name": ["b"], "number": [2], "place": [30]},
        {"name": ["it's"], "number": [1], "place": [10]},
    ]
    assert list(frames.read_blocks(relation.filter("number > 5"), ["place"], ["name", "number"], ["place"])) == []
    of = engine.relation("name:text number:int", ("a", 1), ("a", 2), ("z", 1))
    blocks = frames.read_blocks(relation, ["place"], ["name", "number"], ["place"], of=of, where="place <> 20")
    assert [table["place"].to_pylist() for table in blocks] == [[40], [10]]


def test_only_spark_samples_and_only_large_relations(engine: Engine) -> None:
    """A sample has whole customers, and the same customers in each relation."""
    relation = engine.relation("customer_index:int product_index:int", *((n, p) for n in range(400) for p in range(2)))
    read = ["customer_index", "product_index"]
    assert len(frames.read_sample(relation, read, read, most=10_000)) == 800
    found = frames.read_sample(relation, read, read, most=100)
    if not frames.is_spark(engine.session):
        assert len(found) == 800
        return
    drawn = pc.unique(found["customer_index"])
    assert len(found) == 2 * len(drawn)
    assert 50 <= len(drawn) <= 150
    other = engine.relation("customer_index:int value:int", *((n, -n) for n in range(400)))
    assert set(frames.read_sample(other, ["customer_index"], None, most=100)["customer_index"].to_pylist()) == set(
        drawn.to_pylist()
    )


@pytest.mark.parametrize("size", [3, 1_000])
def test_blocks_of_customers_give_the_answer_of_all_customers(engine: Engine, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists are `[9, 8]`, … of the customer's own products times the price of the shared table, in the stated order."""
    monkeypatch.setattr(frames, "CUSTOMERS_PER_BLOCK", size)
    products = [("live", customer, product) for customer in (2, 5, 6, 11) for product in (9, 8, customer)]
    bought = engine.relation("cutoff_id:text customer_index:int product_index:int", *products)
    wanted = engine.relation("customer_index:int taste:number", (11, 0.5), (2, 2.0), (5, None), (7, 1.0))
    price = 10
    schema = pa.schema([("customer_index", pa.int32()), ("values", pa.list_(pa.float64())), ("is_dense", pa.bool_())])

    def compute(bought: pa.Table, wanted: pa.Table) -> pa.Table:
        seen = {*bought["customer_index"].to_pylist(), *wanted["customer_index"].to_pylist()}
        rows = []
        for customer, taste in zip(*wanted.select(["customer_index", "taste"]).to_pydict().values(), strict=True):
            own = bought.filter(pc.equal(bought["customer_index"], customer))["product_index"].to_pylist()
            values = [price * product * (taste or 0.0) for product in own]
            rows.append({"customer_index": customer, "values": values, "is_dense": seen == set(range(len(seen)))})
        return pa.Table.from_pylist(rows, schema=schema)

    inputs = (
        Rows(bought, ["customer_index", "product_index"], KEYS),
        Rows(wanted, ["customer_index", "taste"], ["customer_index"]),
    )
    found = engine.rows(frames.by_customers(engine.session, compute, schema, *inputs)).sort_by("customer_index")
    assert found["customer_index"].to_pylist() == [2, 5, 7, 11]
    assert found["values"].to_pylist() == [[40.0, 160.0, 180.0], [0.0, 0.0, 0.0], [], [40.0, 45.0, 55.0]]
    assert found["is_dense"].to_pylist() == [frames.is_spark(engine.session)] * 4, "executors number the customers of a block"


def test_customers_without_rows_of_some_inputs_are_computed(engine: Engine) -> None:
    schema = pa.schema([("customer_index", pa.int32()), ("count", pa.int64())])
    none = engine.relation("customer_index:int value:text", (1, "x")).filter("value = 'y'")

    def compute(some: pa.Table, others: pa.Table) -> pa.Table:
        return pa.table([some["customer_index"], pa.array([len(others)] * len(some))], schema=schema)

    some = Rows(engine.relation("customer_index:int", (4,), (6,)), ["customer_index"])
    found = engine.rows(frames.by_customers(engine.session, compute, schema, some, Rows(none, ["customer_index", "value"])))
    assert sorted(found.to_pylist(), key=str) == [{"customer_index": 4, "count": 0}, {"customer_index": 6, "count": 0}]
    found = frames.by_customers(engine.session, compute, schema, Rows(none, ["customer_index"]), Rows(none, ["customer_index"]))
    assert len(engine.rows(found)) == 0


def test_rows_are_computed_each_on_its_own(engine: Engine) -> None:
    relation = engine.relation("number:int other:int", *((n, -n) for n in range(50)))
    schema = pa.schema([("double", pa.int64())])

    def compute(table: pa.Table) -> pa.Table:
        return pa.table([pc.multiply(table["number"], 2)], schema=schema)

    found = frames.by_rows(engine.session, compute, schema, Rows(relation, ["number"], where="other > -40"))
    assert sorted(engine.rows(found)["double"].to_pylist()) == list(range(0, 80, 2))


@pytest.mark.parametrize("size", [2, 1_000])
def test_readers_select_cutoffs_and_ranges_of_customers(engine: Engine, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each list counts the customer's own rows at its cutoff, and the rows of the products at the cutoff."""
    monkeypatch.setattr(frames, "CUSTOMERS_PER_BLOCK", size)
    own = [("live", 3, 30), ("live", 1, 11), ("live", 1, 10), ("live", 2, 99), ("test", 1, 12), ("live", 9, 90)]
    strengths = engine.relation("cutoff_id:text customer_index:int product_index:int", *own)
    lists = engine.relation("list_index:int cutoff_id:text customer_index:int", (0, "live", 1), (1, "test", 1), (2, "live", 3))
    offered = engine.relation("cutoff_id:text product_index:int", ("live", 10), ("live", 30), ("test", 12))
    of_products = frames.reader(engine.session, Rows(offered, ["product_index"], ["product_index"]))
    schema = pa.schema([("list_index", pa.int32()), ("own", pa.list_(pa.int32())), ("offered", pa.list_(pa.int32()))])

    def compute(lists: pa.Table, read: frames.Read) -> Iterator[pa.RecordBatch]:
        for row in lists.to_pylist():
            cutoff, customer = row["cutoff_id"], row["customer_index"]
            known = read(cutoff, customer, customer)["product_index"].to_pylist()
            assert set(known) <= set(read(cutoff)["product_index"].to_pylist())
            found = [row["list_index"]], [known], [of_products(cutoff)["product_index"].to_pylist()]
            yield pa.record_batch(dict(zip(schema.names, found, strict=True)), schema=schema)

    rows = Rows(lists, ["list_index", "cutoff_id", "customer_index"], ["list_index"])
    readers = [Rows(strengths, ["customer_index", "product_index"], KEYS, "product_index <> 99")]
    found = engine.rows(frames.stream_by_customers(engine.session, compute, schema, rows, readers)).sort_by("list_index")
    assert found["own"].to_pylist() == [[10, 11], [12], [30]]
    assert found["offered"].to_pylist() == [[10, 30], [12], [10, 30]]


@pytest.mark.parametrize("key", ["list_index", None])
def test_lists_are_computed_block_by_block(engine: Engine, key: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "CUSTOMERS_PER_BLOCK", 4)
    relation = engine.relation("list_index:int rank:int", *((number, rank) for number in range(10) for rank in range(3)))
    schema = pa.schema([("list_index", pa.int32()), ("rank", pa.int32()), ("is_whole", pa.bool_())])

    def compute(tables: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
        for table in tables:
            counts = table.group_by("list_index").aggregate([("rank", "count")])["rank_count"].to_pylist()
            yield from table.append_column("is_whole", pa.array([set(counts) == {3}] * len(table))).to_batches()

    lists = Rows(relation, ["list_index", "rank"])
    rows = engine.rows(frames.stream_by_lists(engine.session, compute, schema, lists, size=10, of=relation, key=key))
    assert sorted(rows["list_index"].to_pylist()) == sorted(list(range(10)) * 3)
    if key:
        assert all(rows["is_whole"].to_pylist())


def test_results_keep_their_types(engine: Engine) -> None:
    schema = pa.schema(
        [
            ("customer_index", pa.int32()),
            ("text", pa.string()),
            ("small", pa.int16()),
            ("is_true", pa.bool_()),
            ("floats", pa.list_(pa.float32())),
            ("texts", pa.list_(pa.string())),
        ]
    )
    rows = [
        {"customer_index": 4, "text": "a", "small": 7, "is_true": True, "floats": [0.5, 0.25], "texts": ["x"]},
        {**dict.fromkeys(schema.names), "customer_index": 4},
    ]

    def compute(customers: pa.Table) -> pa.Table:
        own = customers["customer_index"].to_pylist()
        return pa.Table.from_pylist([{**row, "customer_index": customer} for customer in own for row in rows], schema=schema)

    inputs = Rows(engine.relation("customer_index:int", (4,)), ["customer_index"])
    for function in (frames.by_customers, frames.by_rows):
        table = engine.rows(function(engine.session, compute, schema, inputs))
        assert [field.type for field in table.schema] == [field.type for field in schema]
        assert sorted(table.to_pylist(), key=str) == sorted(rows, key=str)


def test_previous_rows_are_read_only_by_incremental_builds(engine: Engine) -> None:
    schema = pa.schema([("name", pa.string()), ("number", pa.int64())])
    relation = engine.relation("name:text number:int", ("b", 1), ("a", 2))
    if frames.is_spark(engine.session):
        relation.createOrReplaceTempView("previous")
    else:
        relation.create("previous")
    dbt = SimpleNamespace(is_incremental=False, this="previous")
    assert len(frames.read_previous(dbt, engine.session, schema, ["name"])) == 0
    dbt.is_incremental = True
    assert frames.read_previous(dbt, engine.session, schema, ["name"]).to_pydict() == {"name": ["a", "b"], "number": [2, 1]}


def test_shared_blocks_are_read_once_only_where_executors_need_them(engine: Engine) -> None:
    blocks = (pa.table({"number": [number]}) for number in range(2))
    found = frames.shared(engine.session, blocks)
    assert (found is blocks) == (not frames.is_spark(engine.session))
    assert [table["number"].to_pylist() for table in found] == [[0], [1]]


def test_customers_can_be_read_while_a_table_is_written() -> None:
    """A stream's batches are computed while the node's own connection writes them. They read their inputs over another one."""
    with duckdb.connect() as connection:
        connection.execute(
            """create table t as select * from (values
                ('live', 3, 'c'), ('live', 1, 'a'), ('live', 2, 'x'), ('test', 1, 'b'), ('live', 9, 'd')
            ) as rows (cutoff_id, customer_index, value)"""
        )
        rows = Rows(connection.query("select * from t"), ["value"], ["customer_index"], "value <> 'x'")
        read = frames.reader(connection, rows)
        schema = pa.schema([("value", pa.string())])
        wanted = [("live", 1, 3), ("test", 0, 9), ("live", 4, 8)]
        batches = (batch for of in wanted for batch in read(*of).to_batches())
        connection.register("batches", frames.stream(schema, batches))
        connection.execute("create table written as select * from batches")
        assert connection.query("select value from written").fetchall() == [("a",), ("c",), ("b",)]


def test_blocks_of_a_view_can_be_read_while_a_table_is_written() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select range + 5 as list_index from range(10000)")
        connection.execute(
            """create view v as select * from t where
            list_index between coalesce(getvariable('first_in_block'), 0) and coalesce(getvariable('last_in_block'), 99999)"""
        )
        view, sizes = Rows(connection.query("select * from v"), ["list_index"]), []

        def compute(tables: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
            for table in tables:
                sizes.append(len(table))
                yield from table.to_batches()

        schema = pa.schema([("list_index", pa.int64())])
        of = connection.table("t")
        found = frames.stream_by_lists(connection, compute, schema, view, size=4_000, of=of)
        connection.register("batches", found)
        connection.execute("create table written as select * from batches")
        assert sizes == [4_000, 4_000, 2_000]
        assert connection.query("select count(*), sum(list_index) from written").fetchall() == [(10_000, 50_045_000)]
        assert connection.query("select count(*) from v").fetchall() == [(10_000,)]
        none = frames.stream_by_lists(connection, compute, schema, view, size=9, of=of.filter("false"))
        assert len(none.read_all()) == 0
