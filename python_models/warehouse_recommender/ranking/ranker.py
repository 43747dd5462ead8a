"""Learned ranker: LambdaRank (Burges 2010, MSR-TR-2010-82) on top of the weighted blend.

The trees start from the blend's score and only correct it, so little training data causes only small changes.
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

# If scikit-learn is installed, LightGBM imports it for an interface that is not used here, which takes 1.5 s. Models that use
# scikit-learn themselves run before the ranker, because the ranker trains on data that they clean.
if "sklearn" in sys.modules:
    import lightgbm
else:
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        import lightgbm
    finally:
        del sys.modules["sklearn"]

# LightGBM warns about trees without a split at any verbosity; the learning curves show such trees.
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
STEP = 20  # trees between two measurements of the held-out lists
PATIENCE = 3  # measurements without a better mean before training stops
BEST_OTHERS, DRAWN_OTHERS = 20, 10  # irrelevant training candidates per list: the best of the blend, and a sample of the rest
# LightGBM has one thread count for the whole process, and every call sets it, while dbt runs models in parallel. All calls
# therefore ask for one thread; fits and predictions run in parallel in Python threads instead.
ONE_THREAD = {"num_threads": 1}
LISTS_AT_A_TIME = 5_000  # lists whose pools are scored at a time


def lightgbm_parameters(*, leaves: int, learning_rate: float, seed: int) -> dict[str, Any]:
    """Parameters of the trees: tuned ones, and fixed ones that prevent overfitting to a few thousand lists."""
    return {
        "num_leaves": leaves,
        "learning_rate": learning_rate,
        "min_data_in_leaf": 50,  # candidates
        "max_bin": 63,  # distinct values of a feature
        "lambda_l2": 10.0,
        "feature_fraction": 0.7,  # of the features, per tree
        "bagging_fraction": 0.8,  # of the lists, per tree
        "bagging_freq": 1,
        "bagging_by_query": True,
        "lambdarank_truncation_level": 2 * RANKING_K,
        "seed": seed,
    }


@dataclass(frozen=True)
class Curves:
    """nDCG of every list after 0, step, 2 step … trees, both of shape (measurements, lists).

    Attributes
    ----------
    train
        Mean over the folds in which the list was training data.
    held_out
        In the fold in which the list was held out.
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
    """Compare the methods by cross-validation on labelled lists, and train the ranker on all lists.

    Trees trained on the other folds score each fold, with the number of trees that was best for those folds. The final ranker
    uses the number that is best over all folds.

    Parameters
    ----------
    examples
        ``mode``, ``LABEL_COLUMNS``, ``weighted_score``, ``cascade_score`` and ``features``, by mode, list and product.
    features
        Features of the trees: columns of numbers, NULL allowed, or of arrays of equal length.
    monotone
        Per feature 1 if a higher value may never lower the score, else 0.
    blend_scale
        Factor of ``weighted_score`` in the start score of the trees.
    iterations, step
        Maximum number of trees, and number of trees between measurements of the held-out lists.
    k
        Depth at which nDCG is measured, in products.
    parameters
        Parameters of LightGBM.

    Returns
    -------
    pyarrow.Table
        ``FIT_SCHEMA``: per mode one row for each of ``weighted``, ``stacked`` and ``cascade``, with its mean nDCG, the difference
        to ``weighted`` on the same lists with its standard error, and the trees of ``stacked`` as text. A mode without lists has
        no rows. There is no row for ``stacked`` if trees could not be trained or did not improve the mean. The row of
        ``weighted``, the start of the trees, also has the mean nDCG at every measurement, over training lists and over held-out
        lists; NULL if trees could not be trained.
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
    """Measure lists, in training and held out, as the number of trees grows; None if no fold can train.

    All folds grow in parallel until ``PATIENCE`` measurements bring no better mean of the held-out lists, so there are at most
    ``1 + iterations / step`` measurements. A list is measured in the fold that holds it out and in the next fold, which trains on
    it. A fold that can't train keeps the blend. Parameters as in :func:`fit`; ``limits`` has one entry per column of ``data``.
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
    """A fold in training: its trees, the measured lists, and their current scores.

    Attributes
    ----------
    booster
        Trees that train on the other folds.
    numbers, is_held_out
        Positions of the measured lists among all lists, and whether the fold holds them out, shape (lists,).
    lists, data, scores
        The measured lists, and of their candidates the features, shape (candidates, columns), and scores, shape (candidates,).
    """

    booster: lightgbm.Booster
    numbers: np.ndarray
    is_held_out: np.ndarray
    lists: Lists
    data: np.ndarray
    scores: np.ndarray

    def grow(self, trees: int, k: int) -> np.ndarray:
        """Add trees, and return the nDCG of the measured lists, shape (lists,)."""
        before = self.booster.current_iteration()
        for _ in range(trees):
            self.booster.update()
        self.scores += predict(self.booster, self.data, start_iteration=before, num_iteration=trees)
        return self.lists.ndcg(self.scores, k)


