"""Candidates by alternating least squares (ALS) for implicit feedback, and the factors of products and customers behind them.

Training learns the factors of the products. The factors of customers are solved against them, both for customers of the training
data and for customers who come later. Scores can therefore be explained from the history, and serving equals fold-in.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.learning_curve import chosen_sweeps
from warehouse_recommender.candidates.problem import Problem, answers, cell_matrix, problems
from warehouse_recommender.candidates.solver import Settings, fit_products, solve_rows
from warehouse_recommender.candidates.top_k import Triples, top_k_with_and_without_repeats
from warehouse_recommender.candidates.vectors import vector_rows, vectors, without
from warehouse_recommender.progress import Progress

CUTOFF_COLUMNS = ("cutoff_id", "cutoff_at")
CELL_COLUMNS = ("cutoff_id", "customer_index", "product_index", "weight")
PRODUCT_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("product_index", pa.int64()),
        ("as_of", pa.timestamp("us")),
        ("fitted_at", pa.timestamp("us")),
        ("factors", pa.list_(pa.float32())),
    ]
)
CUSTOMER_SCHEMA = pa.schema([("cutoff_id", pa.string()), ("customer_index", pa.int64()), ("factors", pa.list_(pa.float32()))])
DIRECTION_SCHEMA = pa.schema([("cutoff_id", pa.string()), ("direction_index", pa.int64()), ("factors", pa.list_(pa.float32()))])
PRODUCT_COLUMNS, CUSTOMER_COLUMNS = tuple(PRODUCT_SCHEMA.names), tuple(CUSTOMER_SCHEMA.names)
DIRECTION_COLUMNS = tuple(DIRECTION_SCHEMA.names)
WARM_ITERATIONS = 3  # sweeps of a fit that starts from the product factors of the previous build
SAMPLED_CUSTOMERS = 20_000  # customers in all but the last sweeps of a fit from scratch
WHOLE_ITERATIONS = 2  # last sweeps of a fit from scratch, over all customers


def product_factors(cutoffs: pa.Table, cells: pa.Table, curves: pa.Table, previous: pa.Table, *, settings: Settings) -> pa.Table:
    """Learn the factors of the products, one factorisation per cutoff.

    With more than ``SAMPLED_CUSTOMERS`` customers, a fit from scratch runs all but its last sweeps on a sample of them: a sample
    shows the patterns that many customers share, and the cost of the first sweeps then doesn't grow with the number of customers.

    Parameters
    ----------
    cutoffs
        ``CUTOFF_COLUMNS``.
    cells
        ``CELL_COLUMNS``: the weight of each observed pair beyond the weight of 1 that every pair has.
    curves
        ``warehouse_recommender.candidates.learning_curve.SWEEP_COLUMNS``: the chosen number of sweeps.
    previous
        ``PRODUCT_COLUMNS`` of the previous build, read if ``start`` is ``last`` or ``frozen``. Each cutoff uses the newest
        factors that are not later than the cutoff.
    settings
        See :class:`warehouse_recommender.candidates.solver.Settings`.

    Returns
    -------
    pyarrow.Table
        Rows of ``PRODUCT_SCHEMA``, for products with a cell. ``fitted_at`` is the cutoff at which the factors were fitted.
    """
    sweeps = chosen_sweeps(curves, settings.iterations)
    batches = [PRODUCT_SCHEMA.empty_table()]
    for row in cutoffs.sort_by("cutoff_id").to_pylist():
        weights = cell_matrix(cells, row["cutoff_id"], "weight")
        if weights.nnz == 0:
            continue
        as_of = fitted_at = pa.scalar(row["cutoff_at"], pa.timestamp("us"))
        known, known_at = last_factors(previous, as_of, weights.shape[1], settings)
        with Progress(f"als, cutoff {row['cutoff_id']}", "learning the products") as progress:
            if known is not None and settings.start == "frozen":
                found, fitted_at = with_new_products(weights, known, settings), known_at
            else:
                start, iterations = (known, WARM_ITERATIONS) if known is not None else start_of(weights, sweeps, settings)

                def swept(done: int, *_: np.ndarray, progress: Progress = progress, iterations: int = iterations) -> None:
                    progress.state = f"{done} of {iterations} sweeps done"

                found = fit_products(weights, start, iterations, settings, swept)
        touched = np.unique(weights.indices)
        columns = {"cutoff_id": pa.scalar(row["cutoff_id"], pa.string()), "product_index": pa.array(touched, pa.int64())}
        batches.append(vector_rows(PRODUCT_SCHEMA, columns | {"as_of": as_of, "fitted_at": fitted_at}, found[touched]))
    return pa.concat_tables(batches)


def start_of(weights: sparse.csr_array, sweeps: int, settings: Settings) -> tuple[np.ndarray | None, int]:
    """Start factors of a fit from scratch (None: as ``settings`` say) and the number of sweeps that remain."""
    customers = np.flatnonzero(np.diff(weights.indptr))
    if len(customers) <= SAMPLED_CUSTOMERS:
        return None, sweeps
    left = min(sweeps, WHOLE_ITERATIONS)
    drawn = np.random.default_rng(settings.seed).permutation(customers)[:SAMPLED_CUSTOMERS]
    return fit_products(weights[np.sort(drawn)], None, sweeps - left, settings), left


def last_factors(
    previous: pa.Table, as_of: pa.Scalar, product_count: int, settings: Settings
) -> tuple[np.ndarray | None, pa.Scalar | None]:
    """Newest factors that are not later than ``as_of``, shape (products, factors), and the cutoff at which they were fitted.

    Both are None if ``start`` doesn't use earlier factors, if there are none, or, for ``last``, if their length isn't the length
    set now. Factors fitted after ``as_of`` contain the future and must not be used.
    """
    if settings.start not in ("last", "frozen"):
        return None, None
    past = previous.filter(pc.less_equal(previous["as_of"], as_of))
    newest = past.filter(pc.equal(past["as_of"], pc.max(past["as_of"])))
    lengths = pc.unique(pc.list_value_length(newest["factors"])).to_pylist()
    if len(lengths) != 1 or (settings.start == "last" and lengths != [settings.factors]):
        return None, None
    (cutoff_id, *_) = newest["cutoff_id"].to_pylist()
    return vectors(newest, cutoff_id, "product_index", product_count)[:product_count], pc.max(newest["fitted_at"])


def with_new_products(weights: sparse.csr_array, known: np.ndarray, settings: Settings) -> np.ndarray:
    """Factors of the previous build, plus factors of products new since then, solved against the customers."""
    found = known.copy()
    transposed = sparse.csr_array(weights.T)
    new = np.flatnonzero((np.diff(transposed.indptr) > 0) & ~found.any(axis=1))
    if len(new):
        customers = solve_rows(weights, found, settings.regularization)
        found[new] = solve_rows(transposed[new], customers, settings.regularization)
    return found


def customer_factors(cells: pa.Table, products: pa.Table, directions: pa.Table, *, regularization: float) -> pa.Table:
    """Solve the customers against the factors of the products: the last half-step of training, and fold-in.

    Parameters
    ----------
    cells
        As in :func:`product_factors`.
    products
        ``PRODUCT_COLUMNS``. Cells of products without factors, which are newer than the training, are ignored.
    directions
        ``DIRECTION_COLUMNS``: directions to remove from the customer factors; no rows if there are none. See
        :func:`warehouse_recommender.candidates.vectors.without`.
    regularization
        The L2 penalty with which the products were learned.

    Returns
    -------
    pyarrow.Table
        Rows of ``CUSTOMER_SCHEMA``, one per customer with a cell.
    """
    batches = [CUSTOMER_SCHEMA.empty_table()]
    for cutoff_id in sorted(pc.unique(products["cutoff_id"]).to_pylist()):
        weights = cell_matrix(cells, cutoff_id, "weight")
        known = vectors(products, cutoff_id, "product_index", weights.shape[1])
        weights.resize((weights.shape[0], len(known)))
        touched = np.flatnonzero(np.diff(weights.indptr))
        with Progress(f"als, cutoff {cutoff_id}", "solving the customers"):
            found = solve_rows(weights[touched], known, regularization)
        found = without(found, vectors(directions, cutoff_id, "direction_index", length=found.shape[1]))
        columns = {"cutoff_id": pa.scalar(cutoff_id, pa.string()), "customer_index": pa.array(touched, pa.int64())}
        batches.append(vector_rows(CUSTOMER_SCHEMA, columns, found))
    return pa.concat_tables(batches)


def candidates(
    strengths: pa.Table,
    customers: pa.Table,
    products: pa.Table,
    customer_vectors: pa.Table,
    product_vectors: pa.Table,
    *,
    top_k: int,
) -> pa.Table:
    """Propose products by the inner product of customer and product factors.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    customer_vectors, product_vectors
        ``CUSTOMER_COLUMNS`` and ``PRODUCT_COLUMNS``.
    top_k
        Maximum number of products per customer with repeats, and the same number without repeats.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``.
    """

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            customer_count, product_count = problem.strengths.shape
            of_customers = vectors(customer_vectors, problem.cutoff_id, "customer_index", customer_count)
            of_products = vectors(product_vectors, problem.cutoff_id, "product_index", product_count)
            yield problem.answer(*best_products(problem, of_customers, of_products, top_k))

    return answers(propose())


def best_products(problem: Problem, customer_factors: np.ndarray, product_factors: np.ndarray, k: int) -> Triples:
    """Best products of the listed customers by inner product. Products without interactions have no factors: never proposed."""
    wanted = customer_factors[problem.customer_index]
    offered = np.ascontiguousarray(product_factors[problem.product_index].T)
    unknown = np.flatnonzero(~offered.any(axis=0))

    def score_rows(rows: slice) -> np.ndarray:
        scores = wanted[rows] @ offered
        scores[:, unknown] = -np.inf
        return scores

    return top_k_with_and_without_repeats(score_rows, problem.seen, k)
