"""Learning curve of als: quality of the factors on held-out cells after each sweep, and the chosen number of sweeps."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.solver import Settings, fit_products, solve_rows
from warehouse_recommender.candidates.top_k import largest
from warehouse_recommender.metrics import ndcg, ranks_in_lists
from warehouse_recommender.progress import Progress

PURPOSE_COLUMNS = ("cutoff_id", "purpose")
SWEEP_COLUMNS = ("cutoff_id", "iteration", "is_chosen")
CURVE_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("iteration", pa.int32()),
        ("train_loss", pa.float64()),
        ("train_objective", pa.float64()),
        ("held_out_loss", pa.float64()),
        ("k", pa.int32()),
        ("train_ndcg_at_k", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("recall_at_k", pa.float64()),
        ("customer_count", pa.int64()),
        ("is_chosen", pa.bool_()),
    ]
)
EVALUATED_CUSTOMERS = 1_000  # maximum number of customers per cutoff whose lists are evaluated
TRAINING_CUSTOMERS = 5_000  # maximum number of customers in the training data of a curve
HELD_OUT_SHARE = 0.2  # of the products of an evaluated customer
LENGTH = 10  # products of an evaluated list
STOPPING_TOLERANCE = 0.005  # share of the best nDCG that may be lost by stopping early
FEWEST_SWEEPS = 5  # minimum number of sweeps: cells held out at random hardly show the gain of the first sweeps
PATIENCE = 4  # sweeps run after the sweep that would be chosen
BLOCK_SCORES = 4_000_000  # scores in memory
BLOCK_CELLS = 128_000  # cells per thread whose loss is summed


class Enough(Exception):
    """Raised to end a fit, because no later sweep will be chosen."""


def learning_curve(cutoffs: pa.Table, cells: pa.Table, *, stops_early: bool, settings: Settings) -> pa.Table:
    """Train on all cells except the held-out ones, and measure quality on the held-out cells after each sweep.

    Parameters
    ----------
    cutoffs
        ``PURPOSE_COLUMNS``.
    cells
        ``warehouse_recommender.candidates.als.CELL_COLUMNS``.
    stops_early
        If true, choose the fewest sweeps whose mean nDCG over the cutoffs is within ``STOPPING_TOLERANCE`` of the best, but at
        least ``FEWEST_SWEEPS``. The fewest and not the best: differences along the plateau are chance. A curve ends ``PATIENCE``
        sweeps later. If false, choose all sweeps.
    settings
        Settings of als. The starts ``last`` and ``frozen`` behave as ``svd``.

    Returns
    -------
    pyarrow.Table
        Rows of ``CURVE_SCHEMA``, one per tuning cutoff and sweep.
    """
    rows = []
    for cutoff_id, train, held_out, evaluated in held_out_cells(cutoffs, cells, "weight", settings.seed):
        with Progress(f"als, learning curve at cutoff {cutoff_id}") as progress:
            rows += [
                {"cutoff_id": cutoff_id, **sweep} for sweep in sweeps(train, held_out, evaluated, settings, progress, stops_early)
            ]
    if not rows:
        return CURVE_SCHEMA.empty_table()
    enough = settings.iterations
    if stops_early:
        curves = [[row["ndcg_at_k"] for row in own] for _, own in groupby(rows, itemgetter("cutoff_id"))]
        enough = fewest_sweeps(np.mean(list(zip(*curves, strict=False)), axis=1))
    return pa.Table.from_pylist([row | {"is_chosen": row["iteration"] == enough} for row in rows], schema=CURVE_SCHEMA)


def fewest_sweeps(ndcgs: Sequence[float]) -> int:
    """Return the first sweep, at least ``FEWEST_SWEEPS``, whose nDCG is within the tolerance of the best, or the last sweep."""
    first = 1 + int(np.argmax(np.array(ndcgs) >= max(ndcgs) * (1 - STOPPING_TOLERANCE)))
    return max(first, min(FEWEST_SWEEPS, len(ndcgs)))


def chosen_sweeps(curves: pa.Table, most: int) -> int:
    """Return the number of sweeps of a fit from scratch: that chosen in ``curves``, at most ``most``; without a choice ``most``.

    ``curves`` has ``SWEEP_COLUMNS``.
    """
    return min([most, *curves.filter(curves["is_chosen"])["iteration"].to_pylist()])


def held_out_cells(
    cutoffs: pa.Table, cells: pa.Table, value: str, seed: int
) -> Iterator[tuple[str, sparse.csr_array, sparse.csr_array, np.ndarray]]:
    """Hold out a share of the cells of a sample of customers with two products or more, at each tuning cutoff.

    The sample depends on the seed and on the history before the cutoff, never on the horizon, so later data cannot affect when
    training stops. Rejected alternative: the newest products of each customer, because decayed strengths contain no times.

    With more than ``TRAINING_CUSTOMERS`` customers, only a sample of that size is used, because the best number of sweeps or
    patterns hardly depends on the other customers.

    Parameters
    ----------
    cutoffs
        ``PURPOSE_COLUMNS``.
    cells
        Columns ``cutoff_id``, ``customer_index``, ``product_index`` and ``value``, in any order.
    value
        Column with the values.
    seed
        Seed of the samples.

    Yields
    ------
    cutoff_id
        Key of the cutoff; cutoffs without a customer to evaluate are skipped.
    train, held_out
        Customers × products, CSR float32.
    evaluated
        Positions of the customers with both held-out cells and training cells.
    """
    for cutoff_id in sorted(cutoffs.filter(pc.equal(cutoffs["purpose"], "tune"))["cutoff_id"].to_pylist()):
        matrix = cell_matrix(cells, cutoff_id, value)
        known = np.flatnonzero(np.diff(matrix.indptr))
        if len(known) > TRAINING_CUSTOMERS:
            matrix = matrix[np.sort(np.random.default_rng(seed).permutation(known)[:TRAINING_CUSTOMERS])]
        matrix = matrix.tocoo()
        draw = np.random.default_rng(seed)
        drawn = draw.permutation(np.flatnonzero(np.bincount(matrix.row, minlength=matrix.shape[0]) > 1))[:EVALUATED_CUSTOMERS]
        is_held_out = (draw.random(matrix.nnz) < HELD_OUT_SHARE) & np.isin(matrix.row, drawn)
        train, held_out = (
            sparse.csr_array((matrix.data[part], (matrix.row[part], matrix.col[part])), shape=matrix.shape)
            for part in (~is_held_out, is_held_out)
        )
        evaluated = np.flatnonzero((np.diff(train.indptr) > 0) & (np.diff(held_out.indptr) > 0))
        if len(evaluated):
            yield cutoff_id, train, held_out, evaluated


def sweeps(
    train: sparse.csr_array,
    held_out: sparse.csr_array,
    evaluated: np.ndarray,
    settings: Settings,
    progress: Progress,
    stops_early: bool,
) -> list[dict[str, float]]:
    """Columns of ``CURVE_SCHEMA`` after each sweep; arguments as in :func:`held_out_cells` and :func:`learning_curve`."""
    rows = []

    def note(iteration: int, customers: np.ndarray, products: np.ndarray) -> None:
        progress.state = f"{iteration} of {settings.iterations} sweeps done"
        train_loss, objective = losses(train, customers, products, settings.regularization)
        then = solve_rows(train[evaluated], products, settings.regularization)
        loss, gain, recall = held_out_quality(train[evaluated], held_out[evaluated], then, products, LENGTH)
        rows.append(
            {
                "iteration": iteration,
                "train_loss": train_loss,
                "train_objective": objective,
                "held_out_loss": loss,
                "k": LENGTH,
                "train_ndcg_at_k": train_ndcg(train[evaluated], then, products, LENGTH),
                "ndcg_at_k": gain,
                "recall_at_k": recall,
                "customer_count": len(evaluated),
            }
        )
        if stops_early and iteration >= PATIENCE + fewest_sweeps([row["ndcg_at_k"] for row in rows]):
            raise Enough

    with suppress(Enough):
        fit_products(train, None, settings.iterations, settings, note)
    return rows


def losses(weights: sparse.csr_array, customers: np.ndarray, products: np.ndarray, regularization: float) -> tuple[float, float]:
    """Compute loss and objective of the least squares, per unit of confidence, so that data of different sizes are comparable.

    The library's own loss isn't used, because its threads sum in any order, so its last digits differ between runs.

    Parameters
    ----------
    weights
        Customers × products, CSR: confidence beyond 1 of the observed cells.
    customers, products
        Factors of customers and of products.
    regularization
        L2 penalty λ.

    Returns
    -------
    loss
        ``Σ c (p - x·y)² / Σ c`` over all cells.
    objective
        The same with the penalties ``λ (Σ |x_u|² + Σ |y_i|²)`` added to the numerator; no half-step may increase it.
    """
    squares = np.sum((customers.T @ customers).astype(np.float64) * (products.T @ products))
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))

    def observed(start: int) -> float:
        cells = slice(start, start + BLOCK_CELLS)
        scores = np.einsum("ij,ij->i", customers[rows[cells]], products[weights.indices[cells]]).astype(np.float64)
        return float(np.sum((1 + weights.data[cells]) * (1 - scores) ** 2 - scores**2))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        error = squares + sum(pool.map(observed, range(0, weights.nnz, BLOCK_CELLS)))
    penalty = regularization * sum(float(np.sum(side.astype(np.float64) ** 2)) for side in (customers, products))
    confidence = np.prod(weights.shape, dtype=np.float64) + weights.data.sum(dtype=np.float64)
    return float(error / confidence), float((error + penalty) / confidence)


def held_out_quality(
    train: sparse.csr_array, held_out: sparse.csr_array, customers: np.ndarray, products: np.ndarray, k: int
) -> tuple[float, float, float]:
    """Measure the quality of factors on cells outside their training data.

    Parameters
    ----------
    train, held_out
        Evaluated customers × products, CSR: confidence beyond 1 of the training cells, and of the held-out cells; at least one of
        each per customer.
    customers, products
        Factors of customers and of products.
    k
        Length of the lists, which contain the best products outside ``train``.

    Returns
    -------
    loss
        ``Σ c (p - x·y)² / Σ c`` over the pairs outside the training data.
    ndcg, recall
        Means over the customers, defined as for published lists.
    """
    error = confidence = 0.0
    gains, recalls = [], []
    product_count = products.shape[0]
    products, train, held_out = of_used_products(products, train, held_out)
    step = max(1, BLOCK_SCORES // products.shape[0])
    for first in range(0, train.shape[0], step):
        rows = slice(first, first + step)
        scores = customers[rows] @ products.T
        known, wanted = train[rows].tocoo(), held_out[rows].tocoo()
        hoped = scores[wanted.row, wanted.col].astype(np.float64)
        scores[known.row, known.col] = 0
        error += float(np.sum(scores.astype(np.float64) ** 2) + np.sum((1 + wanted.data) * (1 - hoped) ** 2 - hoped**2))
        confidence += float(len(scores) * product_count - known.nnz + wanted.data.sum(dtype=np.float64))
        scores[known.row, known.col] = -np.inf
        scores[:, ~products.any(axis=1)] = -np.inf
        gain, recall = list_quality(scores, wanted, k)
        gains.append(gain)
        recalls.append(recall)
    return error / confidence, float(np.concatenate(gains).mean()), float(np.concatenate(recalls).mean())


def train_ndcg(train: sparse.csr_array, customers: np.ndarray, products: np.ndarray, k: int) -> float:
    """Mean nDCG of the k best of all products, with the training products as relevant; see :func:`held_out_quality`."""
    gains = []
    products, train = of_used_products(products, train)
    step = max(1, BLOCK_SCORES // products.shape[0])
    for first in range(0, train.shape[0], step):
        rows = slice(first, first + step)
        scores = customers[rows] @ products.T
        scores[:, ~products.any(axis=1)] = -np.inf
        gains.append(list_quality(scores, train[rows].tocoo(), k)[0])
    return float(np.concatenate(gains).mean())


def of_used_products(products: np.ndarray, *cells: sparse.csr_array) -> tuple[np.ndarray | sparse.csr_array, ...]:
    """Remove products with neither factors nor cells. They are most of a large catalogue, and their scores would be 0."""
    used = np.flatnonzero(
        products.any(axis=1) | np.any([np.bincount(own.indices, minlength=len(products)) for own in cells], axis=0)
    )
    return products[used], *(own[:, used] for own in cells)


def list_quality(scores: np.ndarray, wanted: sparse.coo_array, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Binary nDCG and recall of the k best of each row, both of shape (rows,).

    Parameters
    ----------
    scores
        Rows × products; minus infinity if a product is no candidate.
    wanted
        Relevant products, at least one per row.
    k
        Length of the lists.
    """
    relevant = np.zeros(scores.shape, bool)
    relevant[wanted.row, wanted.col] = True
    counts = relevant.sum(axis=1)
    row, column, value = largest(scores, k)
    order = np.lexsort((column, -value, row))
    row, column = row[order], column[order]
    hits = relevant[row, column]
    recall = np.bincount(row, weights=hits, minlength=len(scores)) / counts
    return ndcg(row[hits], ranks_in_lists(row)[hits], counts, k), recall
