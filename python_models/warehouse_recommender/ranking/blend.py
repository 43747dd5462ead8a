"""Search for the weights of a linear blend of sources."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.ranking.lists import Lists, matrix_of
from warehouse_recommender.ranking.proposals import reciprocal_ranks

POOL_COLUMNS = (
    *("mode", "has_history", "tier", "activity_band", "list_index", "product_index", "is_relevant", "relevant_count"),
    *("source_ranks", "min_max", "z_score", "log_rank"),
)
TRIAL_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("has_history", pa.bool_()),
        ("tier", pa.string()),
        ("activity_band", pa.string()),
        ("trial", pa.int64()),
        ("normalisation", pa.string()),
        ("source", pa.string()),
        ("weight", pa.float64()),
        ("ndcg_at_k", pa.float64()),
        ("difference", pa.float64()),
        ("standard_error", pa.float64()),
        ("list_count", pa.int64()),
        ("is_chosen", pa.bool_()),
    ]
)
STEPS = 10  # the search tries weights in steps of 1 / STEPS
ROUNDS = 5  # over all sources, at most; later rounds change nothing on any data tried
DEFAULT_LISTS = 200  # lists without a history that count for the default weights: such lists are few
NEAR = 1.0  # standard errors of the paired difference within which a mix is as good as the best
MOST_NEAR = 50  # mixes, the best of those tried, that are compared with the best list by list
EVERY = "all"  # tier and band of the trials of all customers with a history, or all without
SOURCE_COLUMNS = ("source", "default_weight", "leads_tier")
FLOOR = "popularity"  # leads where no source in use does
Trial = tuple[str, np.ndarray, float]


def search(pool: pa.Table, known: pa.Table, *, depth: int, steps: int, rounds: int, k: int) -> pa.Table:
    """Try mixes of the sources, for all customers with a history and all without, and then per tier and band of activity.

    For all of a kind every normalisation gets one round of :func:`coordinate_search`, and the best of them all rounds. A tier's
    band goes on from the mix that was chosen for its kind, with its normalisation. Chosen is the mean of the mixes that are as
    good as the best, see :func:`mean_of_near`. Without a history it tries each source alone, first the
    one that leads the tier, and the chosen mix of its kind drawn to the default weights, as if ``DEFAULT_LISTS`` lists had asked
    for them; and compares each with the first, list by list.

    Parameters
    ----------
    pool
        ``POOL_COLUMNS``, one row per list and product, by list; the arrays hold a number per source, 0 where it didn't propose
        the product.
    known
        ``SOURCE_COLUMNS`` of all sources, in the order of the arrays; one that proposed nothing to customers of a kind weighs 0
        for them.
    depth
        Proposals of a source for a list at most.
    steps, rounds
        See :func:`coordinate_search`.
    k
        Depth at which nDCG is measured, in products.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: one row per mode, kind, tier, band, trial and source, with the mean nDCG it reached; tier and band of a
        whole kind are ``all``. None ``is_chosen`` on tiers without a history, where ``difference`` decides: to trial 0, which is
        the source that leads the tier. It is NULL elsewhere; ``standard_error`` is of the mean difference, NULL of a single list.
        No rows for a kind without lists.
    """
    batches, sources = [], known["source"].to_pylist()
    kinds = pool.group_by(["mode", "has_history"]).aggregate([]).sort_by([("mode", "ascending"), ("has_history", "ascending")])
    for kind in zip(*(kinds[name].to_pylist() for name in ("mode", "has_history")), strict=True):
        rows = pool.filter(pc.and_(pc.equal(pool["mode"], kind[0]), pc.equal(pool["has_history"], kind[1])))
        lists, cells, scores, heard = score_matrices(rows, sources, depth)
        found = trials_of_kind(lists, scores, steps=steps, rounds=rounds, k=k)
        normalisation = max(found, key=lambda trial: trial[2])[0]
        best, value = mean_of_near(
            lists, scores[normalisation], [(mix, own) for name, mix, own in found if name == normalisation], k
        )
        found.append((normalisation, best, value))
        batches.append(trial_rows(kind, (EVERY, EVERY), found, sources, heard, len(lists)))
        for cell in sorted(set(cells)):
            part, candidates = lists.take(np.array([place for place, other in enumerate(cells) if other == cell]))
            if not kind[1]:
                mixes = simple_mixes(best, scores[normalisation][candidates], known, heard, cell[0], len(lists))
                ndcgs = np.array([part.ndcg(scores[normalisation][candidates] @ mix.astype(np.float32), k) for mix in mixes])
                tried = [(normalisation, mix, float(value.mean())) for mix, value in zip(mixes, ndcgs, strict=True)]
                batches.append(trial_rows(kind, cell, tried, sources, heard, len(part), ndcgs - ndcgs[0]))
                continue
            climb = coordinate_search(
                quality(part, scores[normalisation][candidates], k), starts=[best], steps=steps, rounds=rounds
            )
            climb.append(mean_of_near(part, scores[normalisation][candidates], climb, k))
            tried = [(normalisation, mix, value) for mix, value in climb]
            batches.append(trial_rows(kind, cell, tried, sources, heard, len(part)))
    return pa.Table.from_batches(batches, schema=TRIAL_SCHEMA)


def trials_of_kind(lists: Lists, scores: dict[str, np.ndarray], *, steps: int, rounds: int, k: int) -> list[Trial]:
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


def mean_of_near(lists: Lists, scores: np.ndarray, tried: Sequence[tuple[np.ndarray, float]], k: int) -> tuple[np.ndarray, float]:
    """The mean of the mixes that aren't worse than the best by more than ``NEAR`` standard errors, and its quality.

    The best of many mixes owes some of its lead to chance; what the good ones have in common lasts.
    """
    best, *others = sorted(tried, key=lambda trial: -trial[1])[:MOST_NEAR]
    of_best, near = lists.ndcg(scores @ best[0].astype(np.float32), k), [best[0]]
    for mix, _ in others:
        losses = of_best - lists.ndcg(scores @ mix.astype(np.float32), k)
        if losses.mean() <= NEAR * losses.std() / np.sqrt(len(lists)):
            near.append(mix)
    mean = np.mean(near, axis=0)
    return mean, quality(lists, scores, k)(mean)


def simple_mixes(
    best: np.ndarray, scores: np.ndarray, known: pa.Table, heard: Sequence[str], tier: str, list_count: int
) -> list[np.ndarray]:
    """Each source alone, first the one that leads the tier, and the best mix drawn to the default weights.

    Parameters
    ----------
    best
        Best mix of all lists of the kind, shape (sources that were heard,).
    scores
        Of the candidates of the tier, shape (candidates, sources that were heard). A source without scores is left out.
    known
        ``SOURCE_COLUMNS``.
    heard
        Names of the sources that were heard.
    tier
        Tier of the ladder.
    list_count
        Lists of the kind.
    """
    rows = {row["source"]: row for row in known.to_pylist()}
    speaks = scores.any(axis=0)
    order = sorted(
        (place for place in np.flatnonzero(speaks)),
        key=lambda place: (rows[heard[place]]["leads_tier"] != tier, heard[place] != FLOOR, place),
    )
    defaults = np.array([rows[source]["default_weight"] for source in heard]) * speaks
    own = best * speaks
    drawn = sum(count * mix / mix.sum() for count, mix in ((list_count, own), (DEFAULT_LISTS, defaults)) if mix.sum() > 0)
    return [*np.eye(len(heard))[order], drawn / drawn.sum()]


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
    pool: pa.Table, sources: Sequence[str], depth: int
) -> tuple[Lists, list[tuple[str, str]], dict[str, np.ndarray], list[str]]:
    """The candidates of some lists and their scores on every scale.

    Returns
    -------
    lists
        The candidates by list.
    cells
        Tier and band of activity of each list.
    scores
        Per normalisation of shape (candidates, sources that were heard), 0 where a source didn't propose the product.
    heard
        Names of the sources that proposed anything.
    """
    ranks = matrix_of(pool, ["source_ranks"]).astype(np.int64)
    is_heard = ranks.any(axis=0)
    ranks = ranks[:, is_heard]
    scores = {name: matrix_of(pool, [name])[:, is_heard] for name in ("min_max", "z_score", "log_rank")}
    scores["reciprocal_rank"] = reciprocal_ranks(depth).astype(np.float32)[ranks]
    starts = np.unique(pool["list_index"].to_numpy(), return_index=True)[1]
    cells = (pool[name].take(starts).to_pylist() for name in ("tier", "activity_band"))
    heard = [source for source, own in zip(sources, is_heard, strict=True) if own]
    return Lists.of(pool), list(zip(*cells, strict=True)), scores, heard


def trial_rows(
    kind: tuple[str, bool],
    cell: tuple[str, str],
    trials: Sequence[Trial],
    sources: Sequence[str],
    heard: Sequence[str],
    list_count: int,
    differences: np.ndarray | None = None,
) -> pa.RecordBatch:
    """Trials as rows of ``TRIAL_SCHEMA``, numbered in their order; sources that weren't heard weigh 0.

    The last one is chosen, but where there are differences to choose by. ``differences`` are those of the quality of each list,
    shape (trials, lists).
    """
    count, width = len(trials), len(sources)
    means = errors = np.full(count, np.nan)
    if differences is not None:
        means = differences.mean(axis=1)
        errors = differences.std(axis=1, ddof=1) / np.sqrt(list_count) if list_count > 1 else errors
    weights = np.zeros((count, width))
    weights[:, [sources.index(source) for source in heard]] = [mix for _, mix, _ in trials]
    return pa.RecordBatch.from_pydict(
        {
            "mode": [kind[0]] * count * width,
            "has_history": [kind[1]] * count * width,
            "tier": [cell[0]] * count * width,
            "activity_band": [cell[1]] * count * width,
            "trial": np.repeat(np.arange(count), width),
            "normalisation": [name for name, _, _ in trials for _ in sources],
            "source": list(sources) * count,
            "weight": weights.ravel(),
            "ndcg_at_k": np.repeat([value for _, _, value in trials], width),
            "difference": pa.array(np.repeat(means, width), from_pandas=True),
            "standard_error": pa.array(np.repeat(errors, width), from_pandas=True),
            "list_count": np.full(count * width, list_count),
            "is_chosen": np.repeat([differences is None and number == count - 1 for number in range(count)], width),
        },
        schema=TRIAL_SCHEMA,
    )
