"""Quality of lists for the learning curves, the ranker and tuning; SQL defines the published metrics."""

import numpy as np


def ranks_in_lists(lists: np.ndarray) -> np.ndarray:
    """Rank of each row within its list, from 0, shape (rows,); ``lists`` is the list of each row, ascending."""
    return np.arange(len(lists)) - np.searchsorted(lists, lists)


def ndcg(lists: np.ndarray, ranks: np.ndarray, relevant_counts: np.ndarray, k: int) -> np.ndarray:
    """Binary nDCG@k of each list (Järvelin and Kekäläinen, TOIS 2002).

    Parameters
    ----------
    lists, ranks
        List and rank, from 0, of each hit (a listed relevant product). Shape (hits,); hits at rank k or later are ignored.
    relevant_counts
        Number of relevant products of each list, listed or not, at least 1, shape (lists,).
    k
        Depth, in products. The gain at rank r, from 0, is ``1 / log2(r + 2)``; the ideal list has ``min(k, relevant)`` hits.

    Returns
    -------
    numpy.ndarray
        0 to 1, shape (lists,).
    """
    discounts = 1 / np.log2(np.arange(k) + 2)
    within = ranks < k
    gains = np.bincount(lists[within], weights=discounts[ranks[within]], minlength=len(relevant_counts))
    return gains / np.cumsum(discounts)[np.minimum(relevant_counts, k) - 1]
