"""Alternating least squares for implicit feedback (Hu, Koren and Volinsky, ICDM 2008)."""

import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse

from warehouse_recommender.candidates.problem import Problem, answers, problems
from warehouse_recommender.candidates.top_k import top_k_with_and_without_repeats


def candidates(
    strengths: pa.Table,
    customers: pa.Table,
    products: pa.Table,
    *,
    top_k: int,
    factors: int,
    regularization: float,
    alpha: float,
    iterations: int,
    seed: int,
) -> pa.Table:
    """Propose products by the inner product of customer and product factors, one factorisation per cutoff.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    top_k
        Products per customer with repeats, and as many without.
    factors, regularization, alpha, iterations, seed
        See :func:`factorise`.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``.
    """

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            customer_factors, product_factors = factorise(
                problem.strengths,
                factors=factors,
                regularization=regularization,
                alpha=alpha,
                iterations=iterations,
                seed=seed,
            )
            yield problem.answer(*best_products(problem, customer_factors, product_factors, top_k))

    return answers(propose())


def best_products(
    problem: Problem, customer_factors: np.ndarray, product_factors: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best products of the listed customers by inner product; a product nobody touched has no factors and is never proposed."""
    wanted = customer_factors[problem.customer_index]
    offered = product_factors[problem.product_index]
    unknown = ~np.diff(problem.strengths.tocsc().indptr)[problem.product_index].astype(bool)

    def score_rows(rows: slice) -> np.ndarray:
        scores = wanted[rows] @ offered.T
        scores[:, unknown] = -np.inf
        return scores

    return top_k_with_and_without_repeats(score_rows, problem.seen, k)


def factorise(
    strengths: sparse.csr_array, *, factors: int, regularization: float, alpha: float, iterations: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Factorise a customers × products matrix of strengths.

    Parameters
    ----------
    strengths
        Customers × products, CSR, non-negative. Empty rows and columns get zero factors.
    factors
        Latent dimensions; more than the smaller side of the matrix can hold are not used.
    regularization
        L2 penalty on both factors.
    alpha
        Confidence of an observed cell is ``1 + alpha * strength``, of any other cell 1.
    iterations
        Sweeps; a sweep solves for the customers, then for the products.
    seed
        Seed of the initial factors.

    Returns
    -------
    customer_factors, product_factors
        float32, of shape (customers, factors) and (products, factors). The customers are solved once more against the final
        products, so that both belong together: scores can be explained from the history, and serving equals folding in.
    """
    confidences = sparse.csr_matrix(strengths, dtype=np.float32)
    confidences.data = 1 + np.float32(alpha) * confidences.data
    model = AlternatingLeastSquares(
        factors=min(factors, *confidences.shape),
        regularization=regularization,
        iterations=iterations,
        random_state=seed,
        calculate_training_loss=False,
    )
    model.fit(confidences, show_progress=sys.stderr.isatty())
    customer_count, product_count = confidences.shape
    customer_factors = model.recalculate_user(np.arange(customer_count), confidences)
    assert customer_factors.shape[0] == customer_count
    assert model.item_factors.shape[0] == product_count
    customer_factors[np.diff(confidences.indptr) == 0] = 0
    return customer_factors, model.item_factors
