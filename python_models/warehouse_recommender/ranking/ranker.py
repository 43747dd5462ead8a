"""Learned ranker: LambdaRank (Burges 2010, MSR-TR-2010-82) on top of the weighted blend.

The trees start from the blend's score and only correct it, so that with little to learn from little is changed.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.ranking.lists import RANKING_K, Lists, matrix_of

METHOD_COLUMNS = ("mode", "method", "is_chosen")
KEY_COLUMNS = ("list_index", "product_index")
LABEL_COLUMNS = ("list_index", "fold", "is_relevant", "relevant_count", "training_weight")
FIT_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("method", pa.string()),
        ("ndcg_at_k", pa.float64()),
        ("difference", pa.float64()),
        ("standard_error", pa.float64()),
        ("list_count", pa.int64()),
        ("iterations", pa.int64()),
        ("model", pa.string()),
        ("train_ndcgs", pa.list_(pa.float64())),
        ("held_out_ndcgs", pa.list_(pa.float64())),
    ]
)
SCORE_SCHEMA = pa.schema([(name, pa.int32()) for name in KEY_COLUMNS] + [("stacked_score", pa.float64())])
FEATURE_COLUMNS = ("feature", "family", "monotone")
CONTRIBUTION_SCHEMA = pa.schema(
    [(name, pa.int32()) for name in KEY_COLUMNS] + [("base", pa.float64()), ("contributions", pa.list_(pa.float64()))]
)
STEP = 20  # every so many trees the held-out lists are looked at
# LightGBM has one number of threads for the whole process, and a prediction beside a fit changes it under the fit, which then
# gives other trees. dbt runs models side by side.
LIGHTGBM = threading.Lock()
PREDICTED_ROWS = 500_000  # rows scored at a time


def lightgbm_parameters(*, leaves: int, learning_rate: float, seed: int) -> dict[str, Any]:
    """Parameters of the trees: those that are tuned, and those that keep trees of a few thousand lists from learning noise."""
    return {
        "num_leaves": leaves,
        "learning_rate": learning_rate,
        "min_data_in_leaf": 100,  # candidates
        "lambda_l2": 10.0,
        "feature_fraction": 0.7,  # of the features per tree
        "bagging_fraction": 0.8,  # of the lists per tree
        "bagging_freq": 1,
        "bagging_by_query": True,
        "lambdarank_truncation_level": 2 * RANKING_K,
        "seed": seed,
    }


@dataclass(frozen=True)
class Curves:
    """nDCG of every list after 0, step, 2 step … trees, both of shape (looks, lists).

    Attributes
    ----------
    train
        Mean over the folds in which the list was learnt from.
    held_out
        In the fold in which it was held out.
    """

    train: np.ndarray
    held_out: np.ndarray


def fit(
    examples: pa.Table,
    *,
    features: Sequence[str],
    monotone: Sequence[int],
    blend_scale: float,
    iterations: int,
    step: int,
    k: int,
    parameters: Mapping[str, Any],
) -> pa.Table:
    """Judge the methods by cross-validation on labelled lists, and train the ranker on all of them.

    Every fold is scored by trees that were trained on the other folds, as many as were best for those; the ranker itself gets the
    number that is best over all folds.

    Parameters
    ----------
    examples
        ``mode``, ``LABEL_COLUMNS``, ``weighted_score``, ``cascade_score`` and ``features``, by mode, list and product.
    features
        Columns the trees see: numbers, NULL allowed, or arrays of one length.
    monotone
        Per feature 1 where a higher value may never lower the score, else 0.
    blend_scale
        Factor of ``weighted_score`` in the score the trees start from.
    iterations, step
        Trees at most, and every how many the held-out lists are looked at.
    k
        Depth at which nDCG is measured, in products.
    parameters
        Of LightGBM.

    Returns
    -------
    pyarrow.Table
        ``FIT_SCHEMA``: per mode one row for each of ``weighted``, ``stacked`` and ``cascade`` with its mean nDCG, the difference
        to ``weighted`` on the same lists with its standard error, and the trees of ``stacked`` as text. No rows for a mode
        without lists; no row for ``stacked`` where trees could not be trained or made no list better on the whole. The row of
        ``weighted``, from which the trees start, also has the mean nDCG of the lists at every look, when they were learnt from
        and when they were held out; NULL where trees could not be trained.
    """
    rows: list[dict[str, Any]] = []
    for mode in sorted(pc.unique(examples["mode"]).to_pylist()):
        known = examples.filter(pc.equal(examples["mode"], mode))
        lists, start, data = Lists.of(known), blend_scale * numbers_of(known, "weighted_score"), matrix_of(known, features)
        limits = constraints(known, features, monotone)
        methods = {"weighted": lists.ndcg(start, k), "cascade": lists.ndcg(numbers_of(known, "cascade_score"), k)}
        chosen, model = {}, {}
        curves = learning_curves(known, lists, start, data, limits, iterations=iterations, step=step, k=k, parameters=parameters)
        best = 0 if curves is None else int(np.argmax(curves.held_out.mean(axis=1)))
        if best:
            folds = known["fold"].to_numpy()[lists.starts]
            methods["stacked"], chosen["stacked"] = unbiased(curves.held_out, folds), best * step
            model["stacked"] = train(lists, start, data, limits, best * step, parameters).model_to_string()
        for method, values in sorted(methods.items()):
            gains = values - methods["weighted"]
            rows.append(
                {
                    "mode": mode,
                    "method": method,
                    "ndcg_at_k": values.mean(),
                    "difference": gains.mean(),
                    "standard_error": gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else None,
                    "list_count": len(lists),
                    "iterations": chosen.get(method),
                    "model": model.get(method),
                    "train_ndcgs": curves.train.mean(axis=1) if curves and method == "weighted" else None,
                    "held_out_ndcgs": curves.held_out.mean(axis=1) if curves and method == "weighted" else None,
                }
            )
    return pa.Table.from_pylist(rows, schema=FIT_SCHEMA)


def learning_curves(
    known: pa.Table,
    lists: Lists,
    start: np.ndarray,
    data: np.ndarray,
    limits: list[int],
    *,
    iterations: int,
    step: int,
    k: int,
    parameters: Mapping[str, Any],
) -> Curves | None:
    """What lists are worth the more trees there are, learnt from and held out; None if no fold can learn.

    Of a fold that can't learn the blend stays. Parameters as in :func:`fit`, ``limits`` one per column of ``data``.
    """
    folds = known["fold"].to_numpy()[lists.starts]
    looks = range(0, iterations + 1, step)
    blend = np.tile(lists.ndcg(start, k), (len(looks), 1))
    held_out, learnt_sums, learnt_counts = blend.copy(), np.zeros_like(blend), np.zeros(len(lists))
    for fold in np.unique(folds):
        is_held_out = folds == fold
        train_lists, train_rows = lists.take(np.flatnonzero(~is_held_out))
        if not train_lists.is_relevant.any():
            continue
        booster = train(train_lists, start[train_rows], data[train_rows], limits, iterations, parameters)
        learnt_counts += ~is_held_out
        scores = start.astype(np.float64)
        for place, trees in enumerate(looks):
            if trees:
                scores = scores + predict(booster, data, start_iteration=trees - step, num_iteration=step)
            values = lists.ndcg(scores, k)
            held_out[place, is_held_out] = values[is_held_out]
            learnt_sums[place] += np.where(is_held_out, 0, values)
    if not learnt_counts.any():
        return None
    return Curves(np.where(learnt_counts > 0, learnt_sums / np.maximum(learnt_counts, 1), blend), held_out)


def held_out_curve(*of: Any, **settings: Any) -> np.ndarray | None:
    """The held-out part of :func:`learning_curves`, with the same parameters; None if no fold can learn."""
    curves = learning_curves(*of, **settings)
    return None if curves is None else curves.held_out


def unbiased(curve: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """nDCG of every list after as many trees as were best for the other folds: no list judges a choice it took part in."""
    values = np.empty(len(folds))
    for fold in np.unique(folds):
        others = folds != fold
        best = int(np.argmax(curve[:, others].mean(axis=1))) if others.any() else 0
        values[~others] = curve[best, ~others]
    return values


def train(
    lists: Lists, start: np.ndarray, data: np.ndarray, limits: list[int], iterations: int, parameters: Mapping[str, Any]
) -> lightgbm.Booster:
    """Boosted trees on top of the scores to start from."""
    with LIGHTGBM:
        return lightgbm.train(training_settings(limits, parameters), dataset(lists, start, data), num_boost_round=iterations)


def training_settings(limits: list[int], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a fit; on one thread, since on several two fits give different trees."""
    return {
        "objective": "lambdarank",
        "monotone_constraints": limits,
        "deterministic": True,
        "num_threads": 1,
        "force_row_wise": True,
        "verbose": -1,
        **parameters,
    }


