"""EASE, the embarrassingly shallow autoencoder: a linear item model in closed form (Steck, WWW 2019)."""

import math
import sys
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, lapack
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates.problem import Problem, answers, cell_matrix, problems
from warehouse_recommender.candidates.sparse_blocks import BLOCK_COLUMNS, gram
from warehouse_recommender.candidates.top_k import top_k_with_and_without_repeats

MEMORY = 2_000_000_000  # bytes; bounds the number of products in the model, see most_products
BYTES_PER_PAIR = 12  # of products: an inverse in float64, then weights in float32
SINGLE_PRECISION = 100_000  # largest ratio of squared product length to penalty at which the float32 inverse has five digits
FEW_CUSTOMERS = 4  # with this many products per customer or more, invert customers × customers instead of products × products
WEIGHT_SCHEMA = pa.schema([("cutoff_id", pa.string()), ("product_index", pa.int32()), ("weights", pa.list_(pa.float32()))])
LIMIT_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("cutoff_id", pa.string()),
        ("product_count", pa.int64()),
        ("used_product_count", pa.int64()),
        ("reason", pa.string()),
    ]
)


def weights(strengths: pa.Table, *, penalty_share: float, memory: int) -> Iterator[pa.RecordBatch]:
    """Learn the linear model of each cutoff.

    Parameters
    ----------
    strengths
        See :func:`warehouse_recommender.candidates.problem.problems`: all customers.
    penalty_share
        See :func:`penalty`.
    memory
        Maximum memory of the model, in bytes. If not all products fit, those with the fewest customers are left out, and a line
        on the console reports it.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``WEIGHT_SCHEMA``, one per cutoff and product of the model: the weight of the product in the score of each product
        of the model, in their order.
    """
    for cutoff_id in sorted(pc.unique(strengths["cutoff_id"]).to_pylist()):
        matrix = cell_matrix(strengths, cutoff_id, "strength")
        customer_counts = np.diff(matrix.tocsc().indptr)
        most, touched = most_products(memory), np.flatnonzero(customer_counts)
        if len(touched) > most:
            print(f"ease at cutoff {cutoff_id}: {limit_reason(len(touched), memory)}", file=sys.stderr)
            touched = np.sort(touched[np.argsort(-customer_counts[touched], kind="stable")[:most]])
        with threadpool_limits(limits=1):
            used = matrix[:, touched]
            found = item_weights(used, penalty(used, penalty_share))
        offsets = pa.array(np.arange(len(touched) + 1) * len(touched), pa.int32())
        columns = [
            pa.repeat(pa.scalar(cutoff_id, pa.string()), len(touched)),
            pa.array(touched, pa.int32()),
            pa.ListArray.from_arrays(offsets, pa.array(found.ravel())),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=WEIGHT_SCHEMA)


def candidates(
    strengths: pa.Table, customers: pa.Table, products: pa.Table, weights: Iterable[pa.Table], *, top_k: int
) -> pa.Table:
    """Propose products by how well the rest of the history predicts them in the linear model.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    weights
        Rows of ``WEIGHT_SCHEMA``, one table per cutoff, in any order.
    top_k
        Maximum number of products per customer with repeats, and the same number without repeats.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``; scores have no fixed range, and only products with a score above 0 are proposed.
    """
    known = {problem.cutoff_id: problem for problem in problems(strengths, customers, products)}

    def propose() -> Iterator[pa.RecordBatch]:
        for own in weights:
            problem, touched = known.get(own["cutoff_id"][0].as_py()), own["product_index"].to_numpy()
            if problem is not None:
                found = own["weights"].combine_chunks().flatten().to_numpy().reshape(len(touched), -1)
                yield problem.answer(*best_products(problem, touched, found, top_k))

    return answers(propose())


def penalty(strengths: sparse.csr_array, share: float) -> float:
    """L2 penalty as a share of the mean squared length of the products with a strength; above 0.

    The best penalty depends on the number of customers per product and on their strengths, which differ between data sets.
    """
    squares = np.bincount(strengths.indices, strengths.data.astype(np.float64) ** 2)
    touched = squares[squares > 0]
    return share * float(touched.mean()) if len(touched) else 1.0


