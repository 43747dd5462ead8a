"""Evidence of als: which products of a customer's history raise the score of a listed product."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from scipy import sparse

from warehouse_recommender.candidates.evidence import Pieces, collected, cutoff_ids, evidence_rows, of_cutoff
from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.top_k import largest
from warehouse_recommender.candidates.vectors import vectors, without

EXPLAINED_CUSTOMERS = 256  # customers explained per thread at a time


def evidence(
    pairs: pa.Table,
    cells: pa.Table,
    products: pa.Table,
    directions: pa.Table,
    *,
    count: int,
    regularization: float,
) -> pa.Table:
    """Tell what each product of a history adds to a score (Hu, Koren and Volinsky, ICDM 2008, section 5).

    The factors of a customer u solve ``A x = Σ_j c_uj y_j`` with ``A = YᵀY + Σ_j w_uj y_j y_jᵀ + λ I``, so the score of i is
    ``y_i·x = Σ_j c_uj y_j·z_i`` with ``A z_i = y_i``: one small system per customer serves all that is listed for them. Where
    directions of groups are taken out of the customers, taking them out of ``y_i`` gives the same score.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS``: what is listed.
    cells, products, directions, regularization
        As in :func:`warehouse_recommender.candidates.als.customer_factors`.
    count
        Products of the history that are named per listed product, the strongest.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``.
    """

    def explain() -> Iterator[pa.Table]:
        for cutoff_id in cutoff_ids(pairs):
            listed = of_cutoff(pairs, cutoff_id)
            customers, offered = (listed[name].to_numpy() for name in ("customer_index", "product_index"))
            weights = cell_matrix(cells, cutoff_id, "weight", 1 + int(customers.max()), 1 + int(offered.max()))
            known = vectors(products, cutoff_id, "product_index", weights.shape[1])
            shown = without(known, vectors(directions, cutoff_id, "direction_index", length=known.shape[1]))
            pieces = explained_customers(customers, offered, weights, known, shown, regularization, count)
            yield evidence_rows(listed, customers, offered, pieces)

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
    """Evidence of each customer's listed products: position of the pair, product of the history, score and total.

    ``shown`` are the vectors that products are scored by."""
    usable = known.any(axis=0)  # dimensions beyond the usable ones are zero for everybody
    known, shown = known[:, usable].astype(np.float64), shown[:, usable].astype(np.float64)
    shared = known.T @ known
    order = np.argsort(customers, kind="stable")
    ends = np.flatnonzero(np.diff(customers[order], append=-1)) + 1
    starts = np.concatenate([[0], ends[:-1]])

    def explain(position: int) -> list[Pieces]:
        found = []
        for first, last in zip(*(edges[position : position + EXPLAINED_CUSTOMERS] for edges in (starts, ends)), strict=True):
            pairs = order[first:last]
            customer = customers[pairs[0]]
            cells = slice(weights.indptr[customer], weights.indptr[customer + 1])
            history, extra = weights.indices[cells], weights.data[cells].astype(np.float64)
            own = known[history]
            matrix = shared + own.T @ (extra[:, None] * own) + regularization * np.eye(len(shared))
            answered = np.linalg.solve(matrix, shown[offered[pairs]].T)
            parts = ((1 + extra)[:, None] * (own @ answered)).T
            totals = parts.sum(axis=1)
            row, column, score = largest(np.where(parts > 0, parts, -np.inf), count)
            found.append((pairs[row], history[column], score, totals[row]))
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [piece for block in pool.map(explain, range(0, len(ends), EXPLAINED_CUSTOMERS)) for piece in block]
