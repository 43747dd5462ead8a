"""Alternating least squares for implicit feedback: factors of products and customers, their learning curve, and candidates.

The mathematics of a half-step stand in :mod:`warehouse_recommender.candidates.least_squares`. What is learnt are the factors of
the products; those of customers are solved against them, at training as for anybody who comes later, so that scores can be
explained from the history and serving equals folding in.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.evidence import Pieces, collected, cutoff_ids, evidence_rows, of_cutoff
from warehouse_recommender.candidates.least_squares import losses, solve_rows
from warehouse_recommender.candidates.problem import Problem, answers, problems
from warehouse_recommender.candidates.top_k import Triples, largest, top_k_with_and_without_repeats

CUTOFF_COLUMNS = ("cutoff_id", "cutoff_at")
CELL_COLUMNS = ("cutoff_id", "customer_index", "product_index", "weight")
CURVE_CELL_COLUMNS = (*CELL_COLUMNS, "is_held_out")
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
CURVE_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("iteration", pa.int32()),
        ("train_loss", pa.float64()),
        ("train_objective", pa.float64()),
        ("held_out_loss", pa.float64()),
        ("train_ndcg_at_k", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("recall_at_k", pa.float64()),
        ("customer_count", pa.int64()),
    ]
)
DIRECTION_SCHEMA = pa.schema([("cutoff_id", pa.string()), ("direction_index", pa.int64()), ("factors", pa.list_(pa.float32()))])
MEMBER_COLUMNS = ("customer_index", "attribute", "protected_group")
PRODUCT_COLUMNS, CUSTOMER_COLUMNS = tuple(PRODUCT_SCHEMA.names), tuple(CUSTOMER_SCHEMA.names)
DIRECTION_COLUMNS = tuple(DIRECTION_SCHEMA.names)
STARTS = ("svd", "random", "last", "frozen")
GRADIENT_STEPS = 3  # steps of conjugate gradients per half-step; they start from the sweep before, so few are enough
OVERSAMPLING, POWER_SWEEPS = 10, 2  # of the randomised SVD
EXPLAINED_CUSTOMERS = 256  # customers explained per thread at a time
SECONDS_BETWEEN_LINES = 3.0  # at least so long between two lines of progress


@dataclass(frozen=True)
class Settings:
    """How a matrix is factorised.

    Attributes
    ----------
    factors
        Length of the vectors.
    largest_share
        Latent dimensions per customer or product that has a cell, whichever are fewer, at most; the vectors are filled up with 0.
    regularization
        L2 penalty of the average customer and of the average product, above 0.
    regularization_exponent
        0 to 1: a row with n times the average number of cells has n to this power times the penalty. 0 penalises all alike, 1 is
        ALS-WR (Zhou et al., AAIM 2008); Rendle et al. (RecSys 2022) found that scaling matters.
    seed
        Seed of the random start, and of the probes of the SVD.
    start
        ``svd``: from the truncated SVD of the matrix of ones where a cell is. ``random``: from small random numbers. ``last``:
        from the last build's products. ``frozen``: the last build's products stay, and only new ones are solved. The latter two
        begin as ``svd`` where nothing was left.
    """

    factors: int
    largest_share: float
    regularization: float
    regularization_exponent: float
    seed: int
    start: str

    def __post_init__(self) -> None:
        if self.factors < 1 or not 0 < self.largest_share <= 1 or self.regularization <= 0:
            raise ValueError(
                f"als_factors is {self.factors}, als_largest_share {self.largest_share}, "
                f"als_regularization {self.regularization}. Accepted: 1 or more, above 0 up to 1, above 0."
            )
        if not 0 <= self.regularization_exponent <= 1 or self.start not in STARTS:
            raise ValueError(
                f"als_regularization_exponent is {self.regularization_exponent}, als_start '{self.start}'. "
                f"Accepted: 0 to 1, one of {', '.join(STARTS)}."
            )


@dataclass
class Progress:
    """Lines on the console while something takes long, terminal or not: never silent for 5 s, never a flood."""

    title: str
    state: str = "starting"
    began: float = field(default_factory=lambda: time.monotonic())
    last_line: float = field(default_factory=lambda: time.monotonic())

    def tick(self) -> None:
        """Print a line if the last one is ``SECONDS_BETWEEN_LINES`` old."""
        now = time.monotonic()
        if now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            print(f"{self.title}: {self.state}, {now - self.began:.0f} s", file=sys.stderr, flush=True)


def product_factors(
    cutoffs: pa.Table,
    cells: pa.Table,
    stopping: pa.Table,
    previous: pa.Table,
    *,
    warm_iterations: int,
    settings: Settings,
) -> pa.Table:
    """Learn the factors of the products, one factorisation per cutoff.

    Parameters
    ----------
    cutoffs
        ``CUTOFF_COLUMNS``.
    cells
        ``CELL_COLUMNS``: what an observed pair weighs beyond the 1 of all pairs.
    stopping
        One row: ``iterations``, the sweeps of a fit from scratch.
    previous
        ``PRODUCT_COLUMNS``, what the build before left; read for the starts ``last`` and ``frozen``. A cutoff takes the newest
        factors that aren't from after it.
    warm_iterations
        Sweeps of a fit that starts from factors of the build before.
    settings
        See :class:`Settings`.

    Returns
    -------
    pyarrow.Table
        Rows of ``PRODUCT_SCHEMA``, for products with a cell. ``fitted_at`` is the cutoff the factors are from.
    """
    (iterations,) = stopping["iterations"].to_pylist()
    batches = []
    for row in cutoffs.sort_by("cutoff_id").to_pylist():
        weights = weight_matrix(cells, row["cutoff_id"])
        if weights.nnz == 0:
            continue
        as_of = fitted_at = pa.scalar(row["cutoff_at"], pa.timestamp("us"))
        known, known_at = last_factors(previous, as_of, weights.shape[1], settings)
        progress = Progress(f"als, cutoff {row['cutoff_id']}")
        if known is None:
            found = fit(weights, settings, iterations, None, progress)
        elif settings.start == "last":
            found = fit(weights, settings, warm_iterations, known, progress)
        else:
            found, fitted_at = with_new_products(weights, known, settings, progress), known_at
        touched = np.flatnonzero(np.bincount(weights.indices, minlength=weights.shape[1]))
        batches.append(
            vector_rows(
                PRODUCT_SCHEMA,
                {
                    "cutoff_id": repeated(row["cutoff_id"], len(touched)),
                    "product_index": pa.array(touched, pa.int64()),
                    "as_of": pa.repeat(as_of, len(touched)),
                    "fitted_at": pa.repeat(fitted_at, len(touched)),
                },
                found[touched],
            )
        )
    return pa.concat_tables(batches) if batches else PRODUCT_SCHEMA.empty_table()


def group_directions(
    cells: pa.Table, products: pa.Table, members: pa.Table, *, attribute: str, fewest: int, strength: float, settings: Settings
) -> pa.Table:
    """Find the directions in which the mean factors of groups of customers differ from those of all.

    They span ``mean of the group - mean of all`` over the groups (Bolukbasi et al., NeurIPS 2016, for words; no adversary is
    trained). Scores along them tell groups apart rather than customers.

    Parameters
    ----------
    cells
        As in :func:`product_factors`.
    products
        ``PRODUCT_COLUMNS``.
    members
        ``MEMBER_COLUMNS``, of all attributes.
    attribute
        Whose groups.
    fewest
        Customers with factors below which a group is left out: its mean is chance.
    strength
        What will be taken of them; 0 finds none.
    settings
        Those the products were learnt with.

    Returns
    -------
    pyarrow.Table
        Rows of ``DIRECTION_SCHEMA``: orthonormal vectors, one fewer than groups at most.
    """
    batches = []
    own = members.filter(pc.equal(members["attribute"], attribute))
    for cutoff_id in sorted(pc.unique(products["cutoff_id"]).to_pylist()) if strength > 0 else []:
        known = vectors(products, cutoff_id, "product_index")
        weights = weight_matrix(cells, cutoff_id, product_count=len(known))
        found = fold_in(weights, known, settings, Progress(f"als, cutoff {cutoff_id}", "directions of groups"))
        directions = spanned(found, np.diff(weights.indptr) > 0, own, fewest)
        columns = {"cutoff_id": repeated(cutoff_id, len(directions)), "direction_index": pa.array(np.arange(len(directions)))}
        batches.append(vector_rows(DIRECTION_SCHEMA, columns, directions))
    return pa.concat_tables(batches) if batches else DIRECTION_SCHEMA.empty_table()


def spanned(found: np.ndarray, is_known: np.ndarray, members: pa.Table, fewest: int) -> np.ndarray:
    """Orthonormal directions of the group means of the known customers, shape (directions, factors), float64."""
    places, names = members["customer_index"].to_numpy(), np.array(members["protected_group"].to_pylist(), dtype=object)
    within = places < len(found)
    places, names = places[within], names[within]
    places, names = places[is_known[places]], names[is_known[places]]
    means = [
        found[places[names == name]].mean(axis=0, dtype=np.float64)
        for name in sorted(set(names))
        if np.count_nonzero(names == name) >= fewest
    ]
    if len(means) < 2:
        return np.zeros((0, found.shape[1]))
    differences = np.array(means) - found[places].mean(axis=0, dtype=np.float64)
    _, sizes, directions = np.linalg.svd(differences, full_matrices=False)
    return directions[sizes > 1e-6 * max(sizes[0], 1e-12)][: len(means) - 1]


def debiased(found: np.ndarray, directions: np.ndarray, strength: float) -> np.ndarray:
    """Vectors without a share ``strength`` (0 to 1) of what they have along orthonormal directions: ``x - s x Dᵀ D``."""
    return (found - strength * (found @ directions.T) @ directions).astype(found.dtype)


def customer_factors(
    cells: pa.Table, products: pa.Table, directions: pa.Table, *, strength: float, settings: Settings
) -> pa.Table:
    """Solve the customers against the factors of the products: the last half-step of training, and folding in.

    Parameters
    ----------
    cells
        As in :func:`product_factors`.
    products
        ``PRODUCT_COLUMNS``.
    directions
        ``DIRECTION_COLUMNS``, as found by :func:`group_directions`.
    strength
        Share of what customers have along them that is taken away, 0 to 1.
    settings
        Those the products were learnt with.

    Returns
    -------
    pyarrow.Table
        Rows of ``CUSTOMER_SCHEMA``, for every customer with a cell.
    """
    batches = []
    for cutoff_id in sorted(pc.unique(products["cutoff_id"]).to_pylist()):
        known = vectors(products, cutoff_id, "product_index")
        weights = weight_matrix(cells, cutoff_id, product_count=len(known))
        progress = Progress(f"als, cutoff {cutoff_id}", "solving the customers")
        found = fold_in(weights, known, settings, progress)
        found = debiased(found, vectors_of(directions, cutoff_id, found.shape[1]), strength)
        touched = np.flatnonzero(np.diff(weights.indptr))
        columns = {"cutoff_id": repeated(cutoff_id, len(touched)), "customer_index": pa.array(touched, pa.int64())}
        batches.append(vector_rows(CUSTOMER_SCHEMA, columns, found[touched]))
    return pa.concat_tables(batches) if batches else CUSTOMER_SCHEMA.empty_table()


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
        Products per customer with repeats, and as many without.

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


def evidence(
    pairs: pa.Table,
    cells: pa.Table,
    products: pa.Table,
    directions: pa.Table,
    *,
    count: int,
    strength: float,
    settings: Settings,
) -> pa.Table:
    """Tell what each product of a history adds to a score (Hu, Koren and Volinsky, ICDM 2008, section 5).

    The factors of a customer u solve ``A x = Σ_j c_uj y_j`` with ``A = YᵀY + Σ_j w_uj y_j y_jᵀ + λ_u I``, so the score of i is
    ``y_i·x = Σ_j c_uj y_j·z_i`` with ``A z_i = y_i``: one small system per customer serves all that is listed for them. Where
    directions of groups are taken out of the customers, taking them out of ``y_i`` gives the same score.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS``: what is listed.
    cells, products, directions, strength
        As in :func:`customer_factors`.
    count
        Products of the history that are named per listed product, the strongest.
    settings
        Those the customers were solved with.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``.
    """

    def explain() -> Iterator[pa.Table]:
        for cutoff_id in cutoff_ids(pairs):
            listed = of_cutoff(pairs, cutoff_id)
            customers, offered = (listed[name].to_numpy() for name in ("customer_index", "product_index"))
            known = vectors(products, cutoff_id, "product_index", 1 + int(offered.max()))
            weights = weight_matrix(cells, cutoff_id, 1 + int(customers.max()), len(known))
            shown = debiased(known, vectors_of(directions, cutoff_id, known.shape[1]), strength)
            pieces = explained_customers(customers, offered, weights, known, shown, settings, count)
            yield evidence_rows(listed, customers, offered, pieces)

    return collected(explain())


def explained_customers(
    customers: np.ndarray,
    offered: np.ndarray,
    weights: sparse.csr_array,
    known: np.ndarray,
    shown: np.ndarray,
    settings: Settings,
    count: int,
) -> list[Pieces]:
    """Evidence of each customer's listed products: position of the pair, product of the history, score and total.

    ``shown`` are the vectors that products are scored by."""
    penalties = row_penalties(weights, settings)
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
            matrix = shared + own.T @ (extra[:, None] * own) + penalties[customer] * np.eye(len(shared))
            answered = np.linalg.solve(matrix, shown[offered[pairs]].T)
            parts = ((1 + extra)[:, None] * (own @ answered)).T
            totals = parts.sum(axis=1)
            row, column, score = largest(np.where(parts > 0, parts, -np.inf), count)
            found.append((pairs[row], history[column], score, totals[row]))
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [piece for block in pool.map(explain, range(0, len(ends), EXPLAINED_CUSTOMERS)) for piece in block]


def learning_curve(cells: pa.Table, *, iterations: int, k: int, settings: Settings) -> pa.Table:
    """Learn from all cells but those held out, and see after each sweep what that is worth on them.

    Parameters
    ----------
    cells
        ``CURVE_CELL_COLUMNS``, of the cutoffs that have cells held out.
    iterations
        Sweeps.
    k
        Length of the lists that are judged.
    settings
        As in :func:`product_factors`; the starts ``last`` and ``frozen`` are not meant and begin as ``svd``.

    Returns
    -------
    pyarrow.Table
        Rows of ``CURVE_SCHEMA``, one per cutoff and sweep.
    """
    rows = []
    for cutoff_id in sorted(pc.unique(cells["cutoff_id"]).to_pylist()):
        own = cells.filter(pc.equal(cells["cutoff_id"], cutoff_id))
        shape = weight_matrix(own, cutoff_id).shape
        train, held_out = (
            weight_matrix(own.filter(wanted), cutoff_id, *shape) for wanted in (pc.invert(own["is_held_out"]), own["is_held_out"])
        )
        judged = np.flatnonzero((np.diff(train.indptr) > 0) & (np.diff(held_out.indptr) > 0))
        if len(judged) == 0:
            continue

        def note(iteration: int, customers: np.ndarray, products: np.ndarray) -> None:
            customers_then = fold_in(train[judged], products, settings, progress, average_count(train))  # noqa: B023
            penalties = tuple(row_penalties(matrix, settings) for matrix in (train, sparse.csr_array(train.T)))  # noqa: B023
            train_loss, objective = losses(train, customers, products, penalties)  # noqa: B023
            loss, ndcg, recall = held_out_quality(train[judged], held_out[judged], customers_then, products, k)  # noqa: B023
            rows.append(
                {
                    "cutoff_id": cutoff_id,  # noqa: B023
                    "iteration": iteration,
                    "train_loss": train_loss,
                    "train_objective": objective,
                    "held_out_loss": loss,
                    "train_ndcg_at_k": train_ndcg(train[judged], customers_then, products, k),  # noqa: B023
                    "ndcg_at_k": ndcg,
                    "recall_at_k": recall,
                    "customer_count": len(judged),  # noqa: B023
                }
            )

        progress = Progress(f"als, learning curve at cutoff {cutoff_id}")
        fit(train, settings, iterations, None, progress, note)
    return pa.Table.from_pylist(rows, schema=CURVE_SCHEMA)


def fit(
    weights: sparse.csr_array,
    settings: Settings,
    iterations: int,
    start: np.ndarray | None,
    progress: Progress,
    note: Callable[[int, np.ndarray, np.ndarray], None] | None = None,
) -> np.ndarray:
    """Factorise a customers × products matrix.

    Parameters
    ----------
    weights
        Customers × products, CSR, what an observed cell weighs beyond 1.
    settings
        See :class:`Settings`.
    iterations
        Sweeps; a sweep solves for the customers, then for the products.
    start
        Factors of the products to start from, shape (products, factors); None: as the settings say.
    progress
        Tells how far it is.
    note
        Called after each sweep with its number, from 1, and the factors of customers and products.

    Returns
    -------
    numpy.ndarray
        Factors of the products, float32, shape (products, factors); zero where a column is empty.
    """
    transposed = sparse.csr_array(weights.T)
    rank = usable_rank(weights, settings)
    progress.state = "starting point"
    if start is not None:
        products = start[:, :rank].astype(np.float32)
    elif settings.start == "random":
        products = random_start(transposed, rank, settings)
    else:
        products = svd_start(weights, rank, settings, progress)
    customers = np.zeros((weights.shape[0], rank), np.float32)
    penalties = [row_penalties(matrix, settings) for matrix in (weights, transposed)]
    for iteration in range(1, iterations + 1):
        progress.state = f"sweep {iteration} of {iterations}"
        customers = solve_rows(weights, customers, products, penalties[0], steps=GRADIENT_STEPS, tick=progress.tick)
        products = solve_rows(transposed, products, customers, penalties[1], steps=GRADIENT_STEPS, tick=progress.tick)
        if note:
            note(iteration, customers, products)
    return filled_up(products, settings.factors)


def fold_in(
    weights: sparse.csr_array, products: np.ndarray, settings: Settings, progress: Progress, average: float | None = None
) -> np.ndarray:
    """Solve customers against given products, shape (customers, factors).

    ``average`` is the number of cells of the average customer in training, where ``weights`` holds only some of them.
    """
    start = np.zeros((weights.shape[0], products.shape[1]), np.float32)
    return solve_rows(weights, start, products, row_penalties(weights, settings, average), steps=None, tick=progress.tick)


def with_new_products(weights: sparse.csr_array, known: np.ndarray, settings: Settings, progress: Progress) -> np.ndarray:
    """Factors of the build before, and those of products it didn't know, solved against the customers."""
    progress.state = "new products"
    found = filled_up(known, settings.factors)
    transposed = sparse.csr_array(weights.T)
    new = np.flatnonzero((np.diff(transposed.indptr) > 0) & ~found.any(axis=1))
    if len(new):
        customers = fold_in(weights, found, settings, progress)
        penalties = row_penalties(transposed, settings)[new]
        found[new] = solve_rows(transposed[new], found[new], customers, penalties, steps=None, tick=progress.tick)
    return found


