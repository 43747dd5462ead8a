"""The only place that knows which engine runs: relations become Arrow tables in a stated order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa


def read(
    relation: Any, columns: Sequence[str], order_by: Sequence[str] | None, where: str | None = None, *, distinct: bool = False
) -> pa.Table:
    """Read columns of a dbt relation in a stated order.

    Parameters
    ----------
    relation
        What ``dbt.ref`` hands to a Python model: a DuckDB relation.
    columns
        Names of the columns to read; no others are materialised.
    order_by
        Columns that together are unique in the relation. Engines promise no row order, and a factorisation depends on it in its
        last digits, so there is no default. None where each row is worked on alone,
        or where a matrix puts the rows in order, faster than the engine sorts them.
    where
        Condition in SQL that rows must meet; None reads all.
    distinct
        Read each combination of ``columns`` once; ``order_by`` is then among them.

    Returns
    -------
    pyarrow.Table
        ``columns``, sorted ascending by ``order_by``.
    """
    if where is not None:
        relation = relation.filter(where)
    if distinct:
        relation = relation.project(", ".join(columns)).distinct()
    if order_by is not None:
        relation = relation.order(", ".join(order_by))
    return relation.project(", ".join(columns)).to_arrow_table()


def read_blocks(
    relation: Any, columns: Sequence[str], by: Sequence[str], order_by: Sequence[str] | None, of: Any = None
) -> Iterator[pa.Table]:
    """Read a relation in parts, one per combination of the values of some columns, so that only one part is in memory.

    Parameters
    ----------
    relation
        As in :func:`read`.
    columns
        Names of the columns to read, in addition to ``by``.
    by
        Columns of texts and whole numbers without NULLs. The parts follow their order.
    order_by
        Columns that together are unique within a part; None where the order of rows makes no difference.
    of
        Relation that has the values of ``by`` with one row each, where finding them in ``relation`` would take long.

    Yields
    ------
    pyarrow.Table
        ``by`` and ``columns`` of one part, sorted ascending by ``order_by``; parts without rows are left out.
    """
    for values in (relation if of is None else of).project(", ".join(by)).distinct().order(", ".join(by)).fetchall():
        texts = [str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'" for value in values]
        condition = " and ".join(f"{name} = {text}" for name, text in zip(by, texts, strict=True))
        part = read(relation.filter(condition), [*by, *columns], order_by)
        if part.num_rows:
            yield part


def read_in_blocks(
    session: Any, relation: Any, columns: Sequence[str], highest: int, size: int, lowest: int = 0
) -> Iterator[pa.Table]:
    """Read a view whose SQL says ``in_block``, block by block, in any order of rows, over a connection of its own.

    Parameters
    ----------
    session
        What a Python model is given.
    relation, columns
        As in :func:`read`.
    highest
        Highest value of the column by which blocks are cut.
    size
        Values of that column in a block.
    lowest
        Its lowest value.
    """
    own = session.cursor()
    for first in range(lowest, highest + 1, size):
        own.execute(f"set variable first_in_block = {first}")
        own.execute(f"set variable last_in_block = {first + size - 1}")
        yield own.query(relation.sql_query()).project(", ".join(columns)).to_arrow_table()


def customer_reader(
    session: Any, relation: Any, columns: Sequence[str], order_by: Sequence[str], where: str = "true"
) -> Callable[[str, int, int], pa.Table]:
    """A function that reads what a relation knows of the customers of a cutoff from a first to a last.

    It reads over a connection of its own, since the node's is busy while the batches of :func:`stream` are taken up.

    Parameters
    ----------
    session
        What a Python model is given.
    relation
        As in :func:`read`, with ``cutoff_id`` and ``customer_index``.
    columns, order_by, where
        As in :func:`read`; ``order_by`` columns are unique within the customers of a cutoff.
    """
    own = session.cursor().query(relation.sql_query()).filter(where)

    def read_customers(cutoff_id: str, first: int, last: int) -> pa.Table:
        wanted = f"cutoff_id = '{cutoff_id}' and customer_index between {first} and {last}"
        return read(own, columns, order_by, wanted)

    return read_customers


def cutoff_reader(session: Any, relation: Any, columns: Sequence[str]) -> Callable[[str], pa.Table]:
    """A function that reads what a relation holds of one cutoff, in any order of rows, over a connection of its own.

    Parameters
    ----------
    session
        What a Python model is given.
    relation, columns
        As in :func:`read`; the relation has a ``cutoff_id``.
    """
    own = session.cursor().query(relation.sql_query())

    def read_cutoff(cutoff_id: str) -> pa.Table:
        return read(own, columns, None, f"cutoff_id = '{cutoff_id}'")

    return read_cutoff


def stream(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    """A table that is never whole in memory: its batches are made while they are written."""
    return pa.RecordBatchReader.from_batches(schema, batches)


def read_previous(dbt: Any, session: Any, schema: pa.Schema, order_by: Sequence[str]) -> pa.Table:
    """Read what the previous build left of the model that is being built, an incremental one.

    Parameters
    ----------
    dbt, session
        What a Python model is given.
    schema
        Columns and types of the model; the table has no rows where there is no previous build or --full-refresh forgets it.
    order_by
        As in :func:`read`.
    """
    if not dbt.is_incremental:
        return schema.empty_table()
    return read(session.table(str(dbt.this)), schema.names, order_by).cast(schema)
