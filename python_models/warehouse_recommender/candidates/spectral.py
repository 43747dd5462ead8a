"""Low-pass filter over the product graph: GF-CF (Shen et al., CIKM 2021, sections 4 and 5)."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates.learning_curve import LENGTH, held_out_cells, held_out_quality, train_ndcg
from warehouse_recommender.candidates.problem import Problem, answers, cell_matrix, problems
from warehouse_recommender.candidates.sparse_blocks import gram
from warehouse_recommender.candidates.top_k import top_k_with_and_without_repeats
from warehouse_recommender.candidates.vectors import vector_rows, vectors

CURVE_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("rank", pa.int32()),
        ("train_ndcg_at_k", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("customer_count", pa.int64()),
        ("is_chosen", pa.bool_()),
    ]
)
FILTER_SCHEMA = pa.schema([("cutoff_id", pa.string()), ("product_index", pa.int32()), ("factors", pa.list_(pa.float32()))])
CUSTOMER_EXPONENT = 0.5  # 0..1; a higher value reduces the weight of active customers; at 0.5 both sides are normalised alike
PRODUCT_EXPONENT = 0.5  # 0..1; a higher value reduces the weight of popular products
EXACT_SIDE = 1_500  # maximum length of the shorter side for which LAPACK computes the singular vectors
STEPS, SPACE = 40, 5  # of the block Krylov method: multiplications, and dimensions of the search space per wanted vector
GRAM_SHARE = 20  # maximum ratio of product pairs to cells of the matrix at which the inner products of all pairs are stored
RANKS = 8  # number of ranks of a curve: one eighth of the patterns that may pass, two eighths, …


def filters(
    strengths: pa.Table,
    products: pa.Table,
    *,
    factors: int,
    largest_share: float,
    pattern_share: float,
    customer_exponent: float,
    product_exponent: float,
    seed: int,
) -> pa.Table:
    """Learn the filter of each cutoff.

    Parameters
    ----------
    strengths, products
        See :func:`warehouse_recommender.candidates.problem.problems`: all customers, and the products that may be recommended.
    factors, largest_share, pattern_share, customer_exponent, product_exponent, seed
        See :func:`low_pass`.

    Returns
    -------
    pyarrow.Table
        Rows of ``FILTER_SCHEMA``, one per product with an interaction: ``factors`` contains the row of ``analysis``, followed by
        the row of ``synthesis``; see :func:`low_pass`.
    """
    tables = [FILTER_SCHEMA.empty_table()]
    for cutoff_id in sorted(pc.unique(strengths["cutoff_id"]).to_pylist()):
        offered = products.filter(pc.equal(products["cutoff_id"], cutoff_id))["product_index"].to_numpy()
        matrix = cell_matrix(strengths, cutoff_id, "strength", product_count=1 + int(offered.max(initial=-1)))
        found = np.hstack(
            low_pass(
                matrix,
                factors=factors,
                largest_share=largest_share,
                pattern_share=pattern_share,
                customer_exponent=customer_exponent,
                product_exponent=product_exponent,
                seed=seed,
            )
        )
        touched = np.unique(matrix.indices)
        columns = {"cutoff_id": pa.scalar(cutoff_id, pa.string()), "product_index": pa.array(touched, pa.int32())}
        tables.append(vector_rows(FILTER_SCHEMA, columns, found[touched]))
    return pa.concat_tables(tables)


def candidates(strengths: pa.Table, customers: pa.Table, products: pa.Table, filters: pa.Table, *, top_k: int) -> pa.Table:
    """Propose the products with the highest values in each customer's filtered history.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    filters
        Rows of ``FILTER_SCHEMA``.
    top_k
        Number of products per customer: once with products of the history, and once without them.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``. Scores have no fixed range; only products with a score above 0 are proposed.
    """

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            count = problem.strengths.shape[1]
            found = vectors(filters, problem.cutoff_id, "product_index", count, length=2)[:count]
            analysis, synthesis = (np.ascontiguousarray(half) for half in np.hsplit(found, 2))
            yield problem.answer(*best_products(problem, analysis, synthesis, top_k))

    return answers(propose())


def low_pass(
    strengths: sparse.csr_array,
    *,
    factors: int,
    largest_share: float,
    pattern_share: float,
    customer_exponent: float,
    product_exponent: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the ideal low-pass filter of the product graph as two thin matrices.

    Let ``d`` be the degrees (sums of strengths) of customers u and products i, a and b the exponents, and V the leading right
    singular vectors of ``d_u^-a · strengths · d_i^-b``. The filter turns a history h into ``h · d_i^-b · V · Vᵀ · d_i^b``. It
    passes the directions of the largest singular values, which vary slowly between products of the same customers. The rest is
    noise. The paper uses a = b = 1/2.

    Parameters
    ----------
    strengths
        Customers × products, CSR, non-negative.
    factors
        Maximum number of singular vectors (patterns).
    largest_share
        The same as a share of the customers or of the products with a strength, whichever are fewer. A filter that passes
        everything would not be a filter.
    pattern_share
        Share of these patterns that passes, strongest first, above 0 to 1.
    customer_exponent, product_exponent
        a and b, 0 to 1: a higher value reduces the weight of active customers and of popular products.
    seed
        Seed of the solver's random start block.

    Returns
    -------
    analysis, synthesis
        float32, both of shape (products, patterns), by rising singular value: the filtered history is
        ``history @ analysis @ synthesis.T``. Rows of products without interactions are zero.
    """
    matrix = sparse.csr_array(strengths, dtype=np.float64)
    customer_degrees, product_degrees = matrix.sum(axis=1), matrix.sum(axis=0)
    normalised = sparse.csr_array(
        sparse.diags_array(inverse_power(customer_degrees, customer_exponent))
        @ matrix
        @ sparse.diags_array(inverse_power(product_degrees, product_exponent))
    )
    smaller_side = min(np.count_nonzero(customer_degrees), np.count_nonzero(product_degrees))
    rank = min(factors, int(np.ceil(largest_share * smaller_side)), min(normalised.shape) - 1)
    rank = int(np.ceil(pattern_share * rank))
    if rank < 1:
        # A single customer or product: the only pattern is the history itself.
        vectors = np.atleast_2d(normalised.sum(axis=0)).T
        vectors = vectors / max(np.linalg.norm(vectors), np.finfo(np.float64).tiny)
    else:
        with threadpool_limits(limits=1):
            vectors = leading_vectors(normalised, rank, seed)
    analysis = vectors * inverse_power(product_degrees, product_exponent)[:, None]
    synthesis = vectors * np.where(product_degrees > 0, product_degrees, 0)[:, None] ** product_exponent
    return analysis.astype(np.float32), synthesis.astype(np.float32)


