"""Best products per customer, in blocks of customers, so that customers × products is never whole in memory."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

BLOCK_CELLS = 4_000_000  # scores in memory per thread (16 MB as float32)
GROUP_SHARE = 8  # a row is searched in at least this many times k groups of columns; fewer groups leave more values to sort
SPARSE_SHARE = 8  # a block with less than 1 / SPARSE_SHARE of its cells filled stays sparse

Triples = tuple[np.ndarray, np.ndarray, np.ndarray]


def top_k_with_and_without_repeats(
    score_rows: Callable[[slice], np.ndarray | sparse.csr_array], seen: sparse.csr_array, k: int, above: float = -np.inf
) -> Triples:
    """Select each customer's k best products, and the k best products without those seen before.

    Both sets are returned as one, so that lists can be built with or without repeats. Ties go to the lower column. A score that
    isn't finite excludes the product, so a customer may get fewer than k products.

    Parameters
    ----------
    score_rows
        Returns the scores of a block of customers, shape (rows of the slice, products), floating point. Called from several
        threads; the returned block is overwritten. In a sparse block (CSR), only stored cells are scores.
    seen
        Customers × products, non-zero if the customer already has the product.
    k
        Number of products wanted, at least 1.
    above
        Scores must be higher than this bound.

    Returns
    -------
    customers, products, scores
        Of shape (candidates,) each: row and column positions, sorted by customer and then by product, and the score.
    """
    customer_count, product_count = seen.shape
    block_rows = max(1, BLOCK_CELLS // max(1, product_count))
    blocks = [slice(i, min(i + block_rows, customer_count)) for i in range(0, customer_count, block_rows)]

    def best_of(rows: slice) -> Triples:
        scores = score_rows(rows)
        known = seen[rows].tocoo()
        if sparse.issparse(scores):
            new, old = largest_of_sparse(scores, known, k, above)
        else:
            values = scores[known.row, known.col]
            old = known.row, known.col, np.where(values > above, values, -np.inf)
            scores[known.row, known.col] = -np.inf
            new = largest(scores, k, above)
        # The k best products are among the k best new and all seen products, which saves a second search through all products.
        both = [np.concatenate(pair) for pair in zip(new, old, strict=True)]
        order = np.argsort(both[0] * product_count + both[1], kind="stable")  # merges two sorted runs
        customers, products, values = (part[order] for part in both)
        wanted = best_in_rows(customers, values, k, rows.stop - rows.start) | (order < len(new[0]))
        return customers[wanted] + rows.start, products[wanted], values[wanted]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(best_of, blocks))
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def dense_if_full(scores: sparse.csr_array) -> np.ndarray | sparse.csr_array:
    """Scores unchanged if few cells of the matrix are filled, else dense."""
    return scores if scores.nnz * SPARSE_SHARE < scores.shape[0] * scores.shape[1] else scores.toarray()


def largest_of_sparse(scores: sparse.csr_array, known: sparse.coo_array, k: int, above: float) -> tuple[Triples, Triples]:
    """Find the k largest finite cells of each row outside ``known``, as ``largest`` does, and all cells in ``known``."""
    scores.data[~(scores.data > above)] = -np.inf
    rows, columns = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr)), scores.indices
    is_known = np.zeros(scores.shape, bool)
    is_known[known.row, known.col] = True
    is_old = is_known[rows, columns]
    old = rows[is_old], columns[is_old], scores.data[is_old]
    is_new = ~is_old & np.isfinite(scores.data)
    rows, columns, values = rows[is_new], columns[is_new], scores.data[is_new]
    thresholds = row_thresholds(np.bincount(rows, minlength=scores.shape[0]), values, k)
    kept = np.flatnonzero(values >= thresholds[rows])  # leaves few values to sort
    kept = kept[np.lexsort((columns[kept], rows[kept]))]
    wanted = kept[best_in_rows(rows[kept], values[kept], k, scores.shape[0])]
    return (rows[wanted], columns[wanted], values[wanted]), old


def largest(scores: np.ndarray, k: int, above: float = -np.inf) -> Triples:
    """Find the k largest finite values of each row that are above a bound; ties go to the leftmost.

    Columns are searched in groups. The k-th largest group maximum is never above the k-th largest value, so smaller values are
    excluded, and only the few remaining values are compared with each other. Partitioning whole rows takes several times as long.

    Parameters
    ----------
    scores
        Shape (rows, columns), floating point. NaN and infinities are never selected, and may be overwritten.
    k
        Number of values wanted per row, at least 1.
    above
        Values must be higher than this bound.

    Returns
    -------
    rows, columns, values
        Of shape (found,) each, sorted by row and column; at most k per row.
    """
    row_count, column_count = scores.shape
    if row_count == 0 or column_count == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, scores.dtype)
    width = max(1, column_count // max(1, column_count // (GROUP_SHARE * k)))
    group_count = column_count // width
    maxima = group_maxima(scores, group_count, width)
    if not np.all(maxima < np.inf):  # NaN or infinity somewhere
        scores[~np.isfinite(scores)] = -np.inf
        maxima = group_maxima(scores, group_count, width)
    lowest = np.nextafter(scores.dtype.type(above), scores.dtype.type(np.inf))
    if k < maxima.shape[1]:
        lowest = np.maximum(np.partition(maxima, -k, axis=1)[:, -k, None], lowest)
    places = np.flatnonzero(scores >= lowest)
    rows, columns = places // column_count, places % column_count
    values = scores.ravel()[places]
    wanted = best_in_rows(rows, values, k, row_count)
    return rows[wanted], columns[wanted], values[wanted]


def group_maxima(scores: np.ndarray, group_count: int, width: int) -> np.ndarray:
    """Largest value of every ``group_count``-th column, in ``width`` groups, followed by the columns outside the groups."""
    grouped = scores[:, : group_count * width].reshape(len(scores), group_count, width).max(axis=1)
    return np.concatenate([grouped, scores[:, group_count * width :]], axis=1)


def best_in_rows(rows: np.ndarray, values: np.ndarray, k: int, row_count: int) -> np.ndarray:
    """Mark the k largest finite values of each row; ties go to the first.

    Parameters
    ----------
    rows, values
        Of shape (values,), sorted by row.
    k
        Number of values wanted per row.
    row_count
        Number of rows.

    Returns
    -------
    numpy.ndarray
        Boolean, shape (values,).
    """
    counts = np.bincount(rows, minlength=row_count)
    finite = np.isfinite(values)
    if counts.max(initial=0) <= k:
        return finite
    values = np.where(finite, values, -np.inf)
    threshold = row_thresholds(counts, values, k)[rows]
    marked = values > threshold
    tied = (values == threshold) & finite
    room = k - np.bincount(rows[marked], minlength=row_count)
    ties = np.append(0, np.cumsum(tied))
    return marked | (tied & (ties[1:] - np.repeat(ties[np.cumsum(counts) - counts], counts) <= room[rows]))


def row_thresholds(counts: np.ndarray, values: np.ndarray, k: int) -> np.ndarray:
    """Find the k-th largest value of each row; minus infinity for a row with at most k values.

    Parameters
    ----------
    counts
        Number of values per row, shape (rows,).
    values
        Of shape (values,), sorted by row, without NaN.
    k
        Rank wanted, at least 1.
    """
    thresholds = np.full(len(counts), -np.inf, values.dtype)
    starts, bits = np.cumsum(counts) - counts, np.frexp(counts)[1]
    for size in np.unique(bits[counts > k]):  # rows of similar length together: at most half of the table is padding
        some = np.flatnonzero((bits == size) & (counts > k))
        place = np.arange(counts[some].max())
        table = values[np.minimum(starts[some, None] + place, len(values) - 1)]
        table[place >= counts[some, None]] = -np.inf
        thresholds[some] = np.partition(table, -k, axis=1)[:, -k]
    return thresholds
