"""Products that are ordered together or follow each other: sparse products of the matrices of orders and of steps."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from scipy import sparse

from warehouse_recommender.candidates.evidence import EVIDENCE_SCHEMA, cutoff_ids, of_cutoff, of_similar_products
from warehouse_recommender.candidates.neighbours import best_products
from warehouse_recommender.candidates.problem import answers, cell_matrix, problems
from warehouse_recommender.candidates.sparse_blocks import best_pairs, in_blocks, row_positions, terms_of_rows

LARGEST_ORDER = 50  # products; larger orders are left out, since pairs grow with the square and wholesale says little
FEWEST_ORDERS = 3  # orders with both; fewer may be chance
MOST_COMPANIONS = 100  # companions kept per product
MOST_LAGS = 3  # steps after a step that count as next
LAG_WEIGHT = 0.5  # weight of a lag over that of the one before
HALF_LIFE_DAYS = 180  # age at which an occasion has lost half its weight
LARGEST_STEP = 50  # products; as with LARGEST_ORDER
FEWEST_OCCASIONS = 2  # occasions with both; fewer may be chance
PRIOR_OCCASIONS = 10  # added to the first product's occasions, so that rare products promise little
NO_WEIGHT = 1e-200  # takes the place of a weight of 0, which a sparse product would drop
MOST_SUCCESSORS = 50  # next products kept per product

ORDER_COLUMNS = ("product_indexes",)
HISTORY_COLUMNS = ("cutoff_id", "customer_index", "product_index", "recent_weight")
PAIRED_COLUMNS = ("cutoff_id", "product_index", "companion_index", "pair_score")
NEXT_COLUMNS = ("cutoff_id", "product_index", "next_product_index", "transition_score")
STEP_COLUMNS = ("customer_index", "chain_number", "step", "product_index", "weight", "days_ago")
COMPANION_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("product_index", pa.int32()),
        ("companion_index", pa.int32()),
        ("pair_order_count", pa.int64()),
        ("support_share", pa.float64()),
        ("confidence", pa.float64()),
        ("lift", pa.float64()),
        ("pair_score", pa.float64()),
        ("companion_rank", pa.int64()),
    ]
)
SOURCE_EVIDENCE_SCHEMA = pa.schema([("source", pa.string()), *EVIDENCE_SCHEMA])
TRANSITION_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("product_index", pa.int32()),
        ("next_product_index", pa.int32()),
        ("occasion_count", pa.int64()),
        ("confidence", pa.float64()),
        ("lift", pa.float64()),
        ("transition_score", pa.float64()),
    ]
)


def candidates(
    strengths: pa.Table,
    customers: pa.Table,
    products: pa.Table,
    histories: pa.Table,
    pairs: pa.Table,
    *,
    top_k: int,
) -> pa.Table:
    """Propose what is paired with the history: the sum over its products of their weight × the score of the pair.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`. Strengths say what a customer has already.
    histories
        Cutoff, customer, product and its weight in the history.
    pairs
        Cutoff, product of the history, product that is proposed, and the score of the pair. Only the order of the columns of
        ``histories`` and ``pairs`` matters.
    top_k
        Products per customer with repeats, and as many without. A score of zero is no proposal.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``; scores above 0.
    """
    cells = ["cutoff_id", "customer_index", "product_index", "weight"]
    histories, pairs = histories.rename_columns(cells), pairs.rename_columns(cells)

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            customer_count, product_count = problem.strengths.shape
            weights = cell_matrix(histories, problem.cutoff_id, "weight", customer_count, product_count)
            product_count = weights.shape[1]
            scores = cell_matrix(pairs, problem.cutoff_id, "weight", product_count, product_count)
            paired = scores[:product_count, problem.product_index]
            yield problem.answer(*best_products(weights[problem.customer_index], paired, problem.seen, top_k))

    return answers(propose())


def evidence(served: pa.Table, histories: pa.Table, pairs: pa.Table, *, source: str, count: int) -> pa.Table:
    """Tell what each product of a history adds to a score: its weight × the score of its pair with the listed product.

    Parameters
    ----------
    served
        ``PAIR_COLUMNS``: what is listed.
    histories, pairs
        As in :func:`candidates`.
    source
        Name of the source.
    count
        Products of the history that are named per listed product, the strongest.

    Returns
    -------
    pyarrow.Table
        Rows of ``SOURCE_EVIDENCE_SCHEMA``.
    """
    cells = ["cutoff_id", "customer_index", "product_index", "weight"]
    histories, pairs = histories.rename_columns(cells), pairs.rename_columns(cells)
    tables = [EVIDENCE_SCHEMA.empty_table()]
    for cutoff_id in cutoff_ids(served):
        listed = of_cutoff(served, cutoff_id)
        customers, products = (1 + int(listed[name].to_numpy().max()) for name in ("customer_index", "product_index"))
        weights = cell_matrix(histories, cutoff_id, "weight", customers, products)
        scores = cell_matrix(pairs, cutoff_id, "weight", weights.shape[1], products)
        size = max(weights.shape[1], scores.shape[0])
        weights.resize((weights.shape[0], size))
        scores.resize((size, scores.shape[1]))
        paired_with = sparse.csr_array(scores.T)
        tables.append(of_similar_products(listed, weights, lambda wanted, rows=paired_with: rows[wanted], count=count))
    found = pa.concat_tables(tables)
    return found.add_column(0, "source", pa.repeat(pa.scalar(source), len(found))).cast(SOURCE_EVIDENCE_SCHEMA)


def companions(orders: Iterable[pa.Table], products: pa.Table) -> pa.Table:
    """Measure which products stand in one order more often than chance would have it.

    ``lift`` is how many times more orders hold both than if the two were independent, and ``pair_score`` is
    ``confidence · ln(1 + lift)``: confidence alone would propose what all customers order, lift alone what few order.

    Parameters
    ----------
    orders
        ``cutoff_id`` and ``ORDER_COLUMNS``, one table per cutoff and one row per order; a product may be named several times.
    products
        ``PRODUCT_COLUMNS``: what may be recommended. Only these are companions.

    Returns
    -------
    pyarrow.Table
        Rows of ``COMPANION_SCHEMA``, by cutoff, product and rank: the ``MOST_COMPANIONS`` best, ties by index.
    """
    tables = (companions_of(table["product_indexes"].combine_chunks(), *cutoff_and_offered(table, products)) for table in orders)
    return pa.concat_tables([COMPANION_SCHEMA.empty_table(), *tables])


def companions_of(orders: pa.ListArray, cutoff_id: str, offered: np.ndarray) -> pa.Table:
    """Companions of one cutoff; see :func:`companions`."""
    indices = orders.flatten().to_numpy()
    ends = np.append(0, np.cumsum(orders.value_lengths().to_numpy()))
    shape = (len(orders), 1 + max(indices.max(initial=0), offered.max(initial=0)))
    held = sparse.csr_array((np.ones(len(indices), np.int32), indices, ends), shape=shape)
    held.sum_duplicates()
    held.data[:] = 1
    held = held[np.diff(held.indptr) <= LARGEST_ORDER]
    by_product, companion_orders = sparse.csr_array(held.T), columns_of(held, offered)
    order_count, totals = float(held.shape[0]), np.diff(by_product.indptr).astype(np.float64)

    def measure(rows: slice) -> list[np.ndarray]:
        counts = by_product[rows] @ companion_orders
        first, second = rows.start + row_positions(counts.indptr), counts.indices
        kept = (counts.data >= FEWEST_ORDERS) & (first != second)
        first, second, count = first[kept], second[kept], counts.data[kept]
        confidence = count / totals[first]
        lift = count * order_count / totals[first] / totals[second]
        score = confidence * np.log(1 + lift)
        return best_pairs([first, second, count, count / order_count, confidence, lift, score], MOST_COMPANIONS)

    pairs = in_blocks(measure, terms_of_rows(by_product, companion_orders))
    rank = np.arange(len(pairs[0])) - np.searchsorted(pairs[0], pairs[0]) + 1
    return rows_of(cutoff_id, [*pairs, rank], COMPANION_SCHEMA)


def transitions(steps: Iterable[pa.Table], products: pa.Table) -> pa.Table:
    """Measure which products are met in one of the next ``MOST_LAGS`` steps after a step with a product.

    An occasion is a pair of such steps. It weighs less per lag and by the age of its second step. ``confidence`` is the weight of
    the occasions with both over that of the occasions with the first, ``PRIOR_OCCASIONS`` more; the weight of the next product
    counts, so that a look is a fraction of a purchase. ``lift`` is confidence over what it is after any product, and
    ``transition_score`` is ``confidence · ln(1 + lift)``.

    Parameters
    ----------
    steps
        ``cutoff_id`` and ``STEP_COLUMNS``, one table per cutoff, sorted by customer, chain, step and product. ``step`` rises
        within a chain; ``weight`` is NULL where the row was undone, which still makes a step; ``days_ago`` is its age.
    products
        ``PRODUCT_COLUMNS``: what may be recommended. Only these are next products.

    Returns
    -------
    pyarrow.Table
        Rows of ``TRANSITION_SCHEMA``, by cutoff, product and score: the ``MOST_SUCCESSORS`` best, ties by index.
    """
    tables = (transitions_of(table, *cutoff_and_offered(table, products)) for table in steps)
    return pa.concat_tables([TRANSITION_SCHEMA.empty_table(), *tables])


def transitions_of(steps: pa.Table, cutoff_id: str, offered: np.ndarray) -> pa.Table:
    """Transitions of one cutoff; see :func:`transitions`."""
    product_count = 1 + int(max(steps["product_index"].to_numpy().max(initial=0), offered.max(initial=0)))
    weights, follows, ages = step_matrix(steps, product_count)
    firsts, nexts = sparse.csr_array(weights.T), columns_of(weights, offered)
    nexts.data = np.maximum(nexts.data, NO_WEIGHT)
    happened = sparse.csr_array((np.ones(nexts.nnz, np.int32), nexts.indices, nexts.indptr), shape=nexts.shape)
    lag_weights = LAG_WEIGHT ** np.arange(MOST_LAGS)
    age_weights = 0.5 ** (ages / HALF_LIFE_DAYS)
    totals = np.zeros(len(ages))  # weight of the occasions whose second step a step is
    for lag, lag_weight in enumerate(lag_weights, start=1):
        second = np.flatnonzero(follows[:, lag - 1]) + lag
        totals[second] += lag_weight * age_weights[second]
    total, second_totals = totals.sum(), totals @ weights

    def measure(rows: slice) -> list[np.ndarray]:
        own = firsts[rows]
        following = follows[own.indices]
        step = (own.indices[:, None] + np.arange(1, MOST_LAGS + 1))[following]
        weight = np.broadcast_to(lag_weights, following.shape)[following] * age_weights[step]
        ends = np.append(0, np.cumsum(following.sum(axis=1)))[own.indptr]
        shape = (own.shape[0], len(follows))
        # Both products have the same cells in the same order, since no cell of either is zero: that depends on places alone.
        counts = sparse.csr_array((np.ones(len(step), np.int32), step, ends), shape=shape) @ happened
        sums = sparse.csr_array((weight, step, ends), shape=shape) @ nexts
        first_totals = np.bincount(row_positions(ends), weight, minlength=own.shape[0])
        first, second = row_positions(counts.indptr), counts.indices
        kept = (counts.data >= FEWEST_OCCASIONS) & (sums.data > np.sqrt(NO_WEIGHT))
        first, second, count = first[kept], second[kept], counts.data[kept]
        confidence = sums.data[kept] / (first_totals[first] + PRIOR_OCCASIONS)
        lift = confidence * total / second_totals[second]
        score = confidence * np.log(1 + lift)
        return best_pairs([rows.start + first, second, count, confidence, lift, score], MOST_SUCCESSORS)

    pairs = in_blocks(measure, MOST_LAGS * terms_of_rows(firsts, nexts))
    return rows_of(cutoff_id, pairs, TRANSITION_SCHEMA)


def cutoff_and_offered(table: pa.Table, products: pa.Table) -> tuple[str, np.ndarray]:
    """Cutoff of a table of one cutoff, and what may be recommended there."""
    cutoff_id = table["cutoff_id"][0].as_py()
    return cutoff_id, of_cutoff(products, cutoff_id)["product_index"].to_numpy()


def step_matrix(steps: pa.Table, product_count: int) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Steps of one cutoff as a matrix.

    Returns
    -------
    weights
        Steps × products, CSR float64: the largest weight of a product in a step, a cell wherever it wasn't undone. Steps of more
        than ``LARGEST_STEP`` products, undone ones included, are empty.
    follows
        Boolean, shape (steps, MOST_LAGS): whether the step 1, 2, … later makes an occasion with it.
    ages
        Days from a step's newest row to the cutoff, shape (steps,).
    """
    customer, chain, step, product = (steps[name].to_numpy() for name in STEP_COLUMNS[:4])
    starts_chain = changes(customer) | changes(chain)
    starts_step = starts_chain | changes(step)
    cells = np.flatnonzero(starts_step | changes(product))
    first_rows = np.flatnonzero(starts_step)
    ages = np.minimum.reduceat(steps["days_ago"].to_numpy(), first_rows)
    weights = np.fmax.reduceat(steps["weight"].to_numpy(), cells)  # NULL is NaN, and fmax passes over it
    sizes = np.diff(np.append(np.searchsorted(cells, first_rows), len(cells)))
    small = sizes <= LARGEST_STEP
    chains = np.cumsum(starts_chain)[first_rows]
    follows = np.zeros((len(chains), MOST_LAGS), bool)
    for lag in range(1, MOST_LAGS + 1):
        follows[:-lag, lag - 1] = (chains[:-lag] == chains[lag:]) & small[:-lag] & small[lag:]
    stands = np.flatnonzero(np.repeat(small, sizes) & ~np.isnan(weights))
    places = np.repeat(np.arange(len(sizes)), sizes)[stands]
    ends = np.append(0, np.cumsum(np.bincount(places, minlength=len(sizes))))
    matrix = sparse.csr_array((weights[stands], product[cells][stands], ends), shape=(len(sizes), product_count))
    return matrix, follows, ages


def changes(values: np.ndarray) -> np.ndarray:
    """Mark what differs from the value before it; the first one does."""
    return np.append(True, values[1:] != values[:-1])


def columns_of(matrix: sparse.csr_array, wanted: np.ndarray) -> sparse.csr_array:
    """Leave out the cells of all columns but some; the shape stays. A cell of value 0 stays a cell."""
    kept = np.isin(np.arange(matrix.shape[1]), wanted)[matrix.indices]
    indptr = np.append(0, np.cumsum(kept))[matrix.indptr]
    return sparse.csr_array((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)


def rows_of(cutoff_id: str, columns: list[np.ndarray], schema: pa.Schema) -> pa.Table:
    """Columns after the cutoff's as a table."""
    arrays = [pa.repeat(pa.scalar(cutoff_id, pa.string()), len(columns[0])), *map(pa.array, columns)]
    return pa.Table.from_arrays(arrays, names=schema.names).cast(schema)