def most_products(memory: int) -> int:
    """Number of products of the largest model that fits into ``memory`` bytes, at least 1."""
    return max(1, math.isqrt(memory // BYTES_PER_PAIR))


def limit_reason(product_count: int, memory: int) -> str:
    """State in one sentence which of the products are left out."""
    return (
        f"{memory:,} bytes hold a model of {most_products(memory):,} products; of {product_count:,} products with interactions, "
        "those with the most customers are used."
    )


def limits(products: pa.Table, *, memory: int) -> pa.Table:
    """Report the cutoffs at which products are left out of the model.

    Parameters
    ----------
    products
        ``PRODUCT_COLUMNS``: the products with interactions.
    memory
        See :func:`weights`.

    Returns
    -------
    pyarrow.Table
        Rows of ``LIMIT_SCHEMA``, one per cutoff with more products than fit.
    """
    most = most_products(memory)
    counts = sorted((row["values"], row["counts"]) for row in pc.value_counts(products["cutoff_id"]).to_pylist())
    rows = [("ease", cutoff_id, count, most, limit_reason(count, memory)) for cutoff_id, count in counts if count > most]
    return pa.Table.from_pylist([dict(zip(LIMIT_SCHEMA.names, row, strict=True)) for row in rows], schema=LIMIT_SCHEMA)


def item_weights(strengths: sparse.csr_array, regularization: float) -> np.ndarray:
    """Weights B that predict a history from itself, ``history @ B``, without using a product to predict itself.

    The minimum of ``|X - X·B|² + regularization · |B|²`` with a zero diagonal is ``B = I - P / diag(P)`` column by column, with
    ``P = (XᵀX + regularization · I)⁻¹``.

    Parameters
    ----------
    strengths
        Customers × products, CSR; empty columns are not needed.
    regularization
        L2 penalty, above 0.

    Returns
    -------
    numpy.ndarray
        float32, shape (products, products), zero diagonal.

    Raises
    ------
    ValueError
        If the penalty isn't above zero, or is so small relative to the strengths that the matrix has no inverse.
    """
    if regularization <= 0:
        raise ValueError(f"regularization is {regularization}. Accepted: above 0.")
    matrix = sparse.csr_array(strengths, dtype=np.float64)
    matrix, count = matrix[np.diff(matrix.indptr) > 0], matrix.shape[1]
    if matrix.shape[0] * FEW_CUSTOMERS <= count:
        return item_weights_of_few_customers(matrix, regularization)
    largest = np.bincount(matrix.indices, matrix.data**2).max(initial=0)
    inverse = gram(matrix, np.float32 if largest <= SINGLE_PRECISION * regularization else np.float64)
    inverse[np.diag_indices_from(inverse)] += regularization
    decompose, invert = lapack.get_lapack_funcs(("potrf", "potri"), (inverse,))
    factor, failed = decompose(inverse.T, lower=1, clean=0, overwrite_a=1)  # LAPACK works in place on the transpose
    if failed:
        raise ValueError(f"the matrix of {count} products has no Cholesky factor at regularization {regularization}.")
    inverse, _ = invert(factor, lower=1, overwrite_c=1)  # its lower triangle
    diagonal = np.diag(inverse).copy()
    weights = np.empty((count, count), np.float32)
    for first in range(0, count, BLOCK_COLUMNS):
        some = slice(first, first + BLOCK_COLUMNS)
        own, below = np.tril(inverse[some, some]), inverse[some.stop :, some]
        weights[some, some] = (own + np.tril(own, -1).T) / -diagonal[some]
        weights[some.stop :, some] = below / -diagonal[some]
        weights[some, some.stop :] = below.T / -diagonal[some.stop :]
    weights[np.diag_indices_from(weights)] = 0
    return weights


def item_weights_of_few_customers(matrix: sparse.csr_array, regularization: float) -> np.ndarray:
    """Weights by an inverse of customers × customers: ``regularization · P = I - Xᵀ·(X·Xᵀ + regularization · I)⁻¹·X``."""
    inner = (matrix @ matrix.T).toarray()
    inner[np.diag_indices_from(inner)] += regularization
    solved = cho_solve(cho_factor(inner, overwrite_a=True), matrix.toarray(order="F"), overwrite_b=True)
    by_product, count = sparse.csr_array(matrix.T), matrix.shape[1]
    weights = np.empty((count, count), np.float32)
    for first in range(0, count, BLOCK_COLUMNS):
        explained = by_product @ np.ascontiguousarray(solved[:, first : first + BLOCK_COLUMNS])
        weights[:, first : first + BLOCK_COLUMNS] = explained / (1 - np.diag(explained, -first))
    weights[np.diag_indices_from(weights)] = 0
    return weights


def best_products(
    problem: Problem, touched: np.ndarray, weights: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best products of the listed customers by predicted strength; only products of the model are proposed.

    Rows of ``weights`` follow ``touched``; its columns are the same products in the order of their index.
    """
    rows = np.argsort(touched)
    touched = touched[rows]
    some = slice(np.searchsorted(touched, problem.strengths.shape[1]))  # no listed customer has had later products
    place = np.full(problem.strengths.shape[1], -1)
    place[touched[some]] = np.arange(len(touched[some]))
    known = np.flatnonzero(place[problem.product_index] >= 0)
    histories = problem.histories[:, touched[some]]
    # In row-major order: for any other order SciPy would make a copy per block.
    offered = weights[np.ix_(rows[some], place[problem.product_index[known]])]

    customers, products, scores = top_k_with_and_without_repeats(
        lambda rows: histories[rows] @ offered, problem.seen[:, known], k, above=0
    )
    return customers, known[products], scores