def dataset(lists: Lists, start: np.ndarray, data: np.ndarray, **options: Any) -> lightgbm.Dataset:
    """Labelled candidates as LightGBM takes them."""
    labels = lists.is_relevant.astype(np.int32)
    return lightgbm.Dataset(data, labels, group=lists.sizes, weight=lists.weights, init_score=start, **options)


def predict(booster: lightgbm.Booster, data: np.ndarray, **options: Any) -> np.ndarray:
    """Prediction of some trees, never beside a fit."""
    with LIGHTGBM:
        return booster.predict(data, **options)


def constraints(table: pa.Table, features: Sequence[str], monotone: Sequence[int]) -> list[int]:
    """One constraint per column of the matrix, where an array stands for as many."""
    return [limit for name, limit in zip(features, monotone, strict=True) for _ in range(matrix_of(table[:1], [name]).shape[1])]


def numbers_of(table: pa.Table, name: str) -> np.ndarray:
    """A column of numbers without NULLs as float64."""
    return table[name].to_numpy().astype(np.float64)


def needed_scores(methods: pa.Table) -> str:
    """Condition in SQL for the lists that need a score of the ranker: all of `test`, and of `live` those it was chosen for.

    Parameters
    ----------
    methods
        ``METHOD_COLUMNS``: which method orders the lists of each mode.
    """
    chosen = [row["mode"] for row in methods.to_pylist() if row["method"] == "stacked" and row["is_chosen"]]
    live = " or ".join(f"mode = '{mode}'" for mode in chosen) or "false"
    return f"purpose = 'test' or (purpose = 'live' and ({live}))"


