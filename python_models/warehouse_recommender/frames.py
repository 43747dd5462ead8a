"""Read relations as Arrow tables in a stated order; the only module that depends on the engine."""

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
        The value that ``dbt.ref`` returns in a Python model: a DuckDB relation.
    columns
        Names of the columns to read; other columns are not materialised.
    order_by
        Columns that together are unique in the relation. There is no default: engines guarantee no row order, and the last digits
        of a factorisation depend on it. None if each row is processed on its own, or if the caller fills a matrix, which orders
        the rows faster than the engine sorts them.
    where
        SQL condition on the rows; None reads all rows.
    distinct
        Read each combination of ``columns`` once; ``columns`` must then include ``order_by``.

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
    """Read a relation in parts, one per combination of values of the ``by`` columns; only one part is in memory at a time.

    Parameters
    ----------
    relation
        As in :func:`read`.
    columns
        Names of the columns to read, in addition to ``by``.
    by
        Text or integer columns without NULLs. Parts are yielded in the order of their values.
    order_by
        Columns that together are unique within a part; None if the row order makes no difference.
    of
        Relation with one row per combination of the values of ``by``, for cases in which searching ``relation`` would be slow.

    Yields
    ------
    pyarrow.Table
        ``by`` and ``columns`` of one part, sorted ascending by ``order_by``; parts without rows are skipped.
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
    """Read a view whose SQL calls ``in_block``, one block at a time, in any row order, over a separate connection.

    Parameters
    ----------
    session
        The session that dbt passes to a Python model.
    relation, columns
        As in :func:`read`.
    highest
        Highest value of the column that defines the blocks.
    size
        Number of values of that column per block.
    lowest
        Lowest value of that column.
    """
    own = session.cursor()
    for first in range(lowest, highest + 1, size):
        own.execute(f"set variable first_in_block = {first}")
        own.execute(f"set variable last_in_block = {first + size - 1}")
        yield own.query(relation.sql_query()).project(", ".join(columns)).to_arrow_table()


def customer_reader(
    session: Any, relation: Any, columns: Sequence[str], order_by: Sequence[str], where: str = "true"
) -> Callable[[str, int, int], pa.Table]:
    """Return a function that reads the rows of a relation for a cutoff and a range of customers.

    It uses a separate connection, because the node's connection is busy while the batches of :func:`stream` are consumed.

    Parameters
    ----------
    session
        The session that dbt passes to a Python model.
    relation
        As in :func:`read`, with columns ``cutoff_id`` and ``customer_index``.
    columns, order_by, where
        As in :func:`read`; ``order_by`` is unique within one cutoff and customer range.
    """
    own = session.cursor().query(relation.sql_query()).filter(where)

    def read_customers(cutoff_id: str, first: int, last: int) -> pa.Table:
        wanted = f"cutoff_id = '{cutoff_id}' and customer_index between {first} and {last}"
        return read(own, columns, order_by, wanted)

    return read_customers


def cutoff_reader(session: Any, relation: Any, columns: Sequence[str]) -> Callable[[str], pa.Table]:
    """Return a function that reads the rows of a relation for a cutoff, in any order, over a separate connection.

    Parameters
    ----------
    session
        The session that dbt passes to a Python model.
    relation, columns
        As in :func:`read`; the relation has a column ``cutoff_id``.
    """
    own = session.cursor().query(relation.sql_query())

    def read_cutoff(cutoff_id: str) -> pa.Table:
        return read(own, columns, None, f"cutoff_id = '{cutoff_id}'")

    return read_cutoff


def stream(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    """Wrap batches as a table that is never whole in memory: each batch is computed while the previous one is written."""
    return pa.RecordBatchReader.from_batches(schema, batches)


def read_previous(dbt: Any, session: Any, schema: pa.Schema, order_by: Sequence[str]) -> pa.Table:
    """Read the rows that the previous build left in the incremental model that is being built.

    Parameters
    ----------
    dbt, session
        The arguments that dbt passes to a Python model.
    schema
        Columns and types of the model. The result has no rows on a first build or with ``--full-refresh``.
    order_by
        As in :func:`read`.
    """
    if not dbt.is_incremental:
        return schema.empty_table()
    return read(session.table(str(dbt.this)), schema.names, order_by).cast(schema)