def row_penalties(weights: sparse.csr_array, settings: Settings, average: float | None = None) -> np.ndarray:
    """Penalty of each row, shape (rows,): ``regularization · (cells / average cells) ^ regularization_exponent``."""
    counts = np.maximum(np.diff(weights.indptr), 1)
    average = average_count(weights) if average is None else average
    return settings.regularization * (counts / average) ** settings.regularization_exponent


def average_count(weights: sparse.csr_array) -> float:
    """Cells per row that has any; 1 where none has."""
    return weights.nnz / max(1, np.count_nonzero(np.diff(weights.indptr))) or 1.0


def usable_rank(weights: sparse.csr_array, settings: Settings) -> int:
    """Latent dimensions that the data can support, at least 1."""
    smaller_side = min(np.count_nonzero(np.diff(weights.indptr)), len(np.unique(weights.indices)))
    return min(settings.factors, max(1, int(np.ceil(settings.largest_share * smaller_side))))


def random_start(transposed: sparse.csr_array, rank: int, settings: Settings) -> np.ndarray:
    """Small random factors of the products, zero for those without a cell."""
    start = np.random.default_rng(settings.seed).standard_normal((transposed.shape[0], rank)) * (0.1 / np.sqrt(rank))
    return (start * (np.diff(transposed.indptr) > 0)[:, None]).astype(np.float32)


