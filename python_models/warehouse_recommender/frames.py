"""Read relations as Arrow tables in a stated order, and run functions on blocks of customers; the module that knows the engine.

DuckDB passes all rows to a function at once, or block by block over a separate connection. Spark distributes blocks of customers:
each executor receives the rows of a block and the same function. Only rows of products, settings and bounded samples are read on
the driver.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CUSTOMERS_PER_BLOCK = 2_000  # on Spark: customers, or lists, whose rows one executor processes at a time
MOST_SAMPLED = 200_000  # on Spark: customers from whom models of products are learned on the driver
ENGINE = "pyspark"  # package of the classes of Spark relations and sessions
BLOCK = "block_number"  # column that assigns rows to blocks

Compute = Callable[..., pa.Table | Iterator[pa.RecordBatch]]
Read = Callable[..., pa.Table]


@dataclass(frozen=True)
class Rows:
    """Rows to read from a relation.

    Attributes
    ----------
    relation, columns, order_by, where
        As in :func:`read`. ``order_by`` is unique within a cutoff and customer.
    """

    relation: Any
    columns: Sequence[str]
    order_by: Sequence[str] | None = None
    where: str | None = None


def is_spark(value: Any) -> bool:
    """Return whether a relation or session belongs to Spark."""
    return type(value).__module__.partition(".")[0] == ENGINE


def read(
    relation: Any, columns: Sequence[str], order_by: Sequence[str] | None, where: str | None = None, *, distinct: bool = False
) -> pa.Table:
    """Read columns of a dbt relation in a stated order.

    Parameters
    ----------
    relation
        The value that ``dbt.ref`` returns in a Python model: a DuckDB relation or a Spark DataFrame.
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
    if is_spark(relation):
        relation = relation.select(*with_order(columns, order_by))
        # The rows are sorted here, because Spark would shuffle them to sort them.
        return sorted_by(collected(relation.distinct() if distinct else relation), order_by).select(list(columns))
    if distinct:
        relation = relation.project(", ".join(columns)).distinct()
    if order_by is not None:
        relation = relation.order(", ".join(order_by))
    return relation.project(", ".join(columns)).to_arrow_table()


def read_sample(
    relation: Any, columns: Sequence[str], order_by: Sequence[str] | None, by: str = "customer_index", most: int | None = None
) -> pa.Table:
    """Read the rows from which a model of products is learned: all rows on DuckDB, those of a bounded sample on Spark.

    Parameters
    ----------
    relation, columns, order_by
        As in :func:`read`.
    by
        Column whose values are sampled. A value is drawn by a hash, so all relations have the same sample.
    most
        Number of values up to which all rows are read; of more values, about this many are sampled. Spark estimates the number.
        None: ``MOST_SAMPLED``.
    """
    return read(relation, columns, order_by, in_sample(relation, by, MOST_SAMPLED if most is None else most))


def in_sample(relation: Any, by: str, most: int) -> str | None:
    """SQL condition that keeps about ``most`` values of a column on Spark; None if all rows are read."""
    if not is_spark(relation):
        return None
    (count,) = collected(relation.selectExpr(f"approx_count_distinct({by}) as count"))["count"].to_pylist()
    return f"xxhash64(cast({by} as string)) % {-(-count // most)} = 0" if count > most else None


