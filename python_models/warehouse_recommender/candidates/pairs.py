"""Products ordered together or one after another, from sparse matrix products of orders and of steps."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
from scipy import sparse

from warehouse_recommender.candidates.evidence import EVIDENCE_SCHEMA, cutoff_ids, of_cutoff, of_similar_products
from warehouse_recommender.candidates.neighbours import best_products
from warehouse_recommender.candidates.problem import answers, cell_matrix, problems
from warehouse_recommender.candidates.sparse_blocks import best_pairs, in_blocks, row_positions, terms_of_rows
from warehouse_recommender.ranking.lists import ranges

LARGEST_ORDER = 50  # products; larger orders are ignored: pairs grow with the square, and wholesale orders tell little
MOST_SAMPLED_ORDERS = 2_000_000  # on Spark: orders from which companions are learned; see frames.in_sample
FEWEST_ORDERS = 3  # minimum number of orders with both products; fewer may be chance
MOST_COMPANIONS = 100  # companions kept per product
MOST_LAGS = 3  # number of following steps that count as next
LAG_WEIGHT = 0.5  # weight of a lag relative to the previous lag
HALF_LIFE_DAYS = 180  # age in days at which an occasion has half its weight
LARGEST_STEP = 50  # products; as LARGEST_ORDER
PRIOR_OCCASIONS = 10  # added to the first product's occasions, to lower the confidence of rare products
MOST_SUCCESSORS = 100  # next products kept per product
BLOCK_ROWS = 500_000  # rows of steps processed at a time; larger arrays exceed the cache
DENSE_PAIRS = 50_000_000  # up to this many possible pairs, sum in one dense array (600 MB); above, store only observed pairs
MET_BLOCKS = 16  # factor on BLOCK_ROWS if only observed pairs are stored, because each block sorts them again

ORDER_COLUMNS = ("product_indexes",)
HISTORY_COLUMNS = ("cutoff_id", "customer_index", "product_index", "recent_weight")
PAIRED_COLUMNS = ("cutoff_id", "product_index", "companion_index", "pair_score")
NEXT_COLUMNS = ("cutoff_id", "product_index", "next_product_index", "transition_score")
CUTOFF_COLUMNS = ("cutoff_id", "cutoff_at")
STEP_COLUMNS = ("customer_index", "chain_number", "step", "product_index", "occurred_at", "reversed_at", "weight")
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
    """Propose products paired with the history: the score is the sum over the history of weight × pair score.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`. Strengths mark the products that a customer already has.
    histories
        Cutoff, customer, product and its weight in the history.
    pairs
        Cutoff, history product, proposed product, and pair score. Only the order of the columns of ``histories`` and ``pairs``
        matters.
    top_k
        Maximum number of products per customer with repeats, and the same number without repeats. Products with score 0 aren't
        proposed.

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
    """Compute the contribution of each history product: its weight × the score of its pair with the listed product.

    Parameters
    ----------
    served
        ``PAIR_COLUMNS``: the listed products.
    histories, pairs
        As in :func:`candidates`.
    source
        Name of the source.
    count
        Number of history products named per listed product: the strongest ones.

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
    """Measure which products occur in the same order more often than by chance.

    ``lift`` is the number of orders with both products, divided by the number expected if the two were independent.
    ``pair_score`` is ``confidence · ln(1 + lift)``: confidence alone would propose products that all customers order, lift alone
    products that few order.

    Parameters
    ----------
    orders
        ``cutoff_id`` and ``ORDER_COLUMNS``, one table per cutoff and one row per order; a product may occur several times.
    products
        ``PRODUCT_COLUMNS``: the products that may be recommended. Only these are companions.

    Returns
    -------
    pyarrow.Table
        Rows of ``COMPANION_SCHEMA``, by cutoff, product and rank: the ``MOST_COMPANIONS`` best, ties in the order of
        ``products``.
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
    by_product, companion_orders = sparse.csr_array(held.T), held[:, offered]
    order_count, totals = float(held.shape[0]), np.diff(by_product.indptr).astype(np.float64)

    def measure(rows: slice) -> list[np.ndarray]:
        counts = by_product[rows] @ companion_orders
        first, place = rows.start + row_positions(counts.indptr), counts.indices
        kept = (counts.data >= FEWEST_ORDERS) & (first != offered[place])
        first, place, count = first[kept], place[kept], counts.data[kept]
        confidence = count / totals[first]
        lift = count * order_count / totals[first] / totals[offered[place]]
        score = confidence * np.log(1 + lift)
        return best_pairs([first, place, count, count / order_count, confidence, lift, score], MOST_COMPANIONS)

    pairs = in_blocks(measure, terms_of_rows(by_product, companion_orders))
    pairs[1] = offered[pairs[1]]
    rank = np.arange(len(pairs[0])) - np.searchsorted(pairs[0], pairs[0]) + 1
    return rows_of(cutoff_id, [*pairs, rank], COMPANION_SCHEMA)


def transitions(steps: pa.Table, cutoffs: pa.Table, products: pa.Table) -> pa.Table:
    """Measure which products occur in one of the next ``MOST_LAGS`` steps after a step with a given product.

    An occasion is a pair of such steps. Its weight falls with the lag and with the age of the second step. ``confidence`` is the
    weight of the occasions with both products, divided by the weight of the occasions with the first product plus
    ``PRIOR_OCCASIONS``. The numerator includes the weight of the next product, so that a view counts as a fraction of a purchase.
    ``lift`` is confidence divided by the confidence after any product. ``transition_score`` is ``confidence · ln(1 + lift)``.

    Parameters
    ----------
    steps
        ``STEP_COLUMNS``, in any order. ``step`` rises within a chain. A cutoff uses the rows that occurred before it. A row that
        was reversed before the cutoff still forms a step.
    cutoffs
        ``CUTOFF_COLUMNS``, by id.
    products
        ``PRODUCT_COLUMNS``: the products that may be recommended. Only these are next products.

    Returns
    -------
    pyarrow.Table
        Rows of ``TRANSITION_SCHEMA``, by cutoff, product and score: the ``MOST_SUCCESSORS`` best, ties in the order of
        ``products``.
    """
    rows = sorted_rows(steps)
    tables = [TRANSITION_SCHEMA.empty_table()]
    for cutoff in cutoffs.to_pylist():
        offered = of_cutoff(products, cutoff["cutoff_id"])["product_index"].to_numpy()
        tables.append(rows_of(cutoff["cutoff_id"], transitions_of(rows, cutoff["cutoff_at"], offered), TRANSITION_SCHEMA))
    return pa.concat_tables(tables)


def transitions_of(rows: list[np.ndarray], cutoff_at: datetime, offered: np.ndarray) -> list[np.ndarray]:
    """Columns of the transitions of one cutoff, from the rows of :func:`sorted_rows`; see :func:`transitions`."""
    chain, _, products, *_ = rows
    product_count = 1 + int(max(products.max(initial=0), offered.max(initial=0)))
    positions = np.full(product_count, -1)  # positions of the products that may be recommended
    positions[offered] = np.arange(len(offered))
    lag_weights = LAG_WEIGHT ** np.arange(MOST_LAGS)
    first_totals, second_totals, totals = np.zeros(product_count), np.zeros(product_count), [np.zeros(0)]
    is_dense = product_count * len(offered) <= DENSE_PAIRS
    size = product_count * len(offered) if is_dense else 0
    pairs, counts, weights = np.arange(0), np.zeros(size, np.int32), np.zeros(size)
    block_rows = BLOCK_ROWS if is_dense else MET_BLOCKS * BLOCK_ROWS
    bounds = np.unique(np.append(np.searchsorted(chain, chain[::block_rows]), len(chain)))  # first rows of chains
    for start, stop in itertools.pairwise(bounds):
        first, weight, place, follows, ages = steps_of([column[start:stop] for column in rows], cutoff_at)
        age_weights = 0.5 ** (ages / HALF_LIFE_DAYS)
        occasions = np.zeros(follows.shape)  # weights, by first step and lag
        totals.append(np.zeros(len(ages)))  # weight of the occasions in which a step is the second step
        after = np.arange(1, 1 + len(ages))  # first step after all following steps
        for lag, lag_weight in enumerate(lag_weights, start=1):
            after = np.where(follows[:, lag - 1], np.arange(1 + lag, 1 + lag + len(ages)), after)
            occasions[:-lag, lag - 1] = lag_weight * age_weights[lag:] * follows[:-lag, lag - 1]
            totals[-1][lag:] += occasions[:-lag, lag - 1]
        np.add.at(first_totals, np.repeat(first, MOST_LAGS), occasions[place].ravel())
        np.add.at(second_totals, first, totals[-1][place] * weight)

        second = positions[first]
        kept = np.flatnonzero(second >= 0)
        second, second_place = second[kept], place[kept]
        second_weight = weight[kept] * age_weights[second_place]
        # The cells of all steps that follow a step are adjacent, since an ignored step has no cells.
        ends = np.append(0, np.cumsum(np.bincount(second_place, minlength=len(ages))))
        sizes = (ends[after] - ends[1:])[place]
        cells = ranges(ends[1:][place], sizes)
        lag = second_place[cells] - np.repeat(place + 1, sizes)
        pair = np.repeat(first * np.int64(len(offered)), sizes) + second[cells]
        pair_weight = second_weight[cells] * lag_weights[lag]
        if is_dense:
            np.add.at(counts, pair, np.int32(1))
            np.add.at(weights, pair, pair_weight)
        else:
            pairs, own = np.unique(np.append(pairs, pair), return_inverse=True)
            counts = np.bincount(own, np.append(counts, np.ones(len(pair))))
            weights = np.bincount(own, np.append(weights, pair_weight))

    kept = np.flatnonzero(weights > 0)
    first, second = np.divmod(kept if is_dense else pairs[kept], max(1, len(offered)))
    confidence = weights[kept] / (first_totals[first] + PRIOR_OCCASIONS)
    lift = confidence * np.concatenate(totals).sum() / second_totals[offered[second]]
    score = confidence * np.log(1 + lift)
    best = best_pairs([first, second, counts[kept], confidence, lift, score], MOST_SUCCESSORS)
    best[1] = offered[best[1]]
    return best


def sorted_rows(steps: pa.Table) -> list[np.ndarray]:
    """Sort rows of steps by chain, step and product.

    Returns
    -------
    list of numpy.ndarray
        Numbers of the chain and of the step, over all customers, int32; product; time; time of the reversal, or NaT; weight.
        Shape (rows,) each.
    """
    columns = [steps[name].to_numpy() for name in STEP_COLUMNS]
    order = order_of(columns[:4])
    customer, chain, step, *others = (column[order] for column in columns)
    starts_chain = changes(customer) | changes(chain)
    return [np.cumsum(starts, dtype=np.int32) for starts in (starts_chain, starts_chain | changes(step))] + others


def order_of(keys: Sequence[np.ndarray]) -> np.ndarray:
    """Sort order by several integers of at least 0: by one combined integer, which sorts fastest, if it fits into 64 bits."""
    sizes = [1 + int(key.max(initial=0)) for key in keys]
    return np.argsort(np.ravel_multi_index(keys, sizes)) if math.prod(sizes) < 2**63 else np.lexsort(keys[::-1])


def cutoff_and_offered(table: pa.Table, products: pa.Table) -> tuple[str, np.ndarray]:
    """Cutoff of a table with one cutoff, and the products that may be recommended there."""
    cutoff_id = table["cutoff_id"][0].as_py()
    return cutoff_id, of_cutoff(products, cutoff_id)["product_index"].to_numpy()


def steps_of(rows: list[np.ndarray], cutoff_at: datetime) -> tuple[np.ndarray, ...]:
    """Steps of some chains at a cutoff, from rows of :func:`sorted_rows`.

    Returns
    -------
    products, weights, places
        Per cell, which is a product in a step: the product, the largest weight of its rows, and the position of the step among
        the steps. There is no cell if all its rows were reversed, or if the step has more than ``LARGEST_STEP`` products,
        including reversed ones.
    follows
        Boolean, shape (steps, MOST_LAGS): whether the step 1, 2, … later forms an occasion with it.
    ages
        Days from a step's newest row to the cutoff, shape (steps,).
    """
    cutoff = np.datetime64(cutoff_at, "us")
    known = np.flatnonzero(rows[3] < cutoff)
    chain, step, product, occurred, undone, weight = (column[known] for column in rows)
    starts_step = changes(step)
    cells = np.flatnonzero(starts_step | changes(product))
    first_rows = np.flatnonzero(starts_step)
    ages = (cutoff - np.maximum.reduceat(occurred, first_rows)) / np.timedelta64(1, "D")
    weights = np.fmax.reduceat(np.where(undone < cutoff, np.nan, weight), cells)  # fmax ignores NaN
    places = np.cumsum(starts_step, dtype=np.int32)[cells] - 1
    small = np.bincount(places) <= LARGEST_STEP
    chains = chain[first_rows]
    follows = np.zeros((len(chains), MOST_LAGS), bool)
    for lag in range(1, MOST_LAGS + 1):
        follows[:-lag, lag - 1] = (chains[:-lag] == chains[lag:]) & small[:-lag] & small[lag:]
    kept = np.flatnonzero(small[places] & ~np.isnan(weights))
    return product[cells[kept]], weights[kept], places[kept], follows, ages


def changes(values: np.ndarray) -> np.ndarray:
    """Mark each value that differs from the value before it; the first value is marked."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def rows_of(cutoff_id: str, columns: list[np.ndarray], schema: pa.Schema) -> pa.Table:
    """Build a table from a cutoff and the remaining columns."""
    arrays = [pa.repeat(pa.scalar(cutoff_id, pa.string()), len(columns[0])), *map(pa.array, columns)]
    return pa.Table.from_arrays(arrays, names=schema.names).cast(schema)
