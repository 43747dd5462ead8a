"""Ablations of ranking: nDCG of lists with and without each source, and with and without each family of features."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.evaluation.bootstrap import interval, remembered_weights
from warehouse_recommender.evaluation.means import bootstrap_means
from warehouse_recommender.ranking import blend, ranker
from warehouse_recommender.ranking.lists import Lists, matrix_of

CUSTOMER_COLUMNS = ("customer_index", "customer_id")
SOURCE_COLUMNS = (*blend.POOL_COLUMNS, "customer_index")
FAMILY_COLUMNS = ("mode", "customer_index", *ranker.LABEL_COLUMNS, "weighted_score")
STEPS, ROUNDS = 5, 1  # of the search for weights without a source, see blend.coordinate_search
HALVES = 2  # groups of folds: trees train on one and are measured on the other, with half the fits that four folds need
TREES = 15  # per ranker; few are enough, since families are only compared with each other
ABLATION_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("has_history", pa.bool_()),
        ("part", pa.string()),
        ("left_out", pa.string()),
        ("ndcg_with", pa.float64()),
        ("ndcg_without", pa.float64()),
        ("contribution", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("list_count", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Ablation:
    """nDCG of the same lists with all parts and without one part.

    Attributes
    ----------
    mode, has_history
        Mode of the lists, and whether their customers have a history.
    part, left_out
        `source` or `family`, and its name.
    customers
        ``customer_index`` of each list, shape (lists,).
    complete, without
        nDCG of each list, shape (lists,).
    """

    mode: str
    has_history: bool
    part: str
    left_out: str
    customers: np.ndarray
    complete: np.ndarray
    without: np.ndarray


def ablations(
    pool: pa.Table,
    trials: pa.Table,
    examples: pa.Table,
    customers: pa.Table,
    *,
    sources: Sequence[str],
    depth: int,
    features: Sequence[Mapping[str, Any]],
    blend_scale: float,
    parameters: Mapping[str, Any],
    most_labels: int,
    k: int,
    replicates: int,
    level: float,
) -> pa.Table:
    """Measure the contribution of each source to the blend, and of each family of features to the learned ranker.

    Parameters
    ----------
    pool, trials, sources, depth
        See :func:`source_ablations`.
    examples, features, blend_scale, parameters
        See :func:`family_ablations`.
    customers
        ``CUSTOMER_COLUMNS``; the ids determine the bootstrap replicates.
    most_labels
        Products to find, per mode with and without a history, whose lists are enough. Lists are evenly spread over all lists.
    k
        Depth of nDCG, in products.
    replicates, level
        Number of bootstrap replicates over customers, and confidence level of the interval of the paired difference.

    Returns
    -------
    pyarrow.Table
        ``ABLATION_SCHEMA``: one row per mode, customers with or without a history, part, and name of the omitted part.
    """
    weights_of = remembered_weights(replicates)
    ids = dict(zip(*(customers[name].to_pylist() for name in CUSTOMER_COLUMNS), strict=True))
    of_sources = source_ablations(pool, trials, sources=sources, depth=depth, most_labels=most_labels, k=k)
    of_families = family_ablations(
        examples, features=features, blend_scale=blend_scale, parameters=parameters, most_labels=most_labels, k=k
    )
    rows: list[dict[str, Any]] = []
    for found in chain(of_sources, of_families):
        values = np.stack([found.complete, found.without, found.complete - found.without])
        means, counts = bootstrap_means(values, weights_of([ids[customer] for customer in found.customers.tolist()]))
        low, high = (None if np.isnan(bound) else float(bound) for bound in interval(means[2, 1:], level))
        rows.append(
            {
                **{name: getattr(found, name) for name in ABLATION_SCHEMA.names[:4]},
                **dict(zip(ABLATION_SCHEMA.names[4:7], means[:, 0], strict=True)),
                **{"ci_low": low, "ci_high": high, "list_count": counts[0]},
            }
        )
    return pa.Table.from_pylist(rows, schema=ABLATION_SCHEMA)


def source_ablations(
    pool: pa.Table, trials: pa.Table, *, sources: Sequence[str], depth: int, most_labels: int, k: int
) -> Iterator[Ablation]:
    """Compute the nDCG of each list as blended with all sources, and with all sources but one.

    Both blends are searched on the same lists, starting from the blend chosen for their mode and kind of customers. The second
    search starts without the source and keeps the proportions of the others. A source that other sources can replace therefore
    contributes little, whatever its weight. A source with weight 0 contributes 0 and is not searched.

    Parameters
    ----------
    pool
        ``SOURCE_COLUMNS``, as for :func:`blend.search`.
    trials
        Result of :func:`blend.search` on that pool.
    sources, depth
        As in :func:`blend.search`.
    most_labels, k
        As in :func:`ablations`.
    """
    for (mode, kind), best in chosen_trials(trials).items():
        rows = some_lists(pool.filter(pc.and_(pc.equal(pool["mode"], mode), pc.equal(pool["has_history"], kind))), most_labels, k)
        if not len(rows):
            continue
        lists, _, matrices, used_sources = blend.score_matrices(rows, sources, depth)
        scores, weights = matrices[best["normalisation"]], np.array([best["weights"][source] for source in used_sources])
        complete = searched(lists, scores, weights, k)
        for source in sources:
            without = complete
            if best["weights"][source] > 0 and source in used_sources:
                others = np.array(used_sources) != source
                without = searched(lists, scores[:, others], weights[others], k)
            yield Ablation(mode, kind, "source", source, customers_of(rows), complete, without)


def family_ablations(
    examples: pa.Table,
    *,
    features: Sequence[Mapping[str, Any]],
    blend_scale: float,
    parameters: Mapping[str, Any],
    most_labels: int,
    k: int,
) -> Iterator[Ablation]:
    """Compute the nDCG of each list as ranked with all features, and with all but one family, by trees not trained on the list.

    All rankers get the same number of trees, since choosing it per ranker would favour the ranker with the luckiest choice. All
    rankers use the same bins of the features. The trees always start from the blend, so the contribution of the families of the
    blend and of the sources is what they add to it. A mode is skipped if no fold can train.

    Parameters
    ----------
    examples
        ``FAMILY_COLUMNS`` and the features, as for :func:`ranker.fit`, of customers with a history.
    features
        Per feature its name (``feature``), ``family`` and ``monotone``, see :func:`ranker.fit`.
    blend_scale, parameters
        As in :func:`ranker.fit`.
    most_labels, k
        As in :func:`ablations`.
    """
    names, monotone = [row["feature"] for row in features], [row["monotone"] for row in features]
    for mode in sorted(pc.unique(examples["mode"]).to_pylist()):
        rows = some_lists(examples.filter(pc.equal(examples["mode"], mode)), most_labels, k)
        if not len(rows):
            continue
        families = np.array(ranker.constraints(rows, names, [row["family"] for row in features]))
        limits = ranker.constraints(rows, names, monotone)
        evaluate = held_out_evaluator(rows, matrix_of(rows, names), limits, blend_scale=blend_scale, parameters=parameters, k=k)
        if evaluate is None:
            continue
        complete = evaluate(np.full(len(families), True))
        for family in dict.fromkeys(families):
            yield Ablation(mode, True, "family", str(family), customers_of(rows), complete, evaluate(families != family))


def held_out_evaluator(
    rows: pa.Table, data: np.ndarray, limits: list[int], *, blend_scale: float, parameters: Mapping[str, Any], k: int
) -> Callable[[np.ndarray], np.ndarray] | None:
    """Return a function from a bool mask of ``data`` columns to the nDCG of each list, by trees not trained on the list.

    None if no fold can train. The lists of a fold that can't train keep the order of the blend. A constraint of the fit excludes
    columns, so that all rankers train on the same binned :func:`ranker.parts`.
    """
    lists, start = Lists.of(rows), blend_scale * ranker.numbers_of(rows, "weighted_score")
    settings = ranker.training_settings(limits, parameters)
    folds = rows["fold"].to_numpy()[lists.starts] % HALVES
    training = ranker.parts(folds, lists, start, data, settings)
    held_out = [(numbers, *lists.take(numbers)) for fold, _ in training for numbers in [np.flatnonzero(folds == fold)]]

    def evaluate(is_seen: np.ndarray) -> np.ndarray:
        values, columns = lists.ndcg(start, k), np.flatnonzero(is_seen).tolist()

        def evaluate_fold(place: int) -> None:
            numbers, held_lists, held_rows = held_out[place]
            booster = ranker.grown(settings | {"interaction_constraints": [columns]}, training[place][1], TREES)
            values[numbers] = held_lists.ndcg(start[held_rows] + ranker.predict(booster, data[held_rows]), k)

        with ThreadPoolExecutor() as pool:
            list(pool.map(evaluate_fold, range(len(training) if columns else 0)))
        return values

    return evaluate if training else None


def chosen_trials(trials: pa.Table) -> dict[tuple[str, bool], dict[str, Any]]:
    """Normalisation and weights of the blend chosen for each mode and kind of customers."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    of_kinds = trials.filter(pc.and_(pc.equal(trials["tier"], blend.EVERY), trials["is_chosen"]))
    for row in of_kinds.sort_by([("mode", "ascending"), ("has_history", "ascending")]).to_pylist():
        own = found.setdefault((row["mode"], row["has_history"]), {"normalisation": row["normalisation"], "weights": {}})
        own["weights"][row["source"]] = row["weight"]
    return found


