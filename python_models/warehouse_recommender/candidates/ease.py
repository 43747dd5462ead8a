"""Embarrassingly shallow autoencoder: a linear item model in closed form (Steck, WWW 2019)."""

import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates.problem import Problem, answers, problems
from warehouse_recommender.candidates.top_k import top_k_with_and_without_repeats

REGULARIZATION = 10.0  # L2 penalty of the linear item model, in squared strength
MOST_PRODUCTS = 10_000  # touched products beyond which the source is left out; memory is 16 bytes × their square


def candidates(
    strengths: pa.Table, customers: pa.Table, products: pa.Table, *, top_k: int, regularization: float, most_products: int
) -> pa.Table:
    """Propose products by how well the rest of the history predicts them, linearly.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    top_k
        Products per customer with repeats, and as many without.
    regularization
        See :func:`item_weights`.
    most_products
        Touched products up to which the model is made: it holds two dense float64 matrices of their square, 16 bytes per pair.
        Beyond, a line on the console says so and the cutoff gets no candidates of this source.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``; scores have no fixed range, and only those above 0 are proposed.
    """

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            touched = np.flatnonzero(np.diff(problem.strengths.tocsc().indptr))
            if len(touched) > most_products:
                print(
                    f"ease: {len(touched)} products at cutoff {problem.cutoff_id} are more than MOST_PRODUCTS = "
                    f"{most_products}; the source is left out there.",
                    file=sys.stderr,
                )
                continue
            yield problem.answer(*best_products(problem, touched, regularization, top_k))

    return answers(propose())


def item_weights(strengths: sparse.csr_array, regularization: float) -> np.ndarray:
    """Weights B that predict a history from itself without a product predicting itself: ``history @ B``.

    The minimum of ``|X - X·B|² + regularization · |B|²`` with a zero diagonal is ``B = I - P / diag(P)`` column by column, with
    ``P = (XᵀX + regularization · I)⁻¹``.

    Parameters
    ----------
    strengths
        Customers × products, CSR, no empty columns needed.
    regularization
        L2 penalty, above 0.

    Returns
    -------
    numpy.ndarray
        float32, shape (products, products), zero diagonal.

    Raises
    ------
    ValueError
        If the penalty isn't above zero: without it the matrix may have no inverse.
    """
    if regularization <= 0:
        raise ValueError(f"regularization is {regularization}. Accepted: above 0.")
    matrix = sparse.csr_array(strengths, dtype=np.float64)
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices_from(gram)] += regularization
    factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    inverse = linalg.cho_solve(factor, np.eye(len(gram)), overwrite_b=True, check_finite=False)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return weights.astype(np.float32)


def best_products(
    problem: Problem, touched: np.ndarray, regularization: float, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best products of the listed customers by predicted strength; products nobody touched are never proposed."""
    with threadpool_limits(limits=1):
        weights = item_weights(problem.strengths[:, touched], regularization)
    histories = problem.histories[:, touched]
    place = np.full(problem.strengths.shape[1], -1)
    place[touched] = np.arange(len(touched))
    places = place[problem.product_index]
    offered = np.where(places[None, :] >= 0, weights[:, places], 0)

    def score_rows(rows: slice) -> np.ndarray:
        scores = histories[rows] @ offered
        scores[scores <= 0] = -np.inf
        return scores

    return top_k_with_and_without_repeats(score_rows, problem.seen, k)
