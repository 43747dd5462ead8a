"""Grid search over the weights of a linear blend of sources."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

POOL_COLUMNS = ("mode", "list_index", "product_index", "source", "normalised_score", "is_relevant", "relevant_count")
TRIAL_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("trial", pa.int64()),
        ("source", pa.string()),
        ("weight", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("list_count", pa.int64()),
    ]
)


def grid_search(pool: pa.Table, *, sources: Sequence[str], steps: int, k: int) -> pa.Table:
    """Try every mix of the sources and report the mean nDCG of the lists it makes, per mode.

    Parameters
    ----------
    pool
        ``POOL_COLUMNS``, one row per list, product and source that proposed it.
    sources
        Names of all sources; one that proposed nothing takes part all the same.
    steps
        Weights are multiples of ``1 / steps`` that sum to one.
    k
        Depth at which nDCG is measured, in products.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: one row per mode, trial and source; no rows for a mode without lists.
    """
    weights = simplex_grid(len(sources), steps)
    batches = []
    for mode in sorted(pc.unique(pool["mode"]).to_pylist()):
        scores, is_relevant, starts, relevant_counts = score_matrix(pool.filter(pc.equal(pool["mode"], mode)), sources)
        quality = [mean_ndcg(scores @ mix, is_relevant, starts, relevant_counts, k) for mix in weights]
        trials = len(weights)
        batches.append(
            pa.RecordBatch.from_arrays(
                [
                    pa.array([mode] * trials * len(sources), pa.string()),
                    pa.array(np.repeat(np.arange(trials), len(sources))),
                    pa.array(list(sources) * trials, pa.string()),
                    pa.array(weights.ravel()),
                    pa.array(np.repeat(quality, len(sources))),
                    pa.array(np.full(trials * len(sources), len(relevant_counts))),
                ],
                schema=TRIAL_SCHEMA,
            )
        )
    return pa.Table.from_batches(batches, schema=TRIAL_SCHEMA)


def simplex_grid(dimensions: int, steps: int) -> np.ndarray:
    """All non-negative multiples of ``1 / steps`` that sum to one, in lexicographic order, shape (points, dimensions).

    By stars and bars: a point is a choice of ``dimensions - 1`` bars among ``steps + dimensions - 1`` places.
    """

    def points() -> Iterator[list[int]]:
        for bars in combinations(range(steps + dimensions - 1), dimensions - 1):
            edges = [-1, *bars, steps + dimensions - 1]
            yield [right - left - 1 for left, right in pairwise(edges)]

    return np.array(list(points()), dtype=np.float64) / steps


def score_matrix(pool: pa.Table, sources: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Turn long candidate scores into one row per list and product.

    Returns
    -------
    scores
        Shape (candidates, sources), 0 where a source didn't propose the product; by list, then by product.
    is_relevant
        Shape (candidates,), boolean.
    starts
        First row of each list, shape (lists,).
    relevant_counts
        Relevant products of each list, found or not, shape (lists,).
    """
    lists, products, values, relevant, counts = (
        pool[name].to_numpy() for name in ("list_index", "product_index", "normalised_score", "is_relevant", "relevant_count")
    )
    columns = pc.index_in(pool["source"], pa.array(sources)).to_numpy()
    pairs, first, rows = np.unique(np.stack([lists, products]), axis=1, return_index=True, return_inverse=True)
    scores = np.zeros((pairs.shape[1], len(sources)))
    scores[rows.ravel(), columns] = values
    _, starts = np.unique(pairs[0], return_index=True)
    return scores, relevant[first], starts, counts[first][starts]


def mean_ndcg(scores: np.ndarray, is_relevant: np.ndarray, starts: np.ndarray, relevant_counts: np.ndarray, k: int) -> float:
    """Mean binary nDCG@k over lists.

    Parameters
    ----------
    scores, is_relevant
        Of the candidates, grouped by list, shape (candidates,). Equal scores rank in the order they stand in.
    starts
        First candidate of each list, ascending, shape (lists,).
    relevant_counts
        Relevant products of each list, at least 1, shape (lists,).
    k
        Depth, in products; the gain at rank r is ``1 / log2(r + 1)`` and the ideal list holds ``min(k, relevant)`` hits.
    """
    sizes = np.diff(np.append(starts, len(scores)))
    lists = np.repeat(np.arange(len(starts)), sizes)
    order = np.lexsort((-scores, lists))
    ranks = np.arange(len(scores)) - np.repeat(starts, sizes) + 1
    discounts = 1 / np.log2(np.arange(1, k + 1) + 1)
    hits = is_relevant[order] & (ranks <= k)
    gains = np.bincount(lists[hits], weights=discounts[ranks[hits] - 1], minlength=len(starts))
    ideals = np.cumsum(discounts)[np.minimum(relevant_counts, k) - 1]
    return float(np.mean(gains / ideals))