def searched(lists: Lists, scores: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """nDCG of each list with the best blend near ``weights``, or near equal weights if ``weights`` is all zeros."""
    if not len(weights):
        return lists.ndcg(np.zeros(len(scores), np.float32), k)
    start = weights if weights.sum() > 0 else np.ones(len(weights))
    tried = blend.coordinate_search(blend.quality(lists, scores, k), starts=[start], steps=STEPS, rounds=ROUNDS)
    best, _ = max(tried, key=lambda trial: trial[1])
    return lists.ndcg(scores @ best.astype(np.float32), k)


def some_lists(rows: pa.Table, most_labels: int, k: int) -> pa.Table:
    """Rows of as many lists, evenly spread over all lists, as have about ``most_labels`` products to find, at most k per list."""
    numbers, starts = np.unique(rows["list_index"].to_numpy(), return_index=True)
    labels = np.minimum(rows["relevant_count"].to_numpy()[starts], k).sum()
    if labels <= most_labels:
        return rows
    count = -(-len(numbers) * most_labels // int(labels))
    drawn = numbers[np.arange(count) * len(numbers) // max(1, count)]
    return rows.filter(pc.is_in(rows["list_index"], pa.array(drawn)))


def customers_of(rows: pa.Table) -> np.ndarray:
    """``customer_index`` of each list of a table ordered by list."""
    _, starts = np.unique(rows["list_index"].to_numpy(), return_index=True)
    return rows["customer_index"].to_numpy()[starts]