def read_blocks(
    relation: Any,
    columns: Sequence[str],
    by: Sequence[str],
    order_by: Sequence[str] | None,
    of: Any = None,
    where: str | None = None,
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
    where
        As in :func:`read`.

    Yields
    ------
    pyarrow.Table
        ``by`` and ``columns`` of one part, sorted ascending by ``order_by``; parts without rows are skipped.
    """
    for values in read(relation if of is None else of, by, by, distinct=True).to_pylist():
        part = read(equal_to(relation, values), [*by, *columns], order_by, where)
        if part.num_rows:
            yield part


def equal_to(relation: Any, values: dict[str, str | int]) -> Any:
    """Rows of a relation whose columns have the given values."""
    if is_spark(relation):
        return reduce(lambda rows, name: rows.filter(relation[name] == values[name]), values, relation)
    texts = [str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'" for value in values.values()]
    return relation.filter(" and ".join(f"{name} = {text}" for name, text in zip(values, texts, strict=True)))


def shared(session: Any, blocks: Iterator[pa.Table]) -> Iterable[pa.Table]:
    """Parts of a relation for use in every block of customers; Spark sends them to the executors, so it reads them at once."""
    return list(blocks) if is_spark(session) else blocks


def reader(session: Any, rows: Rows) -> Read:
    """Return a function that reads the rows of a cutoff, or of a range of its customers.

    On DuckDB, it uses a separate connection, because the node's connection is busy while the batches of :func:`stream` are
    consumed. On Spark, it keeps all rows in memory, so the relation must not grow with the number of customers.

    Parameters
    ----------
    session
        The session that dbt passes to a Python model.
    rows
        Rows of a relation with a column ``cutoff_id``, and ``customer_index`` if ranges of customers are read.
    """
    if is_spark(session):
        return reader_of_table(read(rows.relation, with_cutoff(rows.columns), rows.order_by, rows.where), rows.columns)
    own = session.cursor().query(rows.relation.sql_query())
    if rows.where is not None:
        own = own.filter(rows.where)

    def read_rows(cutoff_id: str, first: int | None = None, last: int | None = None) -> pa.Table:
        wanted = f"cutoff_id = '{cutoff_id}'"
        if first is not None:
            wanted += f" and customer_index between {first} and {last}"
        return read(own, rows.columns, rows.order_by, wanted)

    return read_rows


def reader_of_table(table: pa.Table, columns: Sequence[str]) -> Read:
    """Return a function that selects rows as :func:`reader` does, from a table in the stated order."""

    def read_rows(cutoff_id: str, first: int | None = None, last: int | None = None) -> pa.Table:
        wanted = pc.equal(table["cutoff_id"], cutoff_id)
        if first is not None:
            customers = table["customer_index"]
            wanted = pc.and_(wanted, pc.and_(pc.greater_equal(customers, first), pc.less_equal(customers, last)))
        return table.filter(wanted).select(list(columns))

    return read_rows


def by_customers(session: Any, compute: Compute, schema: pa.Schema, *inputs: Rows) -> Any:
    """Return the rows that a function computes for all customers, each customer on its own.

    Parameters
    ----------
    session
        The session that dbt passes to a Python model.
    compute
        Function of one table per input that returns a table. On DuckDB, it gets the rows of all customers. On Spark, it runs on
        executors and gets the rows of ``CUSTOMERS_PER_BLOCK`` customers, numbered from 0 in the order of their index.
    schema
        Columns and types of the result.
    inputs
        Rows with a column ``customer_index``.
    """
    if is_spark(session):
        return distributed(session, compute, schema, inputs, "customer_index")
    return compute(*(read(rows.relation, rows.columns, rows.order_by, rows.where) for rows in inputs))


def by_rows(session: Any, compute: Compute, schema: pa.Schema, rows: Rows) -> Any:
    """Return the rows that a function computes for the rows of a relation, each row on its own.

    Parameters
    ----------
    session, schema
        As in :func:`by_customers`.
    compute
        Function of a table that returns a table. On DuckDB, it gets all rows. On Spark, it runs on executors, without a shuffle.
    rows
        Rows in any order.
    """
    if is_spark(session):
        return mapped(session, lambda tables: map(compute, tables), schema, rows)
    return compute(read(rows.relation, rows.columns, rows.order_by, rows.where))


def stream_by_customers(session: Any, compute: Compute, schema: pa.Schema, lists: Rows, inputs: Sequence[Rows]) -> Any:
    """Return the rows that a function computes for lists of customers, without all inputs in memory.

    Parameters
    ----------
    session, schema
        As in :func:`by_customers`.
    compute
        Function of the table of lists and of one reader per input, as :func:`reader` returns it, that yields batches. On Spark,
        it runs on executors, as in :func:`by_customers`.
    lists
        Rows with the columns ``cutoff_id`` and ``customer_index``.
    inputs
        Rows with the columns ``cutoff_id`` and ``customer_index``.
    """
    if not is_spark(session):
        of_lists = read(lists.relation, lists.columns, lists.order_by, lists.where)
        return stream(schema, compute(of_lists, *(reader(session, rows) for rows in inputs)))

    def compute_block(of_lists: pa.Table, *tables: pa.Table) -> Iterator[pa.RecordBatch]:
        return compute(of_lists, *map(reader_of_table, tables, columns))

    columns = [rows.columns for rows in inputs]
    # Lists of one purpose have few cutoffs, and the inputs have all.
    cutoffs = read(lists.relation, ["cutoff_id"], ["cutoff_id"], lists.where, distinct=True)["cutoff_id"].to_pylist()
    known = " or ".join(f"cutoff_id = '{cutoff_id}'" for cutoff_id in cutoffs) or "false"
    keyed = [Rows(rows.relation.filter(known), with_cutoff(rows.columns), rows.order_by, rows.where) for rows in inputs]
    return distributed(session, compute_block, schema, [lists, *keyed], "customer_index")


def stream_by_lists(
    session: Any, compute: Compute, schema: pa.Schema, rows: Rows, *, size: int, of: Any, key: str | None = None
) -> Any:
    """Return the rows that a function computes from rows of lists, block by block.

    Parameters
    ----------
    session, schema
        As in :func:`by_customers`.
    compute
        Function of tables in any row order that yields batches.
    rows
        Rows of all lists. On DuckDB, the relation is a view whose SQL calls ``in_block``, read over a separate connection.
    size
        Number of lists per block on DuckDB.
    of
        Relation whose ``list_index`` has the lowest and highest value.
    key
        Integer column, the same in all rows of a list: a table has all rows of each of its values. None if each row is computed
        on its own; Spark then shuffles no rows.
    """
    if is_spark(session):
        if key is None:
            return mapped(session, compute, schema, rows)
        return distributed(session, lambda table: compute(iter([table])), schema, [rows], key)
    ((lowest, highest),) = of.aggregate("coalesce(min(list_index), 0), coalesce(max(list_index), -1)").fetchall()
    return stream(schema, compute(parts_of_view(session.cursor(), rows, range(lowest, highest + 1, size))))


def parts_of_view(own: Any, rows: Rows, firsts: range) -> Iterator[pa.Table]:
    """Read a DuckDB view whose SQL calls ``in_block`` over a connection, in blocks of ``firsts.step`` lists."""
    for first in firsts:
        own.execute(f"set variable first_in_block = {first}")
        own.execute(f"set variable last_in_block = {first + firsts.step - 1}")
        yield own.query(rows.relation.sql_query()).project(", ".join(rows.columns)).to_arrow_table()


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


def with_order(columns: Sequence[str], order_by: Sequence[str] | None) -> list[str]:
    """Columns to read, with those that the rows are sorted by."""
    return list(dict.fromkeys([*columns, *(order_by or ())]))


def with_cutoff(columns: Sequence[str]) -> list[str]:
    """Columns to read, with the cutoff of each row, for a reader."""
    return list(dict.fromkeys([*columns, "cutoff_id"]))


def sorted_by(table: pa.Table, order_by: Sequence[str] | None) -> pa.Table:
    """Sort a table ascending, NULLs last."""
    return table if order_by is None else table.sort_by([(name, "ascending") for name in order_by])


def collected(frame: Any) -> pa.Table:
    """Read all rows of a Spark DataFrame on the driver; times become UTC without a time zone, as on DuckDB."""
    table = frame.toArrow()
    fields = [
        pa.field(field.name, pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field.with_nullable(True)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def spark_schema(schema: pa.Schema) -> Any:
    """Spark's type of the rows of an Arrow schema."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def spark_frame(session: Any, table: pa.Table) -> Any:
    """Spark DataFrame of a table, which may be empty. Spark Connect does not infer the types of an empty one."""
    return session.createDataFrame(table, spark_schema(table.schema))


def distributed(session: Any, compute: Compute, schema: pa.Schema, inputs: Sequence[Rows], key: str) -> Any:
    """Return a Spark DataFrame of the rows that a function computes on executors, block by block.

    The inputs are tagged, and their union is shuffled once, so that a block's rows of all inputs meet. Rejected alternative:
    ``cogroup``, which accepts two inputs and would shuffle once per pair. Spark broadcasts what ``compute`` refers to, such as
    vectors of products.

    Parameters
    ----------
    session, schema
        As in :func:`by_customers`.
    compute
        Function of one table per input, with the rows of one block.
    inputs
        Rows with the column ``key``.
    key
        Integer column; a block has ``CUSTOMERS_PER_BLOCK`` of its values.
    """
    tagged = []
    for place, rows in enumerate(inputs):
        relation = rows.relation if rows.where is None else rows.relation.filter(rows.where)
        names = ", ".join(with_order([*rows.columns, key], rows.order_by))
        tagged.append(relation.selectExpr(f"{key} div {CUSTOMERS_PER_BLOCK} as {BLOCK}", f"struct({names}) as {tag(place)}"))
    union = reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), tagged)
    plans = [(tag(place), list(rows.columns), rows.order_by) for place, rows in enumerate(inputs)]

    def compute_block(block: pa.Table) -> pa.Table:
        tables = [sorted_by(untagged(block, name), order_by) for name, _, order_by in plans]
        known = None
        if key == "customer_index":
            known = np.unique(np.concatenate([table[key].to_numpy() for table in tables]))
            tables = [renumbered(table, np.searchsorted(known, table[key].to_numpy())) for table in tables]
        found = compute(*(table.select(columns) for table, (_, columns, _) in zip(tables, plans, strict=True)))
        found = found if isinstance(found, pa.Table) else pa.Table.from_batches(found, schema=schema)
        if known is not None and key in found.column_names:
            found = renumbered(found, known[found[key].to_numpy()])
        return found.cast(schema)

    return union.groupBy(BLOCK).applyInArrow(compute_block, spark_schema(schema))


