"""Calibration finds planted curves, equals scikit-learn, keeps the order of the scores and refuses scores that say nothing."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from tests.python import test_ranker
from warehouse_recommender.evaluation import probabilities
from warehouse_recommender.ranking import ranker

LISTS, PRODUCTS = 400, 10
NO_TREES = probabilities.HELD_OUT_SCHEMA.empty_table()


def examples(scores: np.ndarray, chance: np.ndarray, **columns: Any) -> pa.Table:
    """Make lists from scores and chances of a label, both of shape (lists, products)."""
    rng = np.random.default_rng(5)
    lists = np.repeat(np.arange(len(scores), dtype=np.int32), scores.shape[1])
    table = {
        "list_index": lists,
        "product_index": np.tile(np.arange(scores.shape[1], dtype=np.int32), len(scores)),
        "mode": ["all"] * scores.size,
        "has_history": np.ones(scores.size, bool),
        "tier": ["history"] * scores.size,
        "score": scores.ravel(),
        "fold": lists % 5,
        "is_tree_ranked": np.zeros(scores.size, bool),
        "is_relevant": rng.random(scores.size) < chance.ravel(),
    }
    return pa.table(table | columns)


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def random_scores() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(LISTS, PRODUCTS))


def found(curves: pa.Table, table: pa.Table) -> np.ndarray:
    batches = list(probabilities.probabilities([table.select(list(probabilities.CANDIDATE_COLUMNS))], curves))
    return pa.Table.from_batches(batches, schema=probabilities.PROBABILITY_SCHEMA)["probability"].to_numpy()


def test_planted_logistic_curve_is_found() -> None:
    scores = random_scores()
    chance = sigmoid(2 * scores - 2)
    table = examples(scores, chance)
    curves = probabilities.calibrators(table, NO_TREES)
    own = curves.to_pylist()[0]
    assert (own["score_form"], own["method"]) == ("score", "platt")
    assert (own["slope"], own["intercept"]) == (pytest.approx(2, abs=0.2), pytest.approx(-2, abs=0.2))
    assert own["log_loss"] < own["base_log_loss"]
    assert np.abs(found(curves, table) - chance.ravel()).max() < 0.05


def test_planted_step_is_found_by_isotonic_regression() -> None:
    """A logistic curve can't follow a step."""
    scores = random_scores()
    chance = np.where(scores > 1, 0.9, 0.1)
    table = examples(scores, chance)
    curves = probabilities.calibrators(table, NO_TREES)
    assert curves["method"].to_pylist() == ["isotonic", "isotonic"]
    assert np.abs(found(curves, table) - chance.ravel()).mean() < 0.03


def test_planted_position_in_the_list_is_found() -> None:
    """The scale of the scores differs from list to list; only the position within the list tells anything."""
    rng = np.random.default_rng(2)
    places = np.tile(np.linspace(0, 1, PRODUCTS), (LISTS, 1))
    scores = places * rng.uniform(1, 100, (LISTS, 1)) - rng.uniform(0, 1000, (LISTS, 1))
    table = examples(scores, sigmoid(6 * places - 4))
    curves = probabilities.calibrators(table, NO_TREES)
    assert set(curves["score_form"].to_pylist()) == {"position"}
    assert np.abs(found(curves, table) - sigmoid(6 * places - 4).ravel()).max() < 0.06


def test_platt_equals_logistic_regression_on_the_labels_of_platt() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(50, 7, 300)
    is_relevant = rng.random(300) < sigmoid((values - 60) / 5)
    count = is_relevant.sum()
    label = np.where(is_relevant, (count + 1) / (count + 2), 1 / (300 - count + 2))
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(
        np.tile((values - 50) / 7, 2)[:, None], np.repeat([1, 0], 300), sample_weight=np.concatenate([label, 1 - label])
    )
    curve = probabilities.platt(values, is_relevant)
    assert curve["slope"] == pytest.approx(model.coef_[0, 0] / 7, rel=1e-4)
    assert curve["intercept"] == pytest.approx(model.intercept_[0] - model.coef_[0, 0] * 50 / 7, rel=1e-4)


def test_platt_is_finite_if_the_score_separates_the_labels() -> None:
    curve = probabilities.platt(np.arange(100.0), np.arange(100) > 89)
    assert np.isfinite([curve["slope"], curve["intercept"]]).all()
    assert curve["slope"] > 0


def test_isotonic_equals_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    values = np.round(rng.normal(size=500), 1)  # with ties
    is_relevant = rng.random(500) < sigmoid(values)
    curve = probabilities.isotonic(values, is_relevant)
    expected = IsotonicRegression(out_of_bounds="clip").fit(values, is_relevant.astype(float))
    at = np.concatenate([[-9], np.unique(values), [9]])
    assert probabilities.applied(curve, at) == pytest.approx(np.clip(expected.predict(at), 0.001, 0.999))


@pytest.mark.parametrize("method", sorted(probabilities.METHODS))
def test_calibration_keeps_the_order_of_the_scores(method: str) -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(size=2000)
    curve = probabilities.METHODS[method](values, rng.random(2000) < sigmoid(values))
    assert (np.diff(probabilities.applied(curve, np.sort(values))) >= 0).all()


