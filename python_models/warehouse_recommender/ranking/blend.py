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
ROUNDS = 5  # maximum number of rounds over all sources; later rounds changed nothing on any data tried
DEFAULT_LISTS = 200  # prior of the default weights for customers without a history, in lists: such customers have few lists
NEAR = 1.0  # a blend is as good as the best within this number of standard errors of the paired difference
MOST_NEAR = 50  # number of blends, the best ones tried, that are compared with the best list by list
EVERY = "all"  # tier and activity band of trials on all customers with a history, or on all customers without one
SOURCE_COLUMNS = ("source", "default_weight", "leads_tier")
FALLBACK = "popularity"  # leads a tier if no source in use leads it
Trial = tuple[str, np.ndarray, float]  # normalisation, weights that sum to 1, mean nDCG


def search(pool: pa.Table, known: pa.Table, *, depth: int, steps: int, rounds: int, k: int) -> pa.Table:
    """Try blends of the sources: for all customers with a history, for all without one, and then per tier and activity band.

    Customers with a history and customers without one are two kinds of customers. The search has three parts:

    1. For each kind and mode, every normalisation gets one round of :func:`coordinate_search`. The best normalisation gets all
       rounds. The chosen blend is the mean of the blends that are as good as the best; see :func:`mean_of_near_best`.
    2. For each activity band with a history, the search continues from the chosen blend of the kind, with its normalisation.
    3. For each tier without a history, it tries each source alone, first the source that leads the tier. It also tries the chosen
       blend of the kind, shrunk to the default weights with a prior of ``DEFAULT_LISTS`` lists. All are compared with the first,
       list by list.

    Parameters
    ----------
    pool
        ``POOL_COLUMNS``, one row per list and product, by list. Arrays have one number per source, 0 if the source didn't propose
        the product.
    known
        ``SOURCE_COLUMNS`` of all sources, in the order of the arrays. A source without proposals for a kind of customers gets
        weight 0 for that kind.
    depth
        Maximum number of proposals of a source for a list.
    steps, rounds
        See :func:`coordinate_search`.
    k
        Depth at which nDCG is measured, in products.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: one row per mode, kind of customers, tier, band, trial and source, with the mean nDCG of the trial. Tier
        and band are ``all`` in trials on a whole kind. A kind without lists has no rows.

        ``difference`` is the mean difference of nDCG to trial 0, the source that leads the tier. It decides for tiers without a
        history, where no trial ``is_chosen``, and is NULL elsewhere. ``standard_error`` is that of the mean difference; NULL also
        for a single list.
    """
    batches, sources = [], known["source"].to_pylist()
    kinds = pool.group_by(["mode", "has_history"]).aggregate([]).sort_by([("mode", "ascending"), ("has_history", "ascending")])
    for kind in zip(*(kinds[name].to_pylist() for name in ("mode", "has_history")), strict=True):
        rows = pool.filter(pc.and_(pc.equal(pool["mode"], kind[0]), pc.equal(pool["has_history"], kind[1])))
        lists, groups, scores, proposing = score_matrices(rows, sources, depth)
        found = trials_of_kind(lists, scores, steps=steps, rounds=rounds, k=k)
        normalisation = max(found, key=lambda trial: trial[2])[0]
        best, value = mean_of_near_best(
            lists, scores[normalisation], [(weights, own) for name, weights, own in found if name == normalisation], k
        )
        found.append((normalisation, best, value))
        batches.append(trial_rows(kind, (EVERY, EVERY), found, sources, proposing, len(lists)))
        for group in sorted(set(groups)):
            part, candidates = lists.take(np.array([position for position, other in enumerate(groups) if other == group]))
            if not kind[1]:
                blends = simple_blends(best, scores[normalisation][candidates], known, proposing, group[0], len(lists))
                ndcgs = np.array([part.ndcg(scores[normalisation][candidates] @ own.astype(np.float32), k) for own in blends])
                tried = [(normalisation, own, float(value.mean())) for own, value in zip(blends, ndcgs, strict=True)]
                batches.append(trial_rows(kind, group, tried, sources, proposing, len(part), ndcgs - ndcgs[0]))
                continue
            searched = coordinate_search(
                quality(part, scores[normalisation][candidates], k), starts=[best], steps=steps, rounds=rounds
            )
            searched.append(mean_of_near_best(part, scores[normalisation][candidates], searched, k))
            tried = [(normalisation, weights, value) for weights, value in searched]
            batches.append(trial_rows(kind, group, tried, sources, proposing, len(part)))
    return pa.Table.from_batches(batches, schema=TRIAL_SCHEMA)


def trials_of_kind(lists: Lists, scores: dict[str, np.ndarray], *, steps: int, rounds: int, k: int) -> list[Trial]:
    """Search one round with every normalisation, then the other rounds with the best normalisation."""
    dimensions = next(iter(scores.values())).shape[1]
    simple = [*np.eye(dimensions), np.ones(dimensions)]
    first = {
        name: coordinate_search(quality(lists, matrix, k), starts=simple, steps=steps, rounds=1)
        for name, matrix in scores.items()
    }
    tried = [(name, weights, value) for name, trials in first.items() for weights, value in trials]
    best, start, _ = max(tried, key=lambda trial: trial[2])
    known = {weights.tobytes() for weights, _ in first[best]}
    further = coordinate_search(quality(lists, scores[best], k), starts=[start], steps=steps, rounds=rounds - 1)
    return tried + [(best, weights, value) for weights, value in further if weights.tobytes() not in known]


