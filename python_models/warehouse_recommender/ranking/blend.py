"""Search for the weights of a linear blend of sources."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.ranking.lists import Lists

POOL_COLUMNS = (
    *("mode", "rung", "activity_band", "list_index", "product_index", "source"),
    *("normalised_scores", "is_relevant", "relevant_count"),
)
TRIAL_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("rung", pa.string()),
        ("activity_band", pa.string()),
        ("trial", pa.int64()),
        ("normalisation", pa.string()),
        ("source", pa.string()),
        ("weight", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("list_count", pa.int64()),
    ]
)
EVERY_BAND = "all"
Trial = tuple[str, np.ndarray, float]


def search(pool: pa.Table, *, sources: Sequence[str], normalisations: Sequence[str], steps: int, rounds: int, k: int) -> pa.Table:
    """Try mixes of the sources, per mode and rung and then per band of activity, and report the mean nDCG each of them reaches.

    For a rung as a whole every normalisation gets one round of :func:`coordinate_search`, and the best of them all rounds. A band
    goes on from the rung's best mix, with its normalisation.

    Parameters
    ----------
    pool
        ``POOL_COLUMNS``, one row per list, product and source that proposed it; ``normalised_scores`` holds one number per
        normalisation.
    sources
        Names of all sources; one that proposed nothing takes part all the same.
    normalisations
        Names of the numbers in ``normalised_scores``.
    steps, rounds
        See :func:`coordinate_search`.
    k
        Depth at which nDCG is measured, in products.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: one row per mode, rung, band, trial and source; the band of a whole rung is ``all``. No rows for a rung
        without lists.
    """
    batches = []
    groups = pool.group_by(["mode", "rung"]).aggregate([]).sort_by([("mode", "ascending"), ("rung", "ascending")])
    for mode, rung in zip(*(groups[name].to_pylist() for name in ("mode", "rung")), strict=True):
        rows = pool.filter(pc.and_(pc.equal(pool["mode"], mode), pc.equal(pool["rung"], rung)))
        lists, bands, scores = score_matrices(rows, sources, normalisations)
        found = trials_of_rung(lists, scores, steps=steps, rounds=rounds, k=k)
        batches.append(trial_rows(mode, rung, EVERY_BAND, found, sources, len(lists)))
        normalisation, best, _ = max(found, key=lambda trial: trial[2])
        for band in sorted(set(bands)):
            part, candidates = lists.take(np.flatnonzero(bands == band))
            climb = coordinate_search(
                quality(part, scores[normalisation][candidates], k), starts=[best], steps=steps, rounds=rounds
            )
            tried = [(normalisation, mix, value) for mix, value in climb]
            batches.append(trial_rows(mode, rung, str(band), tried, sources, len(part)))
    return pa.Table.from_batches(batches, schema=TRIAL_SCHEMA)


def trials_of_rung(lists: Lists, scores: dict[str, np.ndarray], *, steps: int, rounds: int, k: int) -> list[Trial]:
    """Try every normalisation for a round, then the best of them until nothing gets better."""
    dimensions = next(iter(scores.values())).shape[1]
    simple = [*np.eye(dimensions), np.ones(dimensions)]
    first = {
        name: coordinate_search(quality(lists, matrix, k), starts=simple, steps=steps, rounds=1)
        for name, matrix in scores.items()
    }
    tried = [(name, mix, value) for name, trials in first.items() for mix, value in trials]
    best, mix, _ = max(tried, key=lambda trial: trial[2])
    known = {mix.tobytes() for mix, _ in first[best]}
    further = coordinate_search(quality(lists, scores[best], k), starts=[mix], steps=steps, rounds=rounds - 1)
    return tried + [(best, mix, value) for mix, value in further if mix.tobytes() not in known]


def quality(lists: Lists, scores: np.ndarray, k: int) -> Callable[[np.ndarray], float]:
    """Mean nDCG@k of the lists as a function of the weights."""
    return lambda mix: float(lists.ndcg(scores @ mix.astype(np.float32), k).mean())


def coordinate_search(
    quality_of: Callable[[np.ndarray], float], *, starts: Sequence[np.ndarray], steps: int, rounds: int
) -> list[tuple[np.ndarray, float]]:
    """Climb from the best of some mixes, one weight at a time.

    Each weight in turn is set to each of 0, 1/steps … 1 while the others keep their proportions, and the best stays; of equally
    good ones the one that stood, else the smallest. The search ends with a round that changes nothing.

    Parameters
    ----------
    quality_of
        What is to be maximised, of weights that sum to one, shape (dimensions,).
    starts
        Mixes to begin with, of any positive sum; of equally good ones the first.
    steps, rounds
        Weights tried per source, at least 1, and rounds over all sources at most.

    Returns
    -------
    list of (weights, quality)
        Every mix that was tried, once, in the order of trying.
    """
    tried: dict[bytes, tuple[np.ndarray, float]] = {}

    def value_of(weights: np.ndarray) -> float:
        mix = weights / weights.sum()
        key = np.round(mix, 12).tobytes()
        if key not in tried:
            tried[key] = (mix, quality_of(mix))
        return tried[key][1]

    current = max(starts, key=value_of)
    for _ in range(rounds):
        before = current
        for source in range(len(current)):
            others = current.sum() - current[source]
            if others == 0:
                continue
            shares = np.arange(steps + 1) / steps
            options = [current]
            for share in shares[shares < 1]:
                option = current.copy()
                option[source] = others * share / (1 - share)
                options.append(option)
            current = max(options, key=value_of)
        if current is before:
            break
    return list(tried.values())


def score_matrices(
    pool: pa.Table, sources: Sequence[str], normalisations: Sequence[str]
) -> tuple[Lists, np.ndarray, dict[str, np.ndarray]]:
    """Turn long candidate scores into one row per list and product.

    Returns
    -------
    lists
        The candidates by list, then by product.
    bands
        Band of activity of each list, shape (lists,).
    scores
        Per normalisation of shape (candidates, sources), 0 where a source didn't propose the product.
    """
    list_index, product_index = (pool[name].to_numpy() for name in ("list_index", "product_index"))
    pair = list_index * (1 + product_index.max(initial=0)) + product_index
    _, first, rows = np.unique(pair, return_index=True, return_inverse=True)
    columns = pc.index_in(pool["source"], pa.array(sources)).to_numpy()
    values = pool["normalised_scores"].combine_chunks().flatten().to_numpy().reshape(-1, len(normalisations))
    scores = {}
    for place, name in enumerate(normalisations):
        scores[name] = np.zeros((len(first), len(sources)), np.float32)
        scores[name][rows, columns] = values[:, place]
    candidates = pool.select(["list_index", "is_relevant", "relevant_count"]).take(first)
    _, starts = np.unique(list_index[first], return_index=True)
    return Lists.of(candidates), np.array(pool["activity_band"].take(first[starts]).to_pylist()), scores


def trial_rows(
    mode: str, rung: str, band: str, trials: Sequence[Trial], sources: Sequence[str], list_count: int
) -> pa.RecordBatch:
    """Trials as rows of ``TRIAL_SCHEMA``, numbered in their order."""
    count, width = len(trials), len(sources)
    return pa.RecordBatch.from_pydict(
        {
            "mode": [mode] * count * width,
            "rung": [rung] * count * width,
            "activity_band": [band] * count * width,
            "trial": np.repeat(np.arange(count), width),
            "normalisation": [name for name, _, _ in trials for _ in sources],
            "source": list(sources) * count,
            "weight": np.concatenate([mix for _, mix, _ in trials]),
            "ndcg_at_k": np.repeat([value for _, _, value in trials], width),
            "list_count": np.full(count * width, list_count),
        },
        schema=TRIAL_SCHEMA,
    )
