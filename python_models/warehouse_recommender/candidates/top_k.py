"""Best products per customer, in blocks of customers, so that customers × products never stands in memory."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

BLOCK_CELLS = 4_000_000  # scores held per thread at a time (16 MB as float32)


def top_k_with_and_without_repeats(
    score_rows: Callable[[slice], np.ndarray], seen: sparse.csr_array, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take each customer's k best products, and the k best among those not seen before.

    Both sets are returned as one, so that a list may be made with repeats or without them. Ties go to the lower column. Scores
    that aren't finite mean "never"; a customer may get fewer than k products.

    Parameters
    ----------
    score_rows
        Gives the scores of a block of customers, shape (rows of the slice, products), float32. Called from several threads; the
        block it returns is overwritten.
    seen
        Customers × products, non-zero where the customer has the product already.
    k
        Products wanted, at least 1.

    Returns
    -------
    customers, products, scores
        Of shape (candidates,) each: row and column positions, by customer and then by product, and the score.
    """
    customer_count, product_count = seen.shape
    block_rows = max(1, BLOCK_CELLS // max(1, product_count))
    blocks = [slice(i, min(i + block_rows, customer_count)) for i in range(0, customer_count, block_rows)]

    def best_of(rows: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        scores = score_rows(rows)
        scores[~np.isfinite(scores)] = -np.inf
        chosen = largest(scores, k)
        is_seen = seen[rows].tocoo()
        unseen_scores = scores.copy()
        unseen_scores[is_seen.row, is_seen.col] = -np.inf
        chosen |= largest(unseen_scores, k)
        customers, products = np.nonzero(chosen)
        return customers + rows.start, products, scores[customers, products]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(best_of, blocks))
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Mark the k largest finite scores of each row; of equal ones the leftmost.

    Parameters
    ----------
    scores
        Shape (rows, columns); ``-inf`` is never marked.

    Returns
    -------
    numpy.ndarray
        Boolean, of the shape of ``scores``, with at most k marks a row.
    """
    if k >= scores.shape[1]:
        return scores > -np.inf
    threshold = -np.partition(-scores, k - 1, axis=1)[:, k - 1 : k]
    marked = scores > threshold
    room = k - marked.sum(axis=1, keepdims=True)
    tied = (scores == threshold) & (scores > -np.inf)
    return marked | (tied & (np.cumsum(tied, axis=1) <= room))