def scores(candidates: pa.Table, fits: pa.Table, *, features: Sequence[str], blend_scale: float) -> pa.Table:
    """Score candidates by the ranker of their mode.

    Parameters
    ----------
    candidates
        ``KEY_COLUMNS``, ``mode``, ``weighted_score`` and ``features``.
    fits
        What :func:`fit` returned.
    features, blend_scale
        As in :func:`fit`.

    Returns
    -------
    pyarrow.Table
        ``SCORE_SCHEMA``; no rows for a mode without a ranker.
    """

    def score() -> Iterator[pa.RecordBatch]:
        for booster, part in parts_with_ranker(candidates, fits):
            trees = predict(booster, matrix_of(part, features))
            values = blend_scale * numbers_of(part, "weighted_score") + trees
            columns = [part[name].combine_chunks() for name in KEY_COLUMNS]
            yield pa.RecordBatch.from_arrays([*columns, pa.array(values)], schema=SCORE_SCHEMA)

    return pa.Table.from_batches(score(), schema=SCORE_SCHEMA)


def contributions(candidates: pa.Table, fits: pa.Table, *, features: Sequence[str]) -> pa.Table:
    """What each number the trees see adds to the score, along the candidate's path through each tree (Saabas 2014).

    A node's value is what the tree gives its candidates on average. Each split adds the change from its node to the next one to
    the number it looks at. That costs a few table look-ups per candidate; exact SHAP values cost twenty times as much.

    Parameters
    ----------
    candidates, fits, features
        As in :func:`scores`.

    Returns
    -------
    pyarrow.Table
        ``CONTRIBUTION_SCHEMA``: ``base`` is the sum of the trees' roots, ``contributions`` one number per column of the features.
        Their sum is the trees' part of the score.
    """

    def explain() -> Iterator[pa.RecordBatch]:
        for booster, part in parts_with_ranker(candidates, fits):
            data = matrix_of(part, features)
            values, base = path_contributions(booster, data)
            offsets = pa.array(np.arange(len(part) + 1, dtype=np.int32) * data.shape[1])
            arrays = pa.ListArray.from_arrays(offsets, pa.array(values.ravel()))
            columns = [part[name].combine_chunks() for name in KEY_COLUMNS]
            bases = pa.array(np.full(len(part), base))
            yield pa.RecordBatch.from_arrays([*columns, bases, arrays], schema=CONTRIBUTION_SCHEMA)

    return pa.Table.from_batches(explain(), schema=CONTRIBUTION_SCHEMA)


def path_contributions(booster: lightgbm.Booster, data: np.ndarray) -> tuple[np.ndarray, float]:
    """What each column adds to each row, shape (rows, columns), and the sum of the roots of all trees."""
    tables, base = [np.zeros((0, data.shape[1]))], 0.0
    for tree in booster.dump_model()["tree_info"]:
        table = np.zeros((tree["num_leaves"], data.shape[1]))
        base += fill_paths(tree["tree_structure"], table)
        tables.append(table)
    leaves = predict(booster, data, pred_leaf=True).reshape(len(data), -1)
    firsts = np.cumsum([len(table) for table in tables[:-1]])
    chosen = sparse.csr_array(
        (np.ones(leaves.size), (leaves + firsts).ravel(), np.arange(len(data) + 1) * leaves.shape[1]),
        shape=(len(data), sum(map(len, tables))),
    )
    return chosen @ np.vstack(tables), base


def fill_paths(tree: dict[str, Any], table: np.ndarray) -> float:
    """Write into a table of leaves × columns what each split on the way to a leaf changes; returns the value of the root.

    The value of a node is the mean of its leaves, weighted by the candidates that were learnt from.
    """

    def visit(node: dict[str, Any]) -> tuple[float, int, list[int]]:
        if "split_feature" not in node:
            return node["leaf_value"], node.get("leaf_count", 1), [node.get("leaf_index", 0)]
        below = [visit(node[side]) for side in ("left_child", "right_child")]
        count = sum(weight for _, weight, _ in below)
        value = sum(part * weight for part, weight, _ in below) / count
        for part, _, leaves in below:
            table[leaves, node["split_feature"]] += part - value
        return value, count, [leaf for _, _, leaves in below for leaf in leaves]

    return visit(tree)[0]


def parts_with_ranker(candidates: pa.Table, fits: pa.Table) -> Iterator[tuple[lightgbm.Booster, pa.Table]]:
    """Candidates of each mode that has a ranker, in parts of bounded size, with that ranker."""
    for row in fits.filter(pc.is_valid(fits["model"])).to_pylist():
        booster = lightgbm.Booster(model_str=row["model"])
        of_mode = candidates.filter(pc.equal(candidates["mode"], row["mode"]))
        for first in range(0, len(of_mode), PREDICTED_ROWS):
            yield booster, of_mode.slice(first, PREDICTED_ROWS)
