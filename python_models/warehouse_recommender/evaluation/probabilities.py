"""Calibration of scores: the probability that a customer chooses a listed product within the horizon."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import isotonic_regression
from scipy.special import expit

from warehouse_recommender.ranking import ranker

KEY_COLUMNS = ("list_index", "product_index")
CANDIDATE_COLUMNS = (*KEY_COLUMNS, "mode", "has_history", "tier", "score")
EXAMPLE_COLUMNS = (*CANDIDATE_COLUMNS, "fold", "is_tree_ranked", "is_relevant")
CALIBRATOR_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("has_history", pa.bool_()),
        ("tier", pa.string()),
        ("score_form", pa.string()),
        ("method", pa.string()),
        ("slope", pa.float64()),
        ("intercept", pa.float64()),
        ("knots", pa.list_(pa.float64())),
        ("knot_probabilities", pa.list_(pa.float64())),
        ("log_loss", pa.float64()),
        ("base_log_loss", pa.float64()),
        ("list_count", pa.int64()),
        ("relevant_count", pa.int64()),
    ]
)
HELD_OUT_SCHEMA = pa.schema([(name, pa.int32()) for name in KEY_COLUMNS] + [("score", pa.float64())])
PROBABILITY_SCHEMA = pa.schema([(name, pa.int32()) for name in KEY_COLUMNS] + [("probability", pa.float64())])
EVERY = "all"  # tier of the calibrator of all customers with a history, or of all without one
FEWEST_RELEVANT = 50  # chosen products; with fewer, the choice of a method and a curve is mostly chance
MARGIN = 3.0  # standard errors; a curve must be better than the mean by more, because it is the best of four
STEPS, TOLERANCE = 100, 1e-10  # Newton steps of Platt scaling, and the change of both parameters that ends them
DECIMALS = 9  # of a probability; candidates whose probabilities differ less keep the order of the scores
LISTS_AT_A_TIME = 5_000  # lists whose probabilities are computed at a time
Curve = dict[str, Any]  # `slope` and `intercept` of platt, or `knots` and `knot_probabilities` of isotonic


def calibrators(examples: pa.Table, held_out: pa.Table) -> pa.Table:
    """Fit curves from scores to probabilities, one per mode, kind of customers (with a history or without) and tier.

    Each kind chooses among two forms of the score (the score itself; its position between the lowest and the highest score of the
    list) and two methods (:func:`platt`, :func:`isotonic`) by the log loss on customers that were held out. Both methods are
    monotone, so the order of a list stays. A tier with enough labels gets a curve of its own; the others use that of the kind.

    Parameters
    ----------
    examples
        ``EXAMPLE_COLUMNS``: labelled candidates of whole lists.
    held_out
        ``KEY_COLUMNS`` and ``score``: scores that replace those of the lists with ``is_tree_ranked``. See
        :func:`held_out_tree_scores`.

    Returns
    -------
    pyarrow.Table
        ``CALIBRATOR_SCHEMA``. Tier ``all`` is the kind of customers. ``log_loss`` is that of the kind's method on held-out
        customers, ``base_log_loss`` that of the mean of the others. A kind has no rows if no method is clearly better than the
        mean (``MARGIN``). Nor has a kind or tier with fewer than ``FEWEST_RELEVANT`` relevant candidates, or whose curve doesn't
        rise.
    """
    rows: list[dict[str, Any]] = []
    scores = with_held_out(examples, held_out)
    lists, is_relevant = examples["list_index"].to_numpy(), examples["is_relevant"].to_numpy()
    forms = {"score": scores, "position": positions(lists, scores)}
    folds, tiers = examples["fold"].to_numpy(), np.array(examples["tier"].to_pylist(), object)
    modes, has_history = np.array(examples["mode"].to_pylist(), object), examples["has_history"].to_numpy()
    for mode in sorted(set(modes)):
        for kind in (False, True):
            own = (modes == mode) & (has_history == kind)
            if is_relevant[own].sum() < FEWEST_RELEVANT:
                continue
            losses = {
                (form, method): held_out_losses(values[own], is_relevant[own], folds[own], method)
                for form, values in forms.items()
                for method in METHODS
            }
            form, method = min(losses, key=lambda choice: losses[choice].mean())
            base_losses = held_out_losses(scores[own], is_relevant[own], folds[own], "mean")
            if not is_better(losses[form, method], base_losses, lists[own]):
                continue
            for tier in (EVERY, *sorted(set(tiers[own]))):
                part = own if tier == EVERY else own & (tiers == tier)
                curve = fitted(forms[form][part], is_relevant[part], method)
                if curve is not None:
                    rows.append(
                        curve
                        | {
                            "mode": mode,
                            "has_history": kind,
                            "tier": tier,
                            "score_form": form,
                            "method": method,
                            "log_loss": losses[form, method].mean(),
                            "base_log_loss": base_losses.mean(),
                            "list_count": len(np.unique(lists[part])),
                            "relevant_count": is_relevant[part].sum(),
                        }
                    )
    return pa.Table.from_pylist(rows, schema=CALIBRATOR_SCHEMA)


def held_out_tree_scores(
    examples: pa.Table,
    methods: pa.Table,
    *,
    features: Sequence[str],
    monotone: Sequence[int],
    blend_scale: float,
    parameters: Mapping[str, Any],
) -> pa.Table:
    """Scores of the learned ranker on tuning lists, each by trees that were trained on other lists.

    Scikit-learn cross-validates a calibrator in the same way (``CalibratedClassifierCV`` with ``ensemble=False``).

    Parameters
    ----------
    examples
        As in :func:`warehouse_recommender.ranking.ranker.fit`, with ``KEY_COLUMNS``.
    methods
        ``mode`` and ``iterations`` of the modes in which the ranker is in use.
    features, monotone, blend_scale, parameters
        As in ``ranker.fit``.

    Returns
    -------
    pyarrow.Table
        ``KEY_COLUMNS`` and ``score``.
    """
    found = [HELD_OUT_SCHEMA.empty_table()]
    for row in methods.to_pylist():
        own = examples.filter(pc.equal(examples["mode"], row["mode"]))
        scores = ranker.held_out_scores(
            own,
            features=features,
            monotone=monotone,
            blend_scale=blend_scale,
            iterations=row["iterations"],
            parameters=parameters,
        )
        found.append(own.select(list(KEY_COLUMNS)).append_column("score", pa.array(scores)).cast(HELD_OUT_SCHEMA))
    return pa.concat_tables(found)


def with_held_out(examples: pa.Table, held_out: pa.Table) -> np.ndarray:
    """Scores of the examples, with those of ``held_out`` for lists with ``is_tree_ranked``, shape (candidates,)."""
    scores = examples["score"].to_numpy().astype(np.float64)
    is_tree_ranked = examples["is_tree_ranked"].to_numpy()
    keys, wanted = candidate_keys(held_out), candidate_keys(examples)[is_tree_ranked]
    order = np.argsort(keys)
    places = np.searchsorted(keys, wanted, sorter=order)
    if len(wanted) and (places.max() == len(keys) or not np.array_equal(keys[order[places]], wanted)):
        raise ValueError("A candidate of a list that the learned ranker orders has no held-out score.")
    scores[is_tree_ranked] = held_out["score"].to_numpy()[order[places]]
    return scores


def candidate_keys(table: pa.Table) -> np.ndarray:
    """List and product of each row as one number, shape (rows,)."""
    return table["list_index"].to_numpy().astype(np.int64) << 32 | table["product_index"].to_numpy().astype(np.int64)


def positions(lists: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Rescale scores to 0 for the lowest and 1 for the highest of their list, 1 if all are equal; rows in any order."""
    known, numbers = np.unique(lists, return_inverse=True)
    low, high = np.full(len(known), np.inf), np.full(len(known), -np.inf)
    np.minimum.at(low, numbers, scores)
    np.maximum.at(high, numbers, scores)
    width = (high - low)[numbers]
    return np.divide(scores - low[numbers], width, out=np.ones(len(scores)), where=width > 0)


