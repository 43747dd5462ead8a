"""Alternating least squares for implicit feedback with the library ``implicit``; no other module imports it.

The factors x of a customer u minimise, against the factors y of the products (Hu, Koren and Volinsky, ICDM 2008),

    Σ_i c_ui (p_ui - x·y_i)² + λ |x|²,   p_ui = 1 and c_ui = 1 + w_ui if a cell is observed, else p_ui = 0 and c_ui = 1,

and the factors of products minimise the same against the customers. The library takes c as a matrix of customers × products; this
module takes w.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import implicit.cpu.als
import implicit.gpu.als
import numpy as np
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates.vectors import filled_up

STARTS = ("svd", "random", "last", "frozen")
DEVICES = ("cpu", "gpu")
LARGEST_SHARE = 0.1  # latent dimensions per customer or product, at most: a small shop's data supports no more
BATCH_CELLS = 500_000  # numbers per thread in the largest array
OVERSAMPLING, POWER_SWEEPS = 10, 2  # parameters of the randomised SVD


@dataclass(frozen=True)
class Settings:
    """Settings of a factorisation.

    Attributes
    ----------
    factors
        Length of the vectors.
    regularization
        L2 penalty λ per customer and per product, above 0.
    iterations
        Maximum number of sweeps of a fit from scratch. A sweep solves the customers, then the products.
    start
        ``svd``: from the truncated SVD of the matrix with a 1 in each observed cell. ``random``: from small random numbers.
        ``last``: from the product factors of the previous build. ``frozen``: keep the product factors of the previous build and
        solve only new products. Without a previous build, ``last`` and ``frozen`` start as ``svd``.
    device
        ``cpu``, or ``gpu`` for the sweeps; customers are always solved on the CPU.
    seed
        Seed of the random start and of the SVD's random probes.
    largest_share
        Maximum number of latent dimensions, as a share of the customers or products that have a cell, whichever are fewer; above
        0 to 1. The vectors are padded with 0.

    Raises
    ------
    ValueError
        If a value is out of range, or if the device is ``gpu`` and the library finds no GPU.
    """

    factors: int
    regularization: float
    iterations: int
    start: str
    device: str
    seed: int
    largest_share: float = LARGEST_SHARE

    def __post_init__(self) -> None:
        rules = [
            ("als_factors", self.factors, self.factors >= 1, "1 or more"),
            ("als_regularization", self.regularization, self.regularization > 0, "above 0"),
            ("als_iterations", self.iterations, self.iterations >= 1, "1 or more"),
            ("als_start", self.start, self.start in STARTS, ", ".join(STARTS)),
            ("als_device", self.device, self.device in DEVICES, ", ".join(DEVICES)),
        ]
        for name, value, holds, accepted in rules:
            if not holds:
                raise ValueError(f"{name} is {value}. Accepted: {accepted}.")
        if self.device == "gpu" and not implicit.gpu.HAS_CUDA:
            raise ValueError(
                "als_device is gpu, but the library implicit finds no GPU (implicit.gpu.HAS_CUDA is false). On a machine with an "
                "NVIDIA GPU and CUDA 13, install implicit[gpu], which brings RMM; elsewhere set als_device to cpu."
            )


def fit_products(
    weights: sparse.csr_array,
    start: np.ndarray | None,
    iterations: int,
    settings: Settings,
    after_sweep: Callable[[int, np.ndarray, np.ndarray], None] = lambda *_: None,
) -> np.ndarray:
    """Learn the factors of the products.

    Parameters
    ----------
    weights
        Customers × products, CSR: weight of an observed cell beyond 1, 0 or more.
    start
        Factors of the products to start from, shape (products, factors); None: start as the settings say.
    iterations
        Number of sweeps.
    settings
        See :class:`Settings`.
    after_sweep
        Called after each sweep with its number, from 1, and the factors of customers and of products. The customer factors were
        solved before the product factors.

    Returns
    -------
    numpy.ndarray
        float32, shape (products, factors); zero for an empty column. On the CPU, the bytes don't depend on the number of threads.

    Raises
    ------
    ValueError
        If ``start`` doesn't have one row per product.
    """
    customer_count, product_count = weights.shape
    rank = usable_rank(weights, settings)
    if start is None and settings.start != "random":
        start = svd_start(weights, rank, settings.seed)
    if start is not None and len(start) != product_count:
        raise ValueError(f"{len(start)} starting vectors for {product_count} products. Accepted: one each.")
    module = implicit.gpu.als if settings.device == "gpu" else implicit.cpu.als
    model = module.AlternatingLeastSquares(
        factors=rank, regularization=settings.regularization, iterations=iterations, random_state=settings.seed
    )
    if start is not None:
        to_device = implicit.gpu.Matrix if settings.device == "gpu" else np.asarray
        # `fit` keeps existing factors. It solves the customers first, so theirs may start at zero.
        model.item_factors = to_device(np.ascontiguousarray(start[:, :rank], np.float32))
        model.user_factors = to_device(np.zeros((customer_count, rank), np.float32))

    def on_host(factors: object) -> np.ndarray:
        return factors.to_numpy() if settings.device == "gpu" else factors

    def swept(iteration: int, *_: object) -> None:
        after_sweep(iteration + 1, on_host(model.user_factors), on_host(model.item_factors))

    model.fit(confidences(weights), show_progress=False, callback=swept)
    return filled_up(on_host(model.item_factors), settings.factors)


def solve_rows(weights: sparse.csr_array, others: np.ndarray, regularization: float) -> np.ndarray:
    """Solve the least squares problem of every row exactly against given factors of the columns.

    With ``A = YᵀY + λ I`` and the observed columns H of a row, ``x = A⁻¹ Hᵀ (I + W H A⁻¹ Hᵀ)⁻¹ c``: a system no larger than the
    row. If the number of factors is smaller, the system of the factors is solved instead. Rows of equal length are solved as one
    stack.

    Parameters
    ----------
    weights
        Rows × columns, CSR: weight of an observed cell beyond 1. Customers × products folds customers in; the transpose solves
        products.
    others
        Factors of the columns, shape (columns, factors).
    regularization
        λ, above 0.

    Returns
    -------
    numpy.ndarray
        float32, shape (rows, factors); zero for rows without a cell. The result of a row doesn't depend on other rows.

    Raises
    ------
    ValueError
        If ``others`` doesn't have one row per column.
    """
    if weights.shape[1] != len(others):
        raise ValueError(f"{len(others)} vectors for {weights.shape[1]} columns. Accepted: one per column.")
    # In float64: in float32 the decomposition fails if the weights of a customer span nine orders of magnitude.
    others = np.ascontiguousarray(others, np.float64)
    shared = others.T @ others + regularization * np.eye(others.shape[1])
    scaled = linalg.cho_solve(linalg.cho_factor(shared), others.T).T
    sizes = np.diff(weights.indptr)
    found = np.zeros((weights.shape[0], others.shape[1]), np.float32)

    def solve(rows: np.ndarray) -> None:
        cells = weights.indptr[rows, None] + np.arange(sizes[rows[0]])
        columns, extra = weights.indices[cells], weights.data[cells].astype(np.float64)[:, :, None]
        own = others[columns]
        turned = own.transpose(0, 2, 1)
        if sizes[rows[0]] <= others.shape[1]:
            own_scaled = scaled[columns]
            shares = np.linalg.solve(np.eye(sizes[rows[0]]) + extra * (own_scaled @ turned), 1 + extra)
            found[rows] = (own_scaled.transpose(0, 2, 1) @ shares)[:, :, 0]
        else:
            found[rows] = np.linalg.solve(shared + turned @ (extra * own), turned @ (1 + extra))[:, :, 0]

    order = np.argsort(sizes, kind="stable")
    batches = []
    for same in np.split(order, np.flatnonzero(np.diff(sizes[order])) + 1):
        cells = max(1, int(sizes[same[:1]].sum())) * others.shape[1]
        batches += np.split(same, range(max(1, BATCH_CELLS // cells), len(same), max(1, BATCH_CELLS // cells)))
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(solve, (batch for batch in batches if sizes[batch[:1]].any())))
    return found


def confidences(weights: sparse.csr_array) -> sparse.csr_matrix:
    """Input that the library calls ``user_items``: 1 + w of the observed cells, float32."""
    return sparse.csr_matrix((1 + weights.data.astype(np.float32), weights.indices, weights.indptr), shape=weights.shape)


def usable_rank(weights: sparse.csr_array, settings: Settings) -> int:
    """Number of latent dimensions that the data can support, at least 1."""
    return rank_of(min(np.count_nonzero(np.diff(weights.indptr)), len(np.unique(weights.indices))), settings)


def rank_of(smaller_side: int, settings: Settings) -> int:
    """Number of latent dimensions for this many customers or products with a cell, whichever are fewer, at least 1."""
    return min(settings.factors, max(1, int(np.ceil(settings.largest_share * smaller_side))))


def svd_start(weights: sparse.csr_array, rank: int, seed: int) -> np.ndarray:
    """Right singular vectors of the matrix of ones, scaled by the roots of the singular values: the ALS solution without weights.

    Randomised subspace iteration on the product side (Halko, Martinsson and Tropp, SIAM Review 53, 2011), then the best vectors
    within the resulting subspace (Rayleigh-Ritz). float32, shape (products, rank).
    """
    ones = sparse.csr_array((np.ones(weights.nnz, np.float32), weights.indices, weights.indptr), shape=weights.shape)
    transposed = sparse.csr_array(ones.T)
    columns = min(rank + OVERSAMPLING, *weights.shape)
    basis = np.random.default_rng(seed).standard_normal((weights.shape[1], columns)).astype(np.float32)
    for _ in range(POWER_SWEEPS):
        basis = np.linalg.qr(product(transposed, product(ones, basis)))[0]
    image = product(ones, basis).astype(np.float64)
    squares, turned = np.linalg.eigh(image.T @ image)
    values = np.sqrt(np.maximum(squares[::-1][:rank], 0))
    return filled_up((basis @ turned[:, ::-1][:, :rank] * np.sqrt(values)).astype(np.float32), rank)


def product(matrix: sparse.csr_array, columns: np.ndarray) -> np.ndarray:
    """``matrix @ columns`` on all cores, in blocks of rows."""
    step = max(1, matrix.shape[0] // 64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(
            list(pool.map(lambda first: matrix[first : first + step] @ columns, range(0, matrix.shape[0], step)))
        )