def parts(
    folds: np.ndarray, lists: Lists, start: np.ndarray, data: np.ndarray, settings: Mapping[str, Any]
) -> list[tuple[int, lightgbm.Dataset]]:
    """Training data of each held-out fold: the lists of the other folds, binned once for all folds.

    A fold without training lists is left out. ``folds`` has one fold per list.
    """
    drawn, rows = taught(lists, start)
    if not len(drawn):
        return []
    binned, of_rows = dataset(drawn, start[rows], data[rows], params=settings).construct(), folds[lists.numbers[rows]]
    return [
        (fold, binned.subset(np.flatnonzero(of_rows != fold)).construct()) for fold in np.unique(folds) if (of_rows != fold).any()
    ]


def taught(lists: Lists, start: np.ndarray) -> tuple[Lists, np.ndarray]:
    """Select training lists, and the positions of their training candidates; a list without a relevant candidate is left out.

    Each list contributes its relevant candidates, the best ``BEST_OTHERS`` by start score, and about ``DRAWN_OTHERS`` of the
    rest, evenly spread over their ranks. The weight of each drawn candidate is the number of candidates that it represents.
    Otherwise, trees would learn that candidates at low ranks are mostly relevant.
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
    """The held-out part of :func:`learning_curves`, with the same parameters; None if no fold can train."""
    curves = learning_curves(*of, **settings)
    return None if curves is None else curves.held_out


def unbiased(curve: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """nDCG of every list with the number of trees best for the other folds: no list evaluates a choice that it influenced."""
    values = np.empty(len(folds))
    for fold in np.unique(folds):
        others = folds != fold
        best = int(np.argmax(curve[:, others].mean(axis=1))) if others.any() else 0
        values[~others] = curve[best, ~others]
    return values


def train(
    lists: Lists, start: np.ndarray, data: np.ndarray, limits: list[int], iterations: int, parameters: Mapping[str, Any]
) -> lightgbm.Booster:
    """Train boosted trees on top of the start scores, on the candidates that :func:`taught` selects."""
    training_data, rows = taught(lists, start)
    return grown(training_settings(limits, parameters), dataset(training_data, start[rows], data[rows]), iterations)


def held_out_scores(
    examples: pa.Table,
    *,
    features: Sequence[str],
    monotone: Sequence[int],
    blend_scale: float,
    iterations: int,
    parameters: Mapping[str, Any],
) -> np.ndarray:
    """Score each list with trees that were trained on the other folds, shape (candidates,).

    The scores of the final ranker on its own training lists are too good, so they can't be calibrated. A fold that can't train
    keeps the blend. ``examples`` are those of :func:`fit`, of one mode; ``iterations`` is the number of trees.
    """
    lists, start, data = Lists.of(examples), blend_scale * numbers_of(examples, "weighted_score"), matrix_of(examples, features)
    settings = training_settings(constraints(examples, features, monotone), parameters)
    folds = examples["fold"].to_numpy()
    training = parts(folds[lists.starts], lists, start, data, settings)
    with ThreadPoolExecutor() as pool:
        boosters = list(pool.map(lambda part: grown(settings, part[1], iterations), training))
    scores = start.copy()
    for (fold, _), booster in zip(training, boosters, strict=True):
        scores[folds == fold] += predict(booster, data[folds == fold])
    return scores


def grown(settings: Mapping[str, Any], training_data: lightgbm.Dataset, trees: int) -> lightgbm.Booster:
    """Grow a number of trees; ``training_data`` may have been constructed with other settings that don't affect the data."""
    booster = lightgbm.Booster(dict(settings), training_data)
    for _ in range(trees):
        booster.update()
    return booster