def mapped(session: Any, compute: Compute, schema: pa.Schema, rows: Rows) -> Any:
    """Return a Spark DataFrame of what a function of an iterator of tables yields on executors, without a shuffle."""

    def compute_part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for found in compute(pa.Table.from_batches([batch]) for batch in batches):
            yield from (found if isinstance(found, pa.Table) else pa.Table.from_batches([found])).cast(schema).to_batches()

    relation = rows.relation if rows.where is None else rows.relation.filter(rows.where)
    return relation.select(*rows.columns).mapInArrow(compute_part, spark_schema(schema))


def tag(place: int) -> str:
    """Name of the column with the rows of an input."""
    return f"input_{place}"


def untagged(block: pa.Table, name: str) -> pa.Table:
    """Rows of one input of a block."""
    chunks = [chunk.filter(chunk.is_valid()) for chunk in block[name].chunks]
    fields = block.schema.field(name).type
    return pa.Table.from_batches([pa.RecordBatch.from_struct_array(chunk) for chunk in chunks], schema=pa.schema(list(fields)))


def renumbered(table: pa.Table, numbers: np.ndarray) -> pa.Table:
    """Replace the customers of a table."""
    place = table.column_names.index("customer_index")
    field = table.schema.field(place)
    return table.set_column(place, field, pa.array(numbers, field.type))