def test_score_without_information_gets_no_calibrator() -> None:
    noise = examples(random_scores(), np.full((LISTS, PRODUCTS), 0.2))
    falling = examples(random_scores(), sigmoid(-2 * random_scores() - 2))
    for table in (noise, falling):
        curves = probabilities.calibrators(table, NO_TREES)
        assert len(curves) == 0
        assert len(found(curves, table)) == 0


def test_few_labels_get_no_calibrator() -> None:
    scores = random_scores()
    is_relevant = np.zeros(scores.size, bool)
    is_relevant[np.argsort(-scores.ravel())[: probabilities.FEWEST_RELEVANT]] = True
    table = examples(scores, scores, is_relevant=is_relevant)
    assert len(probabilities.calibrators(table, NO_TREES)) == 2
    is_relevant[np.argmax(scores)] = False
    table = examples(scores, scores, is_relevant=is_relevant)
    assert len(probabilities.calibrators(table, NO_TREES)) == 0


def test_small_tier_uses_the_curve_of_its_kind_and_other_kinds_have_none() -> None:
    scores = random_scores()
    tiers = np.repeat(np.where(np.arange(LISTS) < 10, "fold_in", "history"), PRODUCTS)
    chance = sigmoid(2 * scores - 2)
    table = examples(scores, chance, tier=tiers.tolist())
    curves = probabilities.calibrators(table, NO_TREES)
    assert curves["tier"].to_pylist() == ["all", "history"]
    assert curves["list_count"].to_pylist() == [LISTS, LISTS - 10]
    for name in ("fold_in", "a tier of live only"):
        candidates = examples(scores, chance, tier=[name] * scores.size)
        assert np.abs(found(curves, candidates) - chance.ravel()).max() < 0.05
    cold = examples(scores, chance, has_history=np.zeros(scores.size, bool))
    assert len(found(curves, cold)) == 0


def test_probabilities_do_not_depend_on_order_or_parts() -> None:
    scores = random_scores()
    table = examples(scores, sigmoid(2 * scores - 2))
    curves = probabilities.calibrators(table, NO_TREES)
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(len(table))))
    keys = [("list_index", "ascending"), ("product_index", "ascending")]

    def rows(parts: list[pa.Table]) -> pa.Table:
        return pa.Table.from_batches(probabilities.probabilities(parts, curves), probabilities.PROBABILITY_SCHEMA).sort_by(keys)

    assert rows([table]).equals(rows([shuffled]))
    assert rows([table]).equals(rows([table[:50], table[50:]]))


def test_tree_scores_of_training_lists_are_replaced_by_held_out_scores() -> None:
    scores = random_scores()
    table = examples(scores, sigmoid(2 * scores - 2), is_tree_ranked=np.repeat(np.arange(LISTS) % 2 == 0, PRODUCTS))
    held_out = table.select(["list_index", "product_index"]).append_column("score", pa.array(-scores.ravel()))
    shuffled = held_out.take(pa.array(np.random.default_rng(0).permutation(len(table))))
    expected = np.where(np.arange(LISTS)[:, None] % 2 == 0, -scores, scores).ravel()
    assert np.array_equal(probabilities.with_held_out(table, shuffled), expected)
    with pytest.raises(ValueError, match="no held-out score"):
        probabilities.with_held_out(table, held_out[: len(table) // 2])
    with pytest.raises(ValueError, match="no held-out score"):
        probabilities.with_held_out(table, NO_TREES)


def test_held_out_tree_scores_do_not_know_the_labels() -> None:
    """Labels are noise: trees score their training lists too well, and other lists no better than chance."""
    table = test_ranker.examples(planted=False)
    settings = {**test_ranker.SETTINGS, "parameters": test_ranker.PARAMETERS}
    found = probabilities.held_out_tree_scores(table, pa.table({"mode": ["all"], "iterations": [20]}), **settings)
    assert found.select(["list_index", "product_index"]).equals(table.select(["list_index", "product_index"]))
    is_relevant = table["is_relevant"].to_numpy()
    gain = found["score"].to_numpy() - 5.0 * table["weighted_score"].to_numpy()
    lists, start, data = (
        ranker.Lists.of(table),
        5.0 * table["weighted_score"].to_numpy(),
        ranker.matrix_of(table, settings["features"]),
    )
    limits = ranker.constraints(table, settings["features"], settings["monotone"])
    seen = ranker.predict(ranker.train(lists, start, data, limits, 20, test_ranker.PARAMETERS), data)

    def lift(values: np.ndarray) -> float:
        return (values[is_relevant].mean() - values[~is_relevant].mean()) / values.std()

    assert lift(seen) > 0.5
    assert lift(gain) < 0.25


def test_held_out_tree_scores_find_a_planted_rule() -> None:
    table = test_ranker.examples(planted=True)
    settings = {**test_ranker.SETTINGS, "parameters": test_ranker.PARAMETERS}
    found = probabilities.held_out_tree_scores(table, pa.table({"mode": ["all"], "iterations": [20]}), **settings)
    ndcg = ranker.Lists.of(table).ndcg(found["score"].to_numpy(), 5).mean()
    assert ndcg > 0.8
