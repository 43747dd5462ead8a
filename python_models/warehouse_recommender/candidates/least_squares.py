"""One half-step of alternating least squares for implicit feedback (Hu, Koren and Volinsky, ICDM 2008), in blocks.

A row u of the matrix with factors x, against the factors Y of the other side, minimises

    Σ_i c_ui (p_ui - x·y_i)² + λ_u |x|²,   p_ui = 1 and c_ui = 1 + w_ui where a cell is observed, else p_ui = 0 and c_ui = 1,

which is the linear system ``(YᵀY + Σ w_ui y_i y_iᵀ + λ_u I) x = Σ c_ui y_i`` over the observed cells. It is solved by conjugate
gradients (Takács, Pilászy and Tikk, RecSys 2011) for many rows at a time: rows of about equal length are gathered into one dense
block that fits a core's cache, so that nearly all the time is spent in matrix products. Which rows share a block depends on the
matrix alone, never on the number of threads: the same bytes on one as on four.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

BLOCK_CELLS = 8_000  # cells gathered per block; times the factors that is about the cache of a core
BLOCK_ROWS = 512  # rows per block at most
NEARLY_SOLVED = 1e-6  # length of the residual, relative to the right-hand side, from which on a system is solved


def solve_rows(
    weights: sparse.csr_array,
    start: np.ndarray,
    other: np.ndarray,
    penalties: np.ndarray,
    *,
    steps: int | None,
    tick: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Solve the least squares of every row against the factors of the other side.

    Parameters
    ----------
    weights
        Rows × columns, CSR, what an observed cell weighs beyond 1, 0 or more.
    start
        Factors of the rows to start from, float32, shape (rows, factors).
    other
        Factors of the columns, float32, shape (columns, factors).
    penalties
        ``λ_u``, shape (rows,), above 0.
    steps
        Steps of conjugate gradients; None: until the systems are solved.
    tick
        Called after each block, from the calling thread.

    Returns
    -------
    numpy.ndarray
        float32, of the shape of ``start``; zero for rows without a cell.
    """
    found = np.zeros_like(start, dtype=np.float32)
    shared = np.asarray(other.T @ other, np.float32)
    counts = np.diff(weights.indptr)
    most = 4 * start.shape[1] if steps is None else steps
    smallest = 0.0 if steps is not None else NEARLY_SOLVED**2

    def solve(rows: np.ndarray) -> None:
        places = weights.indptr[rows][:, None] + np.arange(counts[rows].max())
        observed = places < weights.indptr[rows + 1][:, None]
        places[~observed] = 0
        vectors = np.take(other, weights.indices[places], axis=0)
        extra = np.where(observed, weights.data[places], 0).astype(np.float32)
        penalty = penalties[rows][:, None].astype(np.float32)

        def times(x: np.ndarray) -> np.ndarray:
            inner = np.matmul(vectors, x[:, :, None])[:, :, 0]
            return np.matmul((inner * extra)[:, None, :], vectors)[:, 0] + x @ shared + penalty * x

        wanted = np.matmul((extra + observed).astype(np.float32)[:, None, :], vectors)[:, 0]
        found[rows] = conjugate_gradients(times, wanted, start[rows].astype(np.float32), most, smallest)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(solve, row_blocks(counts)):
            tick()
    return found


def conjugate_gradients(
    times: Callable[[np.ndarray], np.ndarray], wanted: np.ndarray, x: np.ndarray, most_steps: int, smallest: float
) -> np.ndarray:
    """Solve ``times(x) = wanted`` for a batch of symmetric positive definite systems side by side.

    Parameters
    ----------
    times
        Multiplies each row of its argument by the matrix of that row.
    wanted, x
        Right-hand sides and starting points, shape (systems, factors).
    most_steps
        Steps at most.
    smallest
        Squared length of the residual, relative to the right-hand side's, at which a batch is done when all systems are below it.
    """
    residual = wanted - times(x)
    direction = residual.copy()
    size = np.einsum("ij,ij->i", residual, residual)
    enough = smallest * np.einsum("ij,ij->i", wanted, wanted)
    for _ in range(most_steps):
        if np.all(size <= enough):
            break
        image = times(direction)
        curvature = np.einsum("ij,ij->i", direction, image)
        step = np.divide(size, curvature, out=np.zeros_like(size), where=curvature > 0)[:, None]
        x = x + step * direction
        residual -= step * image
        previous, size = size, np.einsum("ij,ij->i", residual, residual)
        direction = residual + np.divide(size, previous, out=np.zeros_like(size), where=previous > 0)[:, None] * direction
    return x


def row_blocks(counts: np.ndarray) -> Iterator[np.ndarray]:
    """Rows with a cell, the shortest first, in blocks of at most ``BLOCK_CELLS`` cells (or one row) and ``BLOCK_ROWS`` rows."""
    order = np.argsort(counts, kind="stable")
    order = order[counts[order] > 0]
    first = 0
    while first < len(order):
        last = min(first + BLOCK_ROWS, len(order))
        while last > first + 1 and (last - first) * counts[order[last - 1]] > BLOCK_CELLS:
            last = first + max(1, (last - first) * 2 // 3)
        yield order[first:last]
        first = last


def losses(
    weights: sparse.csr_array, customers: np.ndarray, products: np.ndarray, penalties: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    """What least squares minimise, per unit of confidence, so that data of any size compare.

    Parameters
    ----------
    weights
        Customers × products, CSR: confidence beyond 1 of the observed cells.
    customers, products
        Their factors.
    penalties
        ``λ_u`` of customers and of products.

    Returns
    -------
    loss
        ``Σ c (p - x·y)² / Σ c`` over all cells.
    objective
        The same with the penalties, ``Σ λ_u |x_u|² + Σ λ_i |y_i|²``, in the numerator: no half-step may raise it.
    """
    squares = np.sum((customers.T @ customers).astype(np.float64) * (products.T @ products))
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))

    def observed(start: int) -> float:
        cells = slice(start, start + 16 * BLOCK_CELLS)
        scores = np.einsum("ij,ij->i", customers[rows[cells]], products[weights.indices[cells]]).astype(np.float64)
        return float(np.sum((1 + weights.data[cells]) * (1 - scores) ** 2 - scores**2))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(observed, range(0, weights.nnz, 16 * BLOCK_CELLS)))
    error = squares + sum(parts)
    penalty = sum(
        float(np.sum(size * np.sum(side.astype(np.float64) ** 2, axis=1)))
        for side, size in zip((customers, products), penalties, strict=True)
    )
    confidence = np.prod(weights.shape, dtype=np.float64) + weights.data.sum(dtype=np.float64)
    return float(error / confidence), float((error + penalty) / confidence)
