"""Learned ranker: LambdaRank (Burges 2010, MSR-TR-2010-82) on top of the weighted blend.

The trees start from the blend's score and only correct it, so that with little to learn from little is changed.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.ahead import results_ahead
from warehouse_recommender.ranking.lists import RANKING_K, Lists, matrix_of
from warehouse_recommender.ranking.trees import sum_of_trees

# LightGBM imports scikit-learn, if it is there, for an interface that nothing here uses, and that takes 1.5 s. Models that use
# scikit-learn themselves run before the ranker, which learns from what they clean.
if "sklearn" in sys.modules:
    import lightgbm
else:
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        import lightgbm
    finally:
        del sys.modules["sklearn"]

# LightGBM warns of trees without a split, at any verbosity; learning curves show them.
SILENT = logging.getLogger(__name__)
SILENT.setLevel(logging.ERROR)
lightgbm.register_logger(SILENT)

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
STEP = 20  # trees between two looks at the held-out lists
PATIENCE = 3  # looks without a better mean, after which no more trees are added
BEST_OTHERS, DRAWN_OTHERS = 20, 10  # irrelevant candidates per list that trees learn from: the best by the blend, and of the rest
# LightGBM has one number of threads for the whole process, and every call sets it, while dbt runs models side by side. All calls
# therefore ask for one thread; fits and predictions run side by side in threads of Python instead.
ONE_THREAD = {"num_threads": 1}
LISTS_AT_A_TIME = 5_000  # lists whose pools are scored at a time


def lightgbm_parameters(*, leaves: int, learning_rate: float, seed: int) -> dict[str, Any]:
    """Parameters of the trees: those that are tuned, and those that keep trees of a few thousand lists from learning noise."""
    return {
        "num_leaves": leaves,
        "learning_rate": learning_rate,
        "min_data_in_leaf": 50,  # candidates
        "max_bin": 63,  # values of a feature that trees tell apart
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

    All folds grow side by side until ``PATIENCE`` looks bring no better mean of the held-out lists, so that there are
    ``1 + iterations / step`` looks at most. A list is looked at in the fold that holds it out and in the next one, which learns
    from it. Of a fold that can't learn the blend stays. Parameters as in :func:`fit`, ``limits`` one per column of ``data``.
    """
    folds, blend = known["fold"].to_numpy()[lists.starts], lists.ndcg(start, k)
    settings, names = training_settings(limits, parameters), np.unique(folds)

    def learner_of(part: tuple[int, lightgbm.Dataset]) -> Learner:
        is_held_out = folds == part[0]
        numbers = np.flatnonzero(is_held_out | (folds == names[np.searchsorted(names, part[0]) - 1]))
        seen, rows = lists.take(numbers)
        booster = grown(settings, part[1], 0)
        return Learner(booster, numbers, is_held_out[numbers], seen, data[rows], start[rows].astype(np.float64))

    learners = [learner_of(part) for part in parts(folds, lists, start, data, settings)]
    train_values, held_out_values = [blend], [blend]
    with ThreadPoolExecutor() as pool:
        for _ in range(iterations // step if learners else 0):
            train, held_out = blend.copy(), blend.copy()
            for learner, values in zip(learners, pool.map(lambda one: one.grow(step, k), learners), strict=True):
                held_out[learner.numbers[learner.is_held_out]] = values[learner.is_held_out]
                train[learner.numbers[~learner.is_held_out]] = values[~learner.is_held_out]
            train_values.append(train)
            held_out_values.append(held_out)
            if len(held_out_values) - 1 - np.argmax(np.mean(held_out_values, axis=1)) >= PATIENCE:
                break
    return Curves(np.array(train_values), np.array(held_out_values)) if learners else None


@dataclass
class Learner:
    """A fold that grows: its trees, the lists that are looked at, and their scores so far.

    Attributes
    ----------
    booster
        Trees that learn from the other folds.
    numbers, is_held_out
        Positions of the lists among all, and whether the fold holds them out, shape (lists,).
    lists, data, scores
        Those lists, and the features, shape (candidates, columns), and scores, shape (candidates,), of their candidates.
    """

    booster: lightgbm.Booster
    numbers: np.ndarray
    is_held_out: np.ndarray
    lists: Lists
    data: np.ndarray
    scores: np.ndarray

    def grow(self, trees: int, k: int) -> np.ndarray:
        """Add trees, and return the nDCG of the lists, shape (lists,)."""
        before = self.booster.current_iteration()
        for _ in range(trees):
            self.booster.update()
        self.scores += predict(self.booster, self.data, start_iteration=before, num_iteration=trees)
        return self.lists.ndcg(self.scores, k)


def parts(
    folds: np.ndarray, lists: Lists, start: np.ndarray, data: np.ndarray, settings: Mapping[str, Any]
) -> list[tuple[int, lightgbm.Dataset]]:
    """What trees learn from for each fold to be held out: the lists of the others, binned once for all folds.

    A fold without lists to learn from is left out. ``folds`` has one fold per list.
    """
    drawn, rows = taught(lists, start)
    if not len(drawn):
        return []
    binned, of_rows = dataset(drawn, start[rows], data[rows], params=settings).construct(), folds[lists.numbers[rows]]
    return [
        (fold, binned.subset(np.flatnonzero(of_rows != fold)).construct()) for fold in np.unique(folds) if (of_rows != fold).any()
    ]


def taught(lists: Lists, start: np.ndarray) -> tuple[Lists, np.ndarray]:
    """Lists that trees learn from, and the positions of their candidates; a list without anything relevant teaches nothing.

    Of each other list these are what is relevant, the best ``BEST_OTHERS`` by the scores to start from, and about
    ``DRAWN_OTHERS`` of the rest, evenly spread over their ranks. Each of those weighs as much as the candidates it is drawn from:
    else trees would learn that low ranks are mostly relevant.
    """
    order = np.lexsort((-start, lists.numbers))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order)) - lists.starts[lists.numbers]
    strides = np.maximum(1, (lists.sizes - BEST_OTHERS) // DRAWN_OTHERS)[lists.numbers]
    is_sure = lists.is_relevant | (places < BEST_OTHERS)
    teaches = np.bincount(lists.numbers, weights=lists.is_relevant, minlength=len(lists)) > 0
    rows = np.flatnonzero(teaches[lists.numbers] & (is_sure | ((places - BEST_OTHERS) % strides == 0)))
    found = lists.at(rows)
    weights = np.where(is_sure[rows], 1.0, strides[rows])
    return replace(found, weights=weights if found.weights is None else weights * found.weights), rows


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
    """Boosted trees on top of the scores to start from, learnt from what :func:`taught` draws."""
    learnt, rows = taught(lists, start)
    return grown(training_settings(limits, parameters), dataset(learnt, start[rows], data[rows]), iterations)


def grown(settings: Mapping[str, Any], learnt: lightgbm.Dataset, trees: int) -> lightgbm.Booster:
    """So many trees; ``learnt`` may be bound by other settings that don't concern the data."""
    booster = lightgbm.Booster(dict(settings), learnt)
    for _ in range(trees):
        booster.update()
    return booster


def training_settings(limits: list[int], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a fit; on one thread, since on several two fits give different trees."""
    return {
        "objective": "lambdarank",
        "monotone_constraints": limits,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
        **ONE_THREAD,
        **parameters,
    }


def dataset(lists: Lists, start: np.ndarray, data: np.ndarray, **options: Any) -> lightgbm.Dataset:
    """Labelled candidates as LightGBM takes them."""
    labels = lists.is_relevant.astype(np.int32)
    return lightgbm.Dataset(data, labels, group=lists.sizes, weight=lists.weights, init_score=start, **options)


def predict(booster: lightgbm.Booster, data: np.ndarray, **options: Any) -> np.ndarray:
    """Prediction of some trees."""
    return booster.predict(data, **ONE_THREAD, **options)


def constraints(table: pa.Table, features: Sequence[str], monotone: Sequence[int]) -> list[int]:
    """One constraint per column of the matrix, where an array stands for as many."""
    return [limit for name, limit in zip(features, monotone, strict=True) for _ in range(matrix_of(table[:1], [name]).shape[1])]


def numbers_of(table: pa.Table, name: str) -> np.ndarray:
    """A column of numbers without NULLs as float64."""
    return table[name].to_numpy().astype(np.float64)


def scores(
    candidates: Iterable[pa.Table], fits: pa.Table, *, features: Sequence[str], blend_scale: float
) -> Iterator[pa.RecordBatch]:
    """Score candidates by the ranker of their mode.

    Parameters
    ----------
    candidates
        ``KEY_COLUMNS``, ``mode``, ``weighted_score`` and ``features``, in parts.
    fits
        What :func:`fit` returned.
    features, blend_scale
        As in :func:`fit`.

    Yields
    ------
    pyarrow.RecordBatch
        ``SCORE_SCHEMA``; no rows for a mode without a ranker.
    """

    def score(ranked: tuple[lightgbm.Booster, pa.Table]) -> pa.RecordBatch:
        booster, part = ranked
        values = blend_scale * numbers_of(part, "weighted_score") + sum_of_trees(booster, matrix_of(part, features), **ONE_THREAD)
        columns = [part[name].combine_chunks() for name in KEY_COLUMNS]
        return pa.RecordBatch.from_arrays([*columns, pa.array(values)], schema=SCORE_SCHEMA)

    yield from results_ahead(score, parts_with_ranker(candidates, fits))


def tree_parts(
    fits: pa.Table, *, features: Sequence[str], families: Sequence[str | None], source_count: int
) -> Callable[[pa.Table], np.ndarray]:
    """A function that says what the sources and each family of features add to scores on the way through the trees (Saabas 2014).

    A node's value is what the tree gives its candidates on average. Each split adds the change from its node to the next one to
    the number it looks at. That costs a few table look-ups per candidate; exact SHAP values cost twenty times as much.

    Parameters
    ----------
    fits, features
        As in :func:`scores`.
    families
        Per feature its family; None where it is an array with a number per source, which is what the source adds.
    source_count
        Sources in use.

    Returns
    -------
    Callable
        Of candidates (``mode``, ``method`` and ``features``), shape (candidates, parts): one number per source, one per family in
        the order in which they come first, and last the sum of the trees' roots. Their sum is the trees' part of the score; all
        are 0 for what the ranker didn't score.
    """
    names = list(dict.fromkeys(family for family in families if family is not None))
    part_count = source_count + len(names) + 1
    of_columns = [
        place if family is None else source_count + names.index(family)
        for family in families
        for place in range(source_count if family is None else 1)
    ]
    adding = sparse.csr_array(
        (np.ones(len(of_columns)), (np.arange(len(of_columns)), of_columns)), shape=(len(of_columns), part_count)
    )
    rankers = {row["mode"]: path_table(row["model"], adding) for row in fits.filter(pc.is_valid(fits["model"])).to_pylist()}

    def parts_of(candidates: pa.Table) -> np.ndarray:
        found = np.zeros((len(candidates), part_count))
        for mode, (booster, firsts, table) in rankers.items():
            is_scored = pc.and_(pc.equal(candidates["mode"], mode), pc.equal(candidates["method"], "stacked")).to_numpy()
            if is_scored.any():
                leaves = predict(booster, matrix_of(candidates.filter(is_scored), features), pred_leaf=True)
                leaves = leaves.reshape(is_scored.sum(), -1) + firsts
                ends = np.arange(len(leaves) + 1) * leaves.shape[1]
                chosen = sparse.csr_array((np.ones(leaves.size), leaves.ravel(), ends), shape=(len(leaves), len(table)))
                found[is_scored] = chosen @ table
        return found

    return parts_of


def path_table(model: str, adding: sparse.csr_array) -> tuple[lightgbm.Booster, np.ndarray, np.ndarray]:
    """The trees, the first leaf of each among all, and what each leaf adds to each part, shape (leaves, parts).

    ``adding`` tells to which part each column of the features adds. The last part is the root of the tree.
    """
    booster = lightgbm.Booster(model_str=model)
    tables = []
    for tree in booster.dump_model()["tree_info"]:
        table = np.zeros((tree["num_leaves"], adding.shape[0]))
        root = fill_paths(tree["tree_structure"], table)
        tables.append(table @ adding)
        tables[-1][:, -1] = root
    return booster, np.cumsum([0, *(len(table) for table in tables[:-1])]), np.vstack(tables)


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


def parts_with_ranker(candidates: Iterable[pa.Table], fits: pa.Table) -> Iterator[tuple[lightgbm.Booster, pa.Table]]:
    """Candidates of each part by their mode, if it has a ranker, with that ranker."""
    fitted = fits.filter(pc.is_valid(fits["model"])).to_pylist()
    boosters = {row["mode"]: lightgbm.Booster(model_str=row["model"]) for row in fitted}
    for part in candidates:
        for mode, booster in boosters.items():
            is_own = pc.equal(part["mode"], mode)
            if pc.any(is_own).as_py():
                yield booster, part if pc.all(is_own).as_py() else part.filter(is_own)
