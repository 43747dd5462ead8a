"""Products of two sparse matrices in blocks of rows."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from warehouse_recommender.candidates.top_k import best_in_rows, row_thresholds

BLOCK_COLUMNS = 512  # columns whose inner products are computed at a time
BLOCK_TERMS = 8_000_000  # multiplications per thread; a block has at most this many cells of 12 bytes


def row_positions(indptr: np.ndarray) -> np.ndarray:
    """Row of each cell of a CSR matrix."""
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def largest_of_rows(matrix: sparse.csr_array, most: int) -> sparse.csr_array:
    """Keep the ``most`` largest cells of each row, ties to the lower column; a matrix without longer rows stays as it is."""
    counts = np.diff(matrix.indptr)
    if counts.max(initial=0) <= most:
        return matrix
    matrix = matrix.sorted_indices()
    rows = row_positions(matrix.indptr)
    kept = best_in_rows(rows, matrix.data, most, matrix.shape[0])
    return sparse.csr_array((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def terms_of_rows(left: sparse.csr_array, right: sparse.csr_array) -> np.ndarray:
    """Number of multiplications that each row of ``left @ right`` takes, shape (rows of left,)."""
    terms = np.append(0, np.cumsum(np.diff(right.indptr)[left.indices], dtype=np.int64))
    return np.diff(terms[left.indptr])


def in_blocks(measure: Callable[[slice], list[np.ndarray]], terms: np.ndarray) -> list[np.ndarray]:
    """Apply ``measure`` to blocks of rows of at most ``BLOCK_TERMS`` terms, or of one row, and concatenate the results."""
    ends = np.cumsum(terms)
    bounds, start = [], 0
    while start < len(terms):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + BLOCK_TERMS, side="right")))
        bounds.append(slice(start, stop))
        start = stop
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [np.concatenate(part) for part in zip(*pool.map(measure, bounds), strict=True)]


def gram(matrix: sparse.csr_array, dtype: type) -> np.ndarray:
    """Inner products of all columns with each other: ``matrixᵀ · matrix``, dense, shape (columns, columns)."""
    by_column, count = sparse.csr_array(matrix.T), matrix.shape[1]
    found = np.empty((count, count), dtype)
    for first in range(0, count, BLOCK_COLUMNS):
        some = slice(first, first + BLOCK_COLUMNS)
        found[some, first:] = (by_column[some] @ matrix[:, first:]).toarray()
        found[first:, some] = found[some, first:].T
    return found


def best_pairs(pairs: list[np.ndarray], k: int) -> list[np.ndarray]:
    """Select each product's k best pairs, best first, ties to the lower second index.

    Parameters
    ----------
    pairs
        First product, second product, other columns, score; shape (pairs,) each, sorted by first product.
    k
        Number of pairs kept per product.
    """
    counts = np.bincount(pairs[0])
    kept = np.flatnonzero(pairs[-1] >= row_thresholds(counts, pairs[-1], k)[pairs[0]])  # leaves few pairs to sort
    first, second, score = pairs[0][kept], pairs[1][kept], pairs[-1][kept]
    order = np.lexsort((second, -score, first))
    order = order[np.arange(len(first)) - np.searchsorted(first, first) < k]
    return [part[kept[order]] for part in pairs]