def svd_start(weights: sparse.csr_array, rank: int, settings: Settings, progress: Progress) -> np.ndarray:
    """Right singular vectors of the matrix of ones, times the roots of their values: what ALS finds without any weights.

    Randomised subspace iteration on the side of the products (Halko, Martinsson and Tropp, SIAM Review 53, 2011), and the best
    vectors within the subspace it ends in (Rayleigh and Ritz).
    """
    ones = sparse.csr_array((np.ones(weights.nnz, np.float32), weights.indices, weights.indptr), shape=weights.shape)
    transposed = sparse.csr_array(ones.T)
    columns = min(rank + OVERSAMPLING, *weights.shape)
    basis = np.random.default_rng(settings.seed).standard_normal((weights.shape[1], columns)).astype(np.float32)
    for _ in range(POWER_SWEEPS):
        basis = np.linalg.qr(product(transposed, product(ones, basis, progress), progress))[0]
    image = product(ones, basis, progress).astype(np.float64)
    squares, turned = np.linalg.eigh(image.T @ image)
    values = np.sqrt(np.maximum(squares[::-1][:rank], 0))
    return filled_up((basis @ turned[:, ::-1][:, :rank] * np.sqrt(values)).astype(np.float32), rank)


def product(matrix: sparse.csr_array, columns: np.ndarray, progress: Progress) -> np.ndarray:
    """``matrix @ columns`` on all cores, in blocks of rows."""
    step = max(1, matrix.shape[0] // 64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = []
        for part in pool.map(lambda first: matrix[first : first + step] @ columns, range(0, matrix.shape[0], step)):
            parts.append(part)
            progress.tick()
    return np.concatenate(parts)


def last_factors(
    previous: pa.Table, as_of: pa.Scalar, product_count: int, settings: Settings
) -> tuple[np.ndarray | None, pa.Scalar | None]:
    """Factors of the newest moment not after ``as_of``, shape (products, factors), and the cutoff they are from.

    None unless they are wanted, there are any, and they have the length that is wanted now. What was fitted later is the future
    and must not be seen.
    """
    if settings.start not in ("last", "frozen"):
        return None, None
    past = previous.filter(pc.less_equal(previous["as_of"], as_of))
    newest = past.filter(pc.equal(past["as_of"], pc.max(past["as_of"])))
    if len(newest) == 0 or pc.any(pc.not_equal(pc.list_value_length(newest["factors"]), settings.factors)).as_py():
        return None, None
    (cutoff_id, *_) = newest["cutoff_id"].to_pylist()
    return vectors(newest, cutoff_id, "product_index", product_count)[:product_count], pc.max(newest["fitted_at"])


def best_products(problem: Problem, customer_factors: np.ndarray, product_factors: np.ndarray, k: int) -> Triples:
    """Best products of the listed customers by inner product; a product nobody touched has no factors and is never proposed."""
    wanted = customer_factors[problem.customer_index]
    offered = np.ascontiguousarray(product_factors[problem.product_index].T)
    unknown = np.flatnonzero(~offered.any(axis=0))

    def score_rows(rows: slice) -> np.ndarray:
        scores = wanted[rows] @ offered
        scores[:, unknown] = -np.inf
        return scores

    return top_k_with_and_without_repeats(score_rows, problem.seen, k)


def held_out_quality(
    train: sparse.csr_array, held_out: sparse.csr_array, customers: np.ndarray, products: np.ndarray, k: int
) -> tuple[float, float, float]:
    """What factors are worth on cells they weren't learnt from.

    Parameters
    ----------
    train, held_out
        Judged customers × products, CSR: weights beyond 1 of the cells learnt from, and of those held out, at least one each.
    customers, products
        Factors.
    k
        Length of the lists: the best products that aren't in ``train``.

    Returns
    -------
    loss
        ``Σ c (p - x·y)² / Σ c`` over the pairs that were not learnt from.
    ndcg, recall
        Means over the customers, as defined for the lists that are published.
    """
    error = confidence = 0.0
    gains, recalls = [], []
    step = max(1, 4_000_000 // products.shape[0])
    for first in range(0, train.shape[0], step):
        rows = slice(first, first + step)
        scores = customers[rows] @ products.T
        known, wanted = train[rows].tocoo(), held_out[rows].tocoo()
        hoped = scores[wanted.row, wanted.col].astype(np.float64)
        scores[known.row, known.col] = 0
        error += float(np.sum(scores.astype(np.float64) ** 2) + np.sum((1 + wanted.data) * (1 - hoped) ** 2 - hoped**2))
        confidence += float(scores.size - known.nnz + wanted.data.sum(dtype=np.float64))
        scores[known.row, known.col] = -np.inf
        scores[:, ~products.any(axis=1)] = -np.inf
        gain, recall = list_quality(scores, wanted, k)
        gains.append(gain)
        recalls.append(recall)
    return error / confidence, float(np.concatenate(gains).mean()), float(np.concatenate(recalls).mean())


def train_ndcg(train: sparse.csr_array, customers: np.ndarray, products: np.ndarray, k: int) -> float:
    """Mean nDCG of the k best of all products where what was learnt from is relevant; see :func:`held_out_quality`."""
    gains = []
    step = max(1, 4_000_000 // products.shape[0])
    for first in range(0, train.shape[0], step):
        rows = slice(first, first + step)
        scores = customers[rows] @ products.T
        scores[:, ~products.any(axis=1)] = -np.inf
        gains.append(list_quality(scores, train[rows].tocoo(), k)[0])
    return float(np.concatenate(gains).mean())


def list_quality(scores: np.ndarray, wanted: sparse.coo_array, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Binary nDCG and recall of the k best of each row, both of shape (rows,).

    Parameters
    ----------
    scores
        Rows × products; minus infinity where a product is no candidate.
    wanted
        The relevant ones, at least one per row.
    k
        Length of the lists.
    """
    discounts = 1 / np.log2(np.arange(k) + 2)
    relevant = np.zeros(scores.shape, bool)
    relevant[wanted.row, wanted.col] = True
    row, column, value = largest(scores, k)
    order = np.lexsort((column, -value, row))
    row, column = row[order], column[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    hits = relevant[row, column]
    counts = relevant.sum(axis=1)
    gain = np.bincount(row, weights=hits * discounts[place], minlength=len(scores))
    ideals = np.cumsum(discounts)[np.minimum(counts, k) - 1]
    return gain / ideals, np.bincount(row, weights=hits, minlength=len(scores)) / counts


def weight_matrix(cells: pa.Table, cutoff_id: str, customer_count: int = 0, product_count: int = 0) -> sparse.csr_array:
    """Customers × products of one cutoff, CSR float32, of at least as many rows and columns as asked for."""
    own = cells.filter(pc.equal(cells["cutoff_id"], cutoff_id))
    rows, columns = (own[name].to_numpy() for name in ("customer_index", "product_index"))
    shape = (1 + int(rows.max(initial=customer_count - 1)), 1 + int(columns.max(initial=product_count - 1)))
    return sparse.csr_array((own["weight"].to_numpy().astype(np.float32), (rows, columns)), shape=shape)


def vectors(table: pa.Table, cutoff_id: str, key: str, count: int = 0) -> np.ndarray:
    """Vectors of one cutoff as a float32 matrix of ``count`` rows or more, by ``key``; rows without a vector are zero."""
    own = table.filter(pc.equal(table["cutoff_id"], cutoff_id))
    if len(own) == 0:
        return np.zeros((count, 1), np.float32)
    values = own["factors"].combine_chunks().flatten().to_numpy().astype(np.float32, copy=False)
    places = own[key].to_numpy()
    found = np.zeros((1 + places.max(initial=count - 1), len(values) // len(own)), np.float32)
    found[places] = values.reshape(len(own), -1)
    return found


def vectors_of(directions: pa.Table, cutoff_id: str, length: int) -> np.ndarray:
    """Directions of one cutoff, shape (directions, length); none where there are none."""
    own = directions.filter(pc.equal(directions["cutoff_id"], cutoff_id))
    return vectors(own, cutoff_id, "direction_index") if len(own) else np.zeros((0, length), np.float32)


def vector_rows(schema: pa.Schema, columns: dict[str, pa.Array], found: np.ndarray) -> pa.Table:
    """Rows of ``schema`` whose ``factors`` are the rows of a matrix."""
    offsets = pa.array(np.arange(len(found) + 1) * found.shape[1], pa.int32())
    lists = pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(found, np.float32).ravel()))
    return pa.table({**columns, "factors": lists}, schema=schema)


def repeated(text: str, count: int) -> pa.Array:
    """An array of one text, ``count`` times."""
    return pa.repeat(pa.scalar(text, pa.string()), count)


def filled_up(found: np.ndarray, length: int) -> np.ndarray:
    """The same vectors with zeros at the end, shape (vectors, length)."""
    return np.pad(found, ((0, 0), (0, length - found.shape[1])))