def mean_of_near_best(
    lists: Lists, scores: np.ndarray, tried: Sequence[tuple[np.ndarray, float]], k: int
) -> tuple[np.ndarray, float]:
    """Mean weights of the blends that are worse than the best by at most ``NEAR`` standard errors, and the nDCG with them.

    The lead of the best of many blends is partly chance. The mean keeps the weights that the good blends have in common.
    """
    best, *others = sorted(tried, key=lambda trial: -trial[1])[:MOST_NEAR]
    of_best, near = lists.ndcg(scores @ best[0].astype(np.float32), k), [best[0]]
    for weights, _ in others:
        losses = of_best - lists.ndcg(scores @ weights.astype(np.float32), k)
        if losses.mean() <= NEAR * losses.std() / np.sqrt(len(lists)):
            near.append(weights)
    mean = np.mean(near, axis=0)
    return mean, quality(lists, scores, k)(mean)


def simple_blends(
    best: np.ndarray, scores: np.ndarray, known: pa.Table, proposing: Sequence[str], tier: str, list_count: int
) -> list[np.ndarray]:
    """Each source alone, first the one that leads the tier, and the best blend shrunk to the default weights.

    Parameters
    ----------
    best
        Weights of the best blend for all lists of the kind of customers, shape (proposing sources,).
    scores
        Scores of the candidates of the tier, shape (candidates, proposing sources). A source without scores is left out.
    known
        ``SOURCE_COLUMNS``.
    proposing
        Names of the sources with proposals for the kind of customers.
    tier
        Cold-start tier.
    list_count
        Number of lists of the kind of customers.
    """
    rows = {row["source"]: row for row in known.to_pylist()}
    has_scores = scores.any(axis=0)
    order = sorted(
        (position for position in np.flatnonzero(has_scores)),
        key=lambda position: (rows[proposing[position]]["leads_tier"] != tier, proposing[position] != FALLBACK, position),
    )
    defaults = np.array([rows[source]["default_weight"] for source in proposing]) * has_scores
    own = best * has_scores
    counted = ((list_count, own), (DEFAULT_LISTS, defaults))
    shrunk = sum(count * weights / weights.sum() for count, weights in counted if weights.sum() > 0)
    return [*np.eye(len(proposing))[order], shrunk / shrunk.sum()]


def quality(lists: Lists, scores: np.ndarray, k: int) -> Callable[[np.ndarray], float]:
    """Return a function from weights to the mean nDCG@k of the lists."""
    return lambda weights: float(lists.ndcg(scores @ weights.astype(np.float32), k).mean())


def coordinate_search(
    quality_of: Callable[[np.ndarray], float], *, starts: Sequence[np.ndarray], steps: int, rounds: int
) -> list[tuple[np.ndarray, float]]:
    """Maximise a function of weights from the best of several starts, one weight at a time.

    The search sets each weight in turn to 0, 1/steps, … while the others keep their proportions, and keeps the best value. Ties
    keep the current weight, else the smallest. The search ends after a round without a change.

    Parameters
    ----------
    quality_of
        Function to maximise, of weights that sum to 1, shape (dimensions,).
    starts
        Start weights, of any positive sum; ties go to the first.
    steps
        Number of values tried per weight, at least 1.
    rounds
        Maximum number of rounds over all weights.

    Returns
    -------
    list of (weights, quality)
        All weights that were tried, each once, in the order of trying.
    """
    tried: dict[bytes, tuple[np.ndarray, float]] = {}

    def value_of(weights: np.ndarray) -> float:
        scaled = weights / weights.sum()
        key = np.round(scaled, 12).tobytes()
        if key not in tried:
            tried[key] = (scaled, quality_of(scaled))
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
    """Candidates of the lists and their scores under every normalisation.

    Returns
    -------
    lists
        The candidates by list.
    groups
        Tier and activity band of each list.
    scores
        By normalisation, shape (candidates, proposing sources); 0 if a source didn't propose the product.
    proposing
        Names of the sources with proposals.
    """
    ranks = matrix_of(pool, ["source_ranks"]).astype(np.int64)
    proposes = ranks.any(axis=0)
    ranks = ranks[:, proposes]
    scores = {name: matrix_of(pool, [name])[:, proposes] for name in ("min_max", "z_score", "log_rank")}
    scores["reciprocal_rank"] = reciprocal_ranks(depth).astype(np.float32)[ranks]
    starts = np.unique(pool["list_index"].to_numpy(), return_index=True)[1]
    groups = (pool[name].take(starts).to_pylist() for name in ("tier", "activity_band"))
    proposing = [source for source, own in zip(sources, proposes, strict=True) if own]
    return Lists.of(pool), list(zip(*groups, strict=True)), scores, proposing


def trial_rows(
    kind: tuple[str, bool],
    group: tuple[str, str],
    trials: Sequence[Trial],
    sources: Sequence[str],
    proposing: Sequence[str],
    list_count: int,
    differences: np.ndarray | None = None,
) -> pa.RecordBatch:
    """Trials as rows of ``TRIAL_SCHEMA``, numbered in their order; sources without proposals have weight 0.

    ``differences`` are the differences of each list's nDCG to trial 0, shape (trials, lists). Without them, the last trial is
    chosen. With them, no trial is chosen here: ``blend_weights`` decides by the differences.
    """
    count, width = len(trials), len(sources)
    means = errors = np.full(count, np.nan)
    if differences is not None:
        means = differences.mean(axis=1)
        errors = differences.std(axis=1, ddof=1) / np.sqrt(list_count) if list_count > 1 else errors
    weights = np.zeros((count, width))
    weights[:, [sources.index(source) for source in proposing]] = [own for _, own, _ in trials]
    return pa.RecordBatch.from_pydict(
        {
            "mode": [kind[0]] * count * width,
            "has_history": [kind[1]] * count * width,
            "tier": [group[0]] * count * width,
            "activity_band": [group[1]] * count * width,
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
