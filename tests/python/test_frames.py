"""Relations become Arrow tables in a stated order."""

import duckdb

from warehouse_recommender import frames


def test_read_returns_rows_that_meet_the_condition_in_the_stated_order() -> None:
    with duckdb.connect() as connection:
        relation = connection.sql("select * from (values (3, 'c', null), (1, 'a', 7), (2, 'b', 9)) as t(id, name, draw)")
        found = frames.read(relation, ["name", "id"], order_by=["id"], where="draw is not null")
    assert found.to_pylist() == [{"name": "a", "id": 1}, {"name": "b", "id": 2}]


def test_read_without_a_condition_returns_all_rows() -> None:
    with duckdb.connect() as connection:
        relation = connection.sql("select * from (values (3), (1), (2)) as t(id)")
        assert frames.read(relation, ["id"], order_by=["id"])["id"].to_pylist() == [1, 2, 3]