def training_settings(limits: list[int], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a fit. It uses one thread, since fits on several threads give different trees."""
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
    """Labelled candidates as a LightGBM dataset."""
    labels = lists.is_relevant.astype(np.int32)
    return lightgbm.Dataset(data, labels, group=lists.sizes, weight=lists.weights, init_score=start, **options)


def predict(booster: lightgbm.Booster, data: np.ndarray, **options: Any) -> np.ndarray:
    """Predictions of the trees."""
    return booster.predict(data, **ONE_THREAD, **options)


def constraints(table: pa.Table, features: Sequence[str], monotone: Sequence[int]) -> list[int]:
    """One constraint per column of the matrix; an array has as many columns as numbers."""
    return [limit for name, limit in zip(features, monotone, strict=True) for _ in range(matrix_of(table[:1], [name]).shape[1])]


def numbers_of(table: pa.Table, name: str) -> np.ndarray:
    """A numeric column without NULLs, as float64."""
    return table[name].to_numpy().astype(np.float64)


def scores(
    candidates: Iterable[pa.Table], fits: pa.Table, *, features: Sequence[str], blend_scale: float
) -> Iterator[pa.RecordBatch]:
    """Score candidates with the ranker of their mode.

    Parameters
    ----------
    candidates
        ``KEY_COLUMNS``, ``mode``, ``weighted_score`` and ``features``, in parts.
    fits
        Result of :func:`fit`.
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
    """Return a function that attributes the trees' part of scores to sources and families of features (Saabas 2014).

    The value of a node is the mean value of its candidates. Each split adds the change from its node to the next node to the
    contribution of the column it tests. This costs a few table look-ups per candidate; exact SHAP values cost twenty times as
    much.

    Parameters
    ----------
    fits, features
        As in :func:`scores`.
    families
        Family of each feature; None for an array with one number per source, whose contributions count for the source.
    source_count
        Number of sources in use.

    Returns
    -------
    Callable
        Function of candidates (``mode``, ``method`` and ``features``) that returns shape (candidates, parts): one number per
        source, one per family in the order of first occurrence, and last the sum of the roots of the trees. The numbers add up to
        the trees' part of the score; all are 0 for candidates that the ranker didn't score.
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
    """The trees, the position of the first leaf of each tree, and the contribution of each leaf, shape (leaves, parts).

    ``adding`` maps each column of the features to its part. The last part is the root of the tree.
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
    """Write the change at each split on the path to a leaf into a table of leaves × columns; return the value of the root.

    The value of a node is the mean of its leaves, weighted by their training candidates.
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
    """Split candidates by mode, and yield those of modes with a ranker together with the ranker."""
    fitted = fits.filter(pc.is_valid(fits["model"])).to_pylist()
    boosters = {row["mode"]: lightgbm.Booster(model_str=row["model"]) for row in fitted}
    for part in candidates:
        for mode, booster in boosters.items():
            is_own = pc.equal(part["mode"], mode)
            if pc.any(is_own).as_py():
                yield booster, part if pc.all(is_own).as_py() else part.filter(is_own)
