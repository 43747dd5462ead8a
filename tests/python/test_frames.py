"""Relations are read in a stated order, whole or in blocks."""

import duckdb
import pyarrow as pa

from warehouse_recommender import frames


def test_blocks_hold_each_row_once_in_key_order() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """create table t as select * from (values
                ('b', 2, 30, 'x'), ('a', 2, 20, 'x'), ('it''s', 1, 10, 'x'), ('a', 2, 10, 'y'), ('a', 1, 40, 'x')
            ) as rows (name, number, place, value)"""
        )
        blocks = frames.read_blocks(connection.table("t"), ["place"], ["name", "number"], ["place"])
        assert [table.to_pydict() for table in blocks] == [
            {"name": ["a"], "number": [1], "place": [40]},
            {"name": ["a", "a"], "number": [2, 2], "place": [10, 20]},
            {"name": ["b"], "number": [2], "place": [30]},
            {"name": ["it's"], "number": [1], "place": [10]},
        ]
        nothing = connection.table("t").filter("number > 5")
        assert list(frames.read_blocks(nothing, ["place"], ["name"], ["place"])) == []
        of = connection.sql("select * from (values ('a', 1), ('a', 2), ('z', 1)) as keys (name, number)")
        blocks = frames.read_blocks(connection.table("t"), ["place"], ["name", "number"], ["place"], of=of)
        assert [table["place"].to_pylist() for table in blocks] == [[40], [10, 20]]


def test_distinct_reads_each_row_once() -> None:
    with duckdb.connect() as connection:
        relation = connection.sql("select * from (values ('b', 1), ('a', 1), ('b', 2)) as rows (name, number)")
        assert frames.read(relation, ["name"], ["name"], distinct=True).to_pydict() == {"name": ["a", "b"]}


def test_customers_can_be_read_while_a_table_is_written() -> None:
    """A stream's batches are computed while the node's own connection writes them. They read their inputs over another one."""
    with duckdb.connect() as connection:
        connection.execute(
            """create table t as select * from (values
                ('live', 3, 'c'), ('live', 1, 'a'), ('live', 2, 'x'), ('test', 1, 'b'), ('live', 9, 'd')
            ) as rows (cutoff_id, customer_index, value)"""
        )
        read = frames.customer_reader(
            connection, connection.query("select * from t"), ["value"], ["customer_index"], "value <> 'x'"
        )
        schema = pa.schema([("value", pa.string())])
        wanted = [("live", 1, 3), ("test", 0, 9), ("live", 4, 8)]
        connection.register("batches", frames.stream(schema, (batch for of in wanted for batch in read(*of).to_batches())))
        connection.execute("create table written as select * from batches")
        assert connection.query("select value from written").fetchall() == [("a",), ("c",), ("b",)]


def test_blocks_of_a_view_can_be_read_while_a_table_is_written() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select range as number from range(10000)")
        connection.execute(
            """create view v as select * from t where
            number between coalesce(getvariable('first_in_block'), 0) and coalesce(getvariable('last_in_block'), 99999)"""
        )
        parts = frames.read_in_blocks(connection, connection.query("select * from v"), ["number"], 9_999, 4_000)
        batches = (batch for part in parts for batch in part.to_batches())
        connection.register("batches", frames.stream(pa.schema([("number", pa.int64())]), batches))
        connection.execute("create table written as select * from batches")
        assert connection.query("select count(*), sum(number) from written").fetchall() == [(10_000, 49_995_000)]
        assert connection.query("select count(*) from v").fetchall() == [(10_000,)]