def leading_vectors(matrix: sparse.csr_array, rank: int, seed: int) -> np.ndarray:
    """Compute the right singular vectors of the largest singular values, by rising value.

    The vectors of the shorter side are computed first. If that side is short, the result is exact. Otherwise a block Krylov
    method with full orthogonalisation is used (Musco and Musco, NeurIPS 2015, algorithm 2): a random block and its repeated
    products with the matrix span the search space. On 10,000 customers × 5,000 products this space contained 0.9999 of the
    vectors, in a tenth of the time of ARPACK. If the matrix has many cells per pair of columns, it is read only once, to compute
    the inner products of its columns.

    Parameters
    ----------
    matrix
        Rows × columns, CSR.
    rank
        Number of vectors, at most the length of the shorter side.
    seed
        Seed of the random block.

    Returns
    -------
    numpy.ndarray
        Shape (columns, rank), orthonormal.
    """
    if matrix.shape[0] < matrix.shape[1]:  # the matrix maps singular vectors of one side to those of the other
        vectors = matrix.T @ leading_vectors(sparse.csr_array(matrix.T), rank, seed)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=0), np.finfo(np.float64).tiny)
    if matrix.shape[1] <= EXACT_SIDE:
        inner = (matrix.T @ matrix).toarray()
        return linalg.eigh(inner, subset_by_index=[len(inner) - rank, len(inner) - 1])[1]
    forward = matrix.astype(np.float32)
    if matrix.shape[1] ** 2 <= GRAM_SHARE * matrix.nnz:
        multiplied = gram(forward, np.float32).__matmul__
    else:
        backward = sparse.csr_array(forward.T)

        def multiplied(block: np.ndarray) -> np.ndarray:
            return backward @ (forward @ block)

    width = -(-rank * SPACE // STEPS)
    basis = np.empty((matrix.shape[1], 0), np.float32)
    block = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(STEPS):
        for _ in range(2):  # the second pass removes rounding errors, and the arbitrary columns of a block without new directions
            block = linalg.qr(block - basis @ (basis.T @ block), mode="economic", check_finite=False)[0]
        basis = np.hstack([basis, block])
        block = multiplied(block)
    _, coordinates = linalg.eigh(basis.T @ multiplied(basis), subset_by_index=[basis.shape[1] - rank, basis.shape[1] - 1])
    return basis @ coordinates


def rank_curve(
    cutoffs: pa.Table,
    strengths: pa.Table,
    *,
    factors: int,
    largest_share: float,
    pattern_share: float,
    customer_exponent: float,
    product_exponent: float,
    seed: int,
) -> pa.Table:
    """Measure the filter's quality on held-out cells by the number of patterns that pass, up to the maximum of a build.

    One decomposition serves all ranks: its first r patterns are those of a decomposition of rank r. Ranks above the maximum of a
    build are not measured, because the decomposition is most of the cost, and its cost grows faster than its rank.

    Parameters
    ----------
    cutoffs, strengths
        See :func:`warehouse_recommender.candidates.learning_curve.held_out_cells`.
    factors, largest_share, pattern_share, customer_exponent, product_exponent, seed
        See :func:`low_pass`. The seed also draws the held-out cells. ``pattern_share`` sets ``is_chosen``; curves extend beyond
        it, up to all patterns.

    Returns
    -------
    pyarrow.Table
        Rows of ``CURVE_SCHEMA``, one per cutoff and rank.
    """
    rows = []
    for cutoff_id, train, held_out, evaluated in held_out_cells(cutoffs, strengths, "strength", seed):
        found = low_pass(
            train,
            factors=factors,
            largest_share=largest_share,
            pattern_share=1.0,
            customer_exponent=customer_exponent,
            product_exponent=product_exponent,
            seed=seed,
        )
        analysis, synthesis = (matrix[:, ::-1] for matrix in found)  # the solver sorts by rising singular value
        used = analysis.shape[1]
        for rank in sorted({int(np.ceil(used * part / RANKS)) for part in range(1, RANKS + 1)}):
            spectra, products = train[evaluated] @ analysis[:, :rank], np.ascontiguousarray(synthesis[:, :rank])
            _, ndcg, _ = held_out_quality(train[evaluated], held_out[evaluated], spectra, products, LENGTH)
            rows.append(
                {
                    "cutoff_id": cutoff_id,
                    "rank": rank,
                    "train_ndcg_at_k": train_ndcg(train[evaluated], spectra, products, LENGTH),
                    "ndcg_at_k": ndcg,
                    "customer_count": len(evaluated),
                    "is_chosen": rank == int(np.ceil(pattern_share * used)),
                }
            )
    return pa.Table.from_pylist(rows, schema=CURVE_SCHEMA)


def inverse_power(degrees: np.ndarray, exponent: float) -> np.ndarray:
    """``degrees ** -exponent``, 0 if the degree is 0."""
    return np.where(degrees > 0, np.where(degrees > 0, degrees, 1) ** -exponent, 0.0)


def best_products(
    problem: Problem, analysis: np.ndarray, synthesis: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the products with the highest values above 0 in the filtered histories of the listed customers."""
    spectra = problem.histories @ analysis
    offered = np.ascontiguousarray(synthesis[problem.product_index].T)

    return top_k_with_and_without_repeats(lambda rows: spectra[rows] @ offered, problem.seen, k, above=0)