def fitted(values: np.ndarray, is_relevant: np.ndarray, method: str) -> Curve | None:
    """A curve of enough labels that rises with the score, or None."""
    if is_relevant.sum() < FEWEST_RELEVANT:
        return None
    curve = METHODS[method](values, is_relevant)
    rises = curve["slope"] > 0 if method == "platt" else curve["knot_probabilities"][-1] > curve["knot_probabilities"][0]
    return curve if rises else None


def platt(values: np.ndarray, is_relevant: np.ndarray) -> Curve:
    """Logistic curve of a score (Platt 1999), by Newton's method.

    The labels are those of Platt: ``(n₁ + 1) / (n₁ + 2)`` and ``1 / (n₀ + 2)`` for n₁ relevant and n₀ other candidates, so that
    the curve is finite even if a score separates them. SciPy and NumPy instead of scikit-learn, whose import takes longer than
    the fit.
    """
    count = is_relevant.sum()
    labels = np.where(is_relevant, (count + 1) / (count + 2), 1 / (len(values) - count + 2))
    middle, width = values.mean(), values.std() or 1.0
    scaled = (values - middle) / width
    slope, intercept = 0.0, float(np.log(labels.mean() / (1 - labels.mean())))
    for _ in range(STEPS):
        probability = expit(slope * scaled + intercept)
        gap, weight = labels - probability, probability * (1 - probability)
        gradient = np.array([(gap * scaled).sum(), gap.sum()])
        squares, cross, total = (weight * scaled * scaled).sum(), (weight * scaled).sum(), weight.sum()
        determinant = squares * total - cross * cross
        if determinant <= 0:  # all scores are equal
            break
        step = np.array([total * gradient[0] - cross * gradient[1], squares * gradient[1] - cross * gradient[0]]) / determinant
        step *= min(1.0, 1 / np.abs(step).max(initial=1.0))  # a longer step could overshoot far from the optimum
        slope, intercept = slope + step[0], intercept + step[1]
        if np.abs(step).max() < TOLERANCE:
            break
    return {"slope": slope / width, "intercept": intercept - slope * middle / width}


