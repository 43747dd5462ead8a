"""The learned ranker finds a planted rule, ignores noise, and its contributions add up to the score."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import Lists
from warehouse_recommender.tuning.judging import ranker_quality

PARAMETERS = {"num_leaves": 4, "learning_rate": 0.2, "min_data_in_leaf": 5, "lambda_l2": 1.0, "seed": 7}
SETTINGS = {"features": ["blend_score", "hint", "pair"], "monotone": [1, 0, 0], "blend_scale": 5.0}
LISTS, PRODUCTS = 80, 12


def examples(planted: bool, mode: str = "all", seed: int = 3) -> pa.Table:
    """Make lists whose label has the highest hint (planted) or is random; the blend orders them randomly."""
    rng = np.random.default_rng(seed)
    hint = rng.uniform(size=(LISTS, PRODUCTS))
    place = hint.argmax(axis=1) if planted else rng.integers(PRODUCTS, size=LISTS)
    relevant = np.zeros((LISTS, PRODUCTS), bool)
    relevant[np.arange(LISTS), place] = True
    blend = rng.uniform(size=LISTS * PRODUCTS)
    count = LISTS * PRODUCTS
    return pa.table(
        {
            "mode": [mode] * count,
            "customer_index": pa.array([n // PRODUCTS for n in range(count)], pa.int32()),
            "list_index": np.repeat(np.arange(LISTS, dtype=np.int32), PRODUCTS),
            "product_index": np.tile(np.arange(PRODUCTS, dtype=np.int32), LISTS),
            "fold": np.repeat(np.arange(LISTS) % 4, PRODUCTS),
            "is_relevant": relevant.ravel(),
            "relevant_count": np.ones(count, np.int64),
            "weighted_score": blend,
            "cascade_score": -blend,
            "blend_score": pa.array(blend, pa.float32()),
            "hint": pa.array(hint.ravel(), pa.float32()),
            "pair": pa.array(rng.uniform(size=(count, 2)).tolist(), pa.list_(pa.float32())),
        }
    )


def fit(table: pa.Table) -> pa.Table:
    return ranker.fit(table, **SETTINGS, iterations=20, step=5, k=5, parameters=PARAMETERS)


def scores_of(parts: list[pa.Table], fits: pa.Table) -> pa.Table:
    batches = ranker.scores(parts, fits, features=SETTINGS["features"], blend_scale=5.0)
    return pa.Table.from_batches(batches, schema=ranker.SCORE_SCHEMA)


def test_planted_rule_is_found_on_held_out_lists() -> None:
    rows = {row["method"]: row for row in fit(examples(planted=True)).to_pylist()}
    assert rows["stacked"]["difference"] > 3 * rows["stacked"]["standard_error"]
    assert rows["stacked"]["ndcg_at_k"] > 0.8 > rows["weighted"]["ndcg_at_k"]
    assert rows["stacked"]["iterations"] > 0
    assert rows["weighted"]["difference"] == 0


def test_noise_shows_no_significant_gain() -> None:
    """Fails if the number of trees is chosen on the lists that evaluate it: noise would then look like a mean gain."""
    errors = []
    for seed in range(8):
        rows = {row["method"]: row for row in fit(examples(planted=False, seed=seed)).to_pylist()}
        if "stacked" in rows and rows["stacked"]["standard_error"] > 0:
            errors.append(rows["stacked"]["difference"] / rows["stacked"]["standard_error"])
    assert np.mean(errors) < 1


def test_fits_are_deterministic() -> None:
    assert fit(examples(planted=True)).equals(fit(examples(planted=True)))


@pytest.mark.parametrize("planted", [True, False])
def test_contributions_add_up_to_the_score(planted: bool) -> None:
    table = examples(planted)
    fits = fit(table)
    scored = scores_of([table], fits)
    parts_of = ranker.tree_parts(fits, features=SETTINGS["features"], families=["blend", "told", None], source_count=2)
    of_ranker = table.append_column("method", pa.array(["stacked"] * len(table)))
    parts = parts_of(of_ranker)
    assert parts.shape == (len(table), 5), "expected two sources, two families and the base value"
    scores = 5 * table["weighted_score"].to_numpy() + parts.sum(axis=1)
    np.testing.assert_allclose(scored["stacked_score"].to_numpy(), scores, atol=1e-9)
    assert not parts_of(of_ranker.set_column(len(table.column_names), "method", pa.array(["weighted"] * len(table)))).any()


def test_modes_are_separate_and_a_mode_without_a_ranker_has_no_scores() -> None:
    both = pa.concat_tables([examples(planted=True), examples(planted=True, mode="discovery").slice(0, PRODUCTS)])
    fits = fit(both)
    assert {(row["mode"], row["method"]) for row in fits.to_pylist()} == {
        *{("all", method) for method in ("weighted", "cascade", "stacked")},
        *{("discovery", method) for method in ("weighted", "cascade")},
    }
    scored = scores_of([both.slice(0, 100), both.slice(100)], fits)
    assert scored["list_index"].to_pylist() == both["list_index"].to_pylist()[: LISTS * PRODUCTS]
    assert len(scored) == LISTS * PRODUCTS


def test_trees_are_trained_on_a_weighted_sample_of_candidates() -> None:
    """They are the labels, the best other candidates, and a sample weighted to represent the rest."""
    sizes = np.array([100, 100, 7])
    is_relevant = np.zeros(207, bool)
    is_relevant[[3, 95]] = True
    is_relevant[206] = True
    start = -np.concatenate([np.arange(100), np.arange(100), np.arange(7)]).astype(float)
    learnt, rows = ranker.taught(Lists(sizes, is_relevant, np.ones(3, np.int64)), start)
    assert rows[:22].tolist() == [*range(20), 20, 28]
    assert {3, 95, *range(200, 207)} <= set(rows.tolist())
    assert not any(100 <= row < 200 for row in rows)  # a list without labels is not used
    assert learnt.sizes.tolist() == [31, 7]
    assert learnt.weights[:31].sum() == pytest.approx(101)
    assert set(learnt.weights[31:]) == {1.0}


def test_folds_stop_when_more_trees_do_not_help() -> None:
    table = examples(planted=False)
    weighted = next(
        row
        for row in ranker.fit(table, **SETTINGS, iterations=200, step=5, k=5, parameters=PARAMETERS).to_pylist()
        if row["method"] == "weighted"
    )
    held_out = weighted["held_out_ndcgs"]
    assert len(weighted["train_ndcgs"]) == len(held_out) == int(np.argmax(held_out)) + 1 + ranker.PATIENCE < 41


def test_no_lists_give_no_fits() -> None:
    fits = fit(examples(planted=True).slice(0, 0))
    assert fits.schema == ranker.FIT_SCHEMA
    assert len(fits) == 0


def test_learning_curves_diverge_on_noise_and_rise_together_on_a_rule() -> None:
    """Fails if trees have seen held-out lists or not seen training lists, or if a step of a curve is not cumulative."""
    for planted in (True, False):
        weighted = next(row for row in fit(examples(planted)).to_pylist() if row["method"] == "weighted")
        train, held_out = weighted["train_ndcgs"], weighted["held_out_ndcgs"]
        assert len(train) == len(held_out) == 5
        assert train[0] == pytest.approx(weighted["ndcg_at_k"])
        assert held_out[0] == pytest.approx(weighted["ndcg_at_k"])
        assert train[-1] > train[0] + 0.1
        assert (held_out[-1] > held_out[0] + 0.1) == planted


def test_only_the_blend_row_has_learning_curves() -> None:
    rows = fit(examples(planted=True)).to_pylist()
    assert {row["method"] for row in rows if row["train_ndcgs"] is not None} == {"weighted"}


def test_tuning_evaluates_the_ranker_as_the_build_does() -> None:
    table = examples(planted=True)
    judged = ranker_quality(table, mode="all", **SETTINGS, iterations=20, step=5, k=5, parameters=PARAMETERS)
    stacked = next(row for row in fit(table).to_pylist() if row["method"] == "stacked")
    assert len(judged) == stacked["list_count"]
    assert judged.mean() == stacked["ndcg_at_k"]


def test_concurrent_fits_equal_sequential_fits() -> None:
    """Fails if a prediction changes the number of threads of another model's fit: dbt runs models in parallel."""
    alone = fit(examples(planted=True))
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(fit, [examples(planted=True)] * 3))
    assert all(fits.equals(alone) for fits in together)
