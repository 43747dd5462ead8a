"""Evidence of the source als: the contributions of history products to the score of a listed product."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from scipy import linalg, sparse

from warehouse_recommender.candidates.evidence import (
    PAIR_COLUMNS,
    Pieces,
    collected,
    cutoff_ids,
    evidence_rows,
    of_cutoff,
    strongest,
)
from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.vectors import vectors, without

BATCH_CELLS = 500_000  # numbers per thread in the largest array
# Histories are padded to a multiple of this, or of an eighth of their length, so that many are solved at once.
LEAST_STEP = 4


def evidence(
    pairs: pa.Table,
    cells: pa.Table,
    products: pa.Table,
    directions: pa.Table,
    *,
    count: int,
    regularization: float,
) -> pa.Table:
    """Compute the contribution of each history product to a score (Hu, Koren and Volinsky, ICDM 2008, section 5).

    The factors of a customer u solve ``A x = Σ_j c_uj y_j`` with ``A = YᵀY + Σ_j w_uj y_j y_jᵀ + λ I``, so the score of i is
    ``y_i·x = Σ_j c_uj y_j·z_i`` with ``A z_i = y_i``: one small system per customer explains all products listed for the
    customer. If group directions are removed from the customers, removing them from ``y_i`` gives the same score.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS``: the listed products.
    cells, products, directions, regularization
        As in :func:`warehouse_recommender.candidates.als.customer_factors`.
    count
        Number of history products named per listed product: the strongest ones.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``.
    """

    def explain() -> Iterator[pa.Table]:
        for cutoff_id in cutoff_ids(pairs):
            listed = of_cutoff(pairs, cutoff_id).sort_by([(name, "ascending") for name in PAIR_COLUMNS[1:]])
            customers, offered = (listed[name].to_numpy() for name in PAIR_COLUMNS[1:])
            weights = cell_matrix(cells, cutoff_id, "weight", 1 + int(customers.max()), 1 + int(offered.max()))
            known = vectors(products, cutoff_id, "product_index", weights.shape[1])
            shown = without(known, vectors(directions, cutoff_id, "direction_index", length=known.shape[1]))
            yield evidence_rows(listed, explained_customers(customers, offered, weights, known, shown, regularization, count))

    return collected(explain())


def explained_customers(
    customers: np.ndarray,
    offered: np.ndarray,
    weights: sparse.csr_array,
    known: np.ndarray,
    shown: np.ndarray,
    regularization: float,
    count: int,
) -> list[Pieces]:
    """Evidence of each customer's listed products, as :func:`evidence.strongest` returns it.

    With ``YᵀY + λ I = L Lᵀ`` and vectors ``L⁻¹ y``, the matrix of a customer is ``L (I + Hᵀ W H) Lᵀ``, where H are the vectors of
    the history. The contributions are therefore ``H (I + Hᵀ W H)⁻¹ y = (I + H Hᵀ W)⁻¹ H y``, a system no larger than the history.
    The systems of histories of similar length are solved as one stack.

    Parameters
    ----------
    customers, offered
        Customer, ascending, and product of each pair.
    weights
        Weight of each cell beyond 1.
    known, shown
        Vectors of the products, and the vectors that score them.
    regularization, count
        As in :func:`evidence`.
    """
    usable = known.any(axis=0)  # dimensions beyond the usable rank are zero for all products
    known, shown = known[:, usable].astype(np.float64), shown[:, usable].astype(np.float64)
    lower = np.linalg.cholesky(known.T @ known + regularization * np.eye(known.shape[1]))
    known, shown = (linalg.solve_triangular(lower, table.T, lower=True).T for table in (known, shown))
    known = np.vstack([known, np.zeros(known.shape[1])])  # the last row pads histories
    explained, firsts, pair_counts = np.unique(customers, return_index=True, return_counts=True)
    sizes = np.diff(weights.indptr)[explained]
    steps = np.maximum(LEAST_STEP, 2 ** np.maximum(0, np.frexp(sizes)[1] - 4))
    lengths = steps * -(-sizes // steps)

    def explain(batch: np.ndarray) -> Pieces:
        length, most = lengths[batch[0]], pair_counts[batch].max()
        place = np.arange(length)
        is_own = place < sizes[batch, None]
        own = np.where(is_own, weights.indptr[explained[batch], None] + place, 0)
        history = np.where(is_own, weights.indices[own], len(known) - 1)
        extra = np.where(is_own, weights.data[own], 0).astype(np.float64)
        place = np.arange(most)
        is_pair = place < pair_counts[batch, None]
        pairs = np.where(is_pair, firsts[batch, None] + place, 0)
        vectors_of, wanted = known[history], shown[offered[pairs]].transpose(0, 2, 1)
        turned = vectors_of.transpose(0, 2, 1)
        if length <= known.shape[1]:
            matrix = np.eye(length) + (vectors_of @ turned) * extra[:, None, :]
            answered = np.linalg.solve(matrix, vectors_of @ wanted)
        else:
            matrix = np.eye(known.shape[1]) + (turned * extra[:, None, :]) @ vectors_of
            answered = vectors_of @ np.linalg.solve(matrix, wanted)
        parts = ((1 + extra)[:, :, None] * answered).transpose(0, 2, 1)[is_pair]
        pair = np.repeat(np.arange(len(parts)), np.repeat(sizes[batch], pair_counts[batch]))
        is_own = np.repeat(is_own, pair_counts[batch], axis=0)
        history = np.repeat(history, pair_counts[batch], axis=0)
        found, *columns = strongest(pair, history[is_own], parts[is_own], count, len(parts))
        return pairs[is_pair][found], *columns

    order = np.argsort(lengths, kind="stable")
    order = order[sizes[order] > 0]
    batches = []
    while len(order):
        length = lengths[order[0]]
        same = np.searchsorted(lengths[order], length, side="right")
        cells = length * max(known.shape[1], int(pair_counts[order[:same]].max()))
        batch, order = np.split(order, [min(same, max(1, BATCH_CELLS // cells))])
        batches.append(batch)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(explain, batches))
