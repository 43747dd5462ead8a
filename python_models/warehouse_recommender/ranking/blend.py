"""Search for the weights of a linear blend of sources."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.candidates.top_k import largest

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


def search(pool: pa.Table, *, sources: Sequence[str], steps: int, rounds: int, k: int) -> pa.Table:
    """Try mixes of the sources, per mode, and report the mean nDCG of the lists that each of them makes.

    Parameters
    ----------
    pool
        ``POOL_COLUMNS``, one row per list, product and source that proposed it.
    sources
        Names of all sources; one that proposed nothing takes part all the same.
    steps, rounds
        See :func:`coordinate_search`.
    k
        Depth at which nDCG is measured, in products.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: one row per mode, trial and source; no rows for a mode without lists.
    """
    batches = []
    for mode in sorted(pc.unique(pool["mode"]).to_pylist()):
        scores, is_relevant, starts, relevant_counts = score_matrix(pool.filter(pc.equal(pool["mode"], mode)), sources)

        def quality_of(mix: np.ndarray, lists: tuple = (scores, is_relevant, starts, relevant_counts)) -> float:
            return mean_ndcg(lists[0] @ mix, *lists[1:], k)

        tried = coordinate_search(quality_of, dimensions=len(sources), steps=steps, rounds=rounds)
        trials = len(tried)
        batches.append(
            pa.RecordBatch.from_arrays(
                [
                    pa.array([mode] * trials * len(sources), pa.string()),
                    pa.array(np.repeat(np.arange(trials), len(sources))),
                    pa.array(list(sources) * trials, pa.string()),
                    pa.array(np.concatenate([mix for mix, _ in tried])),
                    pa.array(np.repeat([quality for _, quality in tried], len(sources))),
                    pa.array(np.full(trials * len(sources), len(relevant_counts))),
                ],
                schema=TRIAL_SCHEMA,
            )
        )
    return pa.Table.from_batches(batches, schema=TRIAL_SCHEMA)


def coordinate_search(
    quality_of: Callable[[np.ndarray], float], *, dimensions: int, steps: int, rounds: int
) -> list[tuple[np.ndarray, float]]:
    """Climb from the best simple mix, one weight at a time.

    A simple mix is one source alone or all alike. Then each weight in turn is set to each of 0, 1/steps … 1 while the others keep
    their proportions, and the best stays; of equally good ones the one that stood, else the smallest. The search ends with a
    round that changes nothing.

    Parameters
    ----------
    quality_of
        What is to be maximised, of weights that sum to one, shape (dimensions,).
    dimensions
        Number of sources, at least 1.
    steps, rounds
        Weights tried per source, and rounds over all sources at most; each at least 1.

    Returns
    -------
    list of (weights, quality)
        Every mix that was tried, once, in the order of trying.
    """
    tried: dict[bytes, tuple[np.ndarray, float]] = {}

    def quality(weights: np.ndarray) -> float:
        mix = weights / weights.sum()
        key = np.round(mix, 12).tobytes()
        if key not in tried:
            tried[key] = (mix, quality_of(mix))
        return tried[key][1]

    current = max([*np.eye(dimensions), np.ones(dimensions)], key=quality)
    for _ in range(rounds):
        before = current
        for source in range(dimensions):
            others = current.sum() - current[source]
            if others == 0:
                continue
            shares = np.arange(steps + 1) / steps
            options = [current]
            for share in shares[shares < 1]:
                option = current.copy()
                option[source] = others * share / (1 - share)
                options.append(option)
            current = max(options, key=quality)
        if current is before:
            break
    return list(tried.values())


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
    places = np.arange(len(scores)) - np.repeat(starts, sizes)
    padded = np.full((len(starts), sizes.max(initial=0)), -np.inf)
    padded[lists, places] = scores
    rows, columns, values = largest(padded, k)
    order = np.lexsort((-values, rows))
    ranks = np.arange(len(rows)) - np.searchsorted(rows, rows)
    discounts = 1 / np.log2(np.arange(1, k + 1) + 1)
    hits = is_relevant[starts[rows] + columns][order]
    gains = np.bincount(rows[hits], weights=discounts[ranks[hits]], minlength=len(starts))
    ideals = np.cumsum(discounts)[np.minimum(relevant_counts, k) - 1]
    return float(np.mean(gains / ideals))