def isotonic(values: np.ndarray, is_relevant: np.ndarray) -> Curve:
    """Non-decreasing curve of a score with the least squared error (Zadrozny and Elkan 2002), linear between its knots.

    No probability is closer to 0 or 1 than half a candidate: a share of 0 of a few candidates doesn't mean never.
    """
    levels, numbers, counts = np.unique(values, return_inverse=True, return_counts=True)
    shares = np.bincount(numbers, weights=is_relevant) / counts
    found = isotonic_regression(shares, weights=counts)
    starts, ends = found.blocks[:-1], found.blocks[1:] - 1
    knots = np.unique(np.concatenate([starts, ends]))  # the first and the last score of each level
    floor = 0.5 / len(values)
    return {"knots": levels[knots].tolist(), "knot_probabilities": np.clip(found.x[knots], floor, 1 - floor).tolist()}


METHODS = {"platt": platt, "isotonic": isotonic}


def is_better(losses: np.ndarray, base_losses: np.ndarray, lists: np.ndarray) -> bool:
    """Whether losses are smaller by more than ``MARGIN`` standard errors of the paired sum per list."""
    gains = np.bincount(np.unique(lists, return_inverse=True)[1], weights=base_losses - losses)
    return len(gains) > 1 and gains.mean() > MARGIN * gains.std(ddof=1) / np.sqrt(len(gains))


def held_out_losses(values: np.ndarray, is_relevant: np.ndarray, folds: np.ndarray, method: str) -> np.ndarray:
    """Log loss of each candidate if its fold is left out of the fit; ``mean`` predicts the mean of the other folds."""
    losses = np.empty(len(values))
    for fold in np.unique(folds):
        own = folds == fold
        rest = ~own if not own.all() else own
        if method == "mean":
            probability = np.full(own.sum(), (is_relevant[rest].sum() + 0.5) / (rest.sum() + 1))
        else:
            probability = applied(METHODS[method](values[rest], is_relevant[rest]), values[own])
        losses[own] = -np.log(np.where(is_relevant[own], probability, 1 - probability))
    return losses


def applied(curve: Mapping[str, Any], values: np.ndarray) -> np.ndarray:
    """Probabilities of scores on a curve."""
    if curve.get("knots") is not None:
        return np.interp(values, curve["knots"], curve["knot_probabilities"])
    return np.clip(expit(curve["slope"] * values + curve["intercept"]), 1e-15, 1 - 1e-15)


def probabilities(candidates: Iterable[pa.Table], curves: pa.Table) -> Iterator[pa.RecordBatch]:
    """Compute the probability of each candidate.

    Parameters
    ----------
    candidates
        ``CANDIDATE_COLUMNS`` of whole lists, in parts and in any order.
    curves
        Result of :func:`calibrators`.

    Yields
    ------
    pyarrow.RecordBatch
        ``PROBABILITY_SCHEMA``; candidates of lists without a calibrator have no rows.
    """
    known = {(row["mode"], row["has_history"], row["tier"]): row for row in curves.to_pylist()}
    for part in candidates:
        lists, scores = part["list_index"].to_numpy(), part["score"].to_numpy().astype(np.float64)
        found = np.full(len(part), np.nan)
        forms = {"score": scores, "position": positions(lists, scores)}
        groups = [part[name].combine_chunks().dictionary_encode() for name in ("mode", "has_history", "tier")]
        codes, keys = np.zeros(len(part), np.int64), [()]
        for group in groups:
            names = group.dictionary.to_pylist()
            codes = codes * len(names) + group.indices.to_numpy()
            keys = [(*key, name) for key in keys for name in names]
        for code in np.unique(codes):
            mode, has_history, tier = keys[code]
            curve = known.get((mode, has_history, tier)) or known.get((mode, has_history, EVERY))
            if curve is not None:
                own = codes == code
                found[own] = np.round(applied(curve, forms[curve["score_form"]][own]), DECIMALS)
        rows = np.flatnonzero(~np.isnan(found))
        columns = [part[name].combine_chunks().take(pa.array(rows)).cast(pa.int32()) for name in KEY_COLUMNS]
        yield pa.RecordBatch.from_arrays([*columns, pa.array(found[rows])], schema=PROBABILITY_SCHEMA)
