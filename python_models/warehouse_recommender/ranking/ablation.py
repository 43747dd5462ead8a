"""What the parts of ranking are worth: lists with and without each source, and each family of features."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.ranking import blend, ranker
from warehouse_recommender.ranking.lists import Lists, matrix_of

SOURCE_COLUMNS = (*blend.POOL_COLUMNS, "customer_index")
FAMILY_COLUMNS = ("mode", "customer_index", *ranker.LABEL_COLUMNS, "weighted_score")
ABLATION_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("has_history", pa.bool_()),
        ("left_out", pa.string()),
        ("list_index", pa.int64()),
        ("customer_index", pa.int32()),
        ("ndcg_with", pa.float64()),
        ("ndcg_without", pa.float64()),
    ]
)


def source_ablations(
    pool: pa.Table,
    trials: pa.Table,
    *,
    sources: Sequence[str],
    normalisations: Sequence[str],
    steps: int,
    rounds: int,
    most_lists: int,
    k: int,
) -> pa.Table:
    """nDCG of each list as blended with all sources, and with all but one.

    Both are searched for on the same lists, from the best mix of their kind, the second without the source and with the others in
    their proportions: a source that others can replace is worth little, whatever its weight. A source without weight is worth
    nothing, and isn't searched for.

    Parameters
    ----------
    pool
        ``SOURCE_COLUMNS``, as :func:`blend.search` takes them.
    trials
        What :func:`blend.search` found on that pool.
    sources, normalisations, k
        As in :func:`blend.search`.
    steps, rounds
        See :func:`blend.coordinate_search`.
    most_lists
        Lists per mode, with and without a history, at most, evenly spread over all.

    Returns
    -------
    pyarrow.Table
        ``ABLATION_SCHEMA``: one row per mode, customers with or without a history, source and list.
    """

    def search() -> Iterator[pa.RecordBatch]:
        for (mode, kind), best in best_trials(trials).items():
            rows = some_lists(pool.filter(pc.and_(pc.equal(pool["mode"], mode), pc.equal(pool["has_history"], kind))), most_lists)
            if not len(rows):
                continue
            lists, _, matrices = blend.score_matrices(rows, sources, normalisations)
            scores, mix = matrices[best["normalisation"]], np.array([best["weights"][source] for source in sources])
            complete = searched(lists, scores, mix, steps=steps, rounds=rounds, k=k)
            for place, source in enumerate(sources):
                others = np.arange(len(sources)) != place
                without = complete
                if mix[place] > 0:
                    without = searched(lists, scores[:, others], mix[others], steps=steps, rounds=rounds, k=k)
                yield batch(rows, kind, source, complete, without)

    return pa.Table.from_batches(search(), schema=ABLATION_SCHEMA)


def family_ablations(
    examples: pa.Table,
    *,
    features: Sequence[str],
    families: Sequence[str],
    monotone: Sequence[int],
    blend_scale: float,
    trees: int,
    most_lists: int,
    k: int,
    parameters: Mapping[str, Any],
) -> pa.Table:
    """nDCG of each list as ranked with all features, and with all but one family, by trees that hadn't seen the list.

    All get the same number of trees, since a number chosen for each would favour whichever was lucky. The trees start from the
    blend in any case, so what the families of the blend and of the sources are worth is what they add to it.

    Parameters
    ----------
    examples
        ``FAMILY_COLUMNS`` and ``features``, as :func:`ranker.fit` takes them, of customers with a history.
    families
        Per feature the family it belongs to.
    features, monotone, blend_scale, k, parameters
        As in :func:`ranker.fit`.
    trees
        Trees per fit.
    most_lists
        Lists per mode at most, evenly spread over all.

    Returns
    -------
    pyarrow.Table
        ``ABLATION_SCHEMA``: one row per mode, family and list. No rows for a mode of which no fold can learn.
    """

    def judge() -> Iterator[pa.RecordBatch]:
        for mode in sorted(pc.unique(examples["mode"]).to_pylist()):
            rows = some_lists(examples.filter(pc.equal(examples["mode"], mode)), most_lists)
            if not len(rows):
                continue
            lists, start = Lists.of(rows), blend_scale * ranker.numbers_of(rows, "weighted_score")

            def held_out(left_out: str | None, rows: pa.Table = rows, lists: Lists = lists, start: np.ndarray = start) -> Any:
                kept = [place for place, family in enumerate(families) if family != left_out]
                names, limits = [features[place] for place in kept], [monotone[place] for place in kept]
                data, limits = matrix_of(rows, names), ranker.constraints(rows, names, limits)
                if not data.shape[1]:
                    return lists.ndcg(start, k)
                curve = ranker.held_out_curve(
                    rows, lists, start, data, limits, iterations=trees, step=trees, k=k, parameters=parameters
                )
                return None if curve is None else curve[-1]

            complete = held_out(None)
            if complete is None:
                continue
            for family in dict.fromkeys(families):
                yield batch(rows, True, family, complete, held_out(family))

    return pa.Table.from_batches(judge(), schema=ABLATION_SCHEMA)


def best_trials(trials: pa.Table) -> dict[tuple[str, bool], dict[str, Any]]:
    """Normalisation and weights of the best trial of each mode and kind of customers, of equal ones the first."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    of_kinds = trials.filter(pc.equal(trials["rung"], blend.EVERY))
    for row in of_kinds.sort_by([("mode", "ascending"), ("has_history", "ascending"), ("trial", "ascending")]).to_pylist():
        group = (row["mode"], row["has_history"])
        if group not in found or row["ndcg_at_k"] > found[group]["ndcg_at_k"]:
            found[group] = {name: row[name] for name in ("trial", "normalisation", "ndcg_at_k")} | {"weights": {}}
        if row["trial"] == found[group]["trial"]:
            found[group]["weights"][row["source"]] = row["weight"]
    return found


def searched(lists: Lists, scores: np.ndarray, mix: np.ndarray, *, steps: int, rounds: int, k: int) -> np.ndarray:
    """nDCG of each list with the best mix near a given one, or near equal weights where that one is empty."""
    if not len(mix):
        return lists.ndcg(np.zeros(len(scores), np.float32), k)
    start = mix if mix.sum() > 0 else np.ones(len(mix))
    climb = blend.coordinate_search(blend.quality(lists, scores, k), starts=[start], steps=steps, rounds=rounds)
    best, _ = max(climb, key=lambda trial: trial[1])
    return lists.ndcg(scores @ best.astype(np.float32), k)


def some_lists(rows: pa.Table, most_lists: int) -> pa.Table:
    """Rows of at most so many lists, evenly spread over all."""
    numbers = np.unique(rows["list_index"].to_numpy())
    if len(numbers) <= most_lists:
        return rows
    drawn = numbers[np.arange(most_lists) * len(numbers) // max(1, most_lists)]
    return rows.filter(pc.is_in(rows["list_index"], pa.array(drawn)))


def batch(rows: pa.Table, has_history: bool, left_out: str, complete: np.ndarray, without: np.ndarray) -> pa.RecordBatch:
    """The lists of `rows` as rows of ``ABLATION_SCHEMA``."""
    numbers, starts = np.unique(rows["list_index"].to_numpy(), return_index=True)
    return pa.RecordBatch.from_pydict(
        {
            "mode": [rows["mode"][0].as_py()] * len(numbers),
            "has_history": [has_history] * len(numbers),
            "left_out": [left_out] * len(numbers),
            "list_index": numbers,
            "customer_index": rows["customer_index"].take(starts).combine_chunks(),
            "ndcg_with": complete,
            "ndcg_without": without,
        },
        schema=ABLATION_SCHEMA,
    )
