"""Group directions are found and removed, and trials of mitigation have the stated effects."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from tests.python.problems import rows, tables
from warehouse_recommender.candidates import als, als_evidence, evidence, learning_curve
from warehouse_recommender.candidates.solver import Settings
from warehouse_recommender.fairness import mitigation
from warehouse_recommender.fairness.directions import group_directions
from warehouse_recommender.fairness.predictability import predicted_groups
from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import Lists

CUSTOMERS, PRODUCTS, ALPHA = 60, 24, 4.0
SETTINGS = Settings(factors=6, regularization=0.5, iterations=8, start="svd", device="cpu", seed=3, largest_share=1.0)
NONE = als.DIRECTION_SCHEMA.empty_table()


def strengths() -> np.ndarray:
    """Strengths of two groups, even and odd customers, each preferring one half of the products, with tastes within each."""
    rng = np.random.default_rng(4)
    likes = np.full((CUSTOMERS, PRODUCTS), 0.1)
    likes[::2, : PRODUCTS // 2] = 0.5
    likes[1::2, PRODUCTS // 2 :] = 0.5
    likes *= 0.5 + np.add.outer(np.arange(CUSTOMERS) // 2, np.arange(PRODUCTS)) % 3 / 2
    found = (rng.random((CUSTOMERS, PRODUCTS)) < likes).astype(float)
    found[:, 0] = np.maximum(found[:, 0], found.sum(axis=1) == 0)
    return found


def cells() -> pa.Table:
    known = tables(strengths())[0]
    return known.drop_columns("strength").append_column("weight", pa.array(ALPHA * known["strength"].to_numpy()))


def members(groups: int = 2) -> pa.Table:
    """Return groups by the remainder of the customer's index, and an attribute that the tests do not use."""
    index = np.arange(CUSTOMERS)
    names = [f"g{number % groups}" for number in index]
    return pa.table(
        {
            "customer_index": np.tile(index, 2),
            "attribute": ["gender"] * CUSTOMERS + ["country"] * CUSTOMERS,
            "protected_group": names + [f"x{number % 7}" for number in index],
        }
    )


@pytest.fixture(scope="module")
def products() -> pa.Table:
    cutoffs = pa.table({"cutoff_id": ["c"], "cutoff_at": pa.array([10], pa.timestamp("us"))})
    none, no_curve = als.PRODUCT_SCHEMA.empty_table(), learning_curve.CURVE_SCHEMA.empty_table()
    return als.product_factors(cutoffs, cells(), no_curve, none, settings=SETTINGS)


def directions_of(products: pa.Table, groups: int = 2, fewest: int = 2, strength: float = 1.0) -> pa.Table:
    return group_directions(
        cells(), products, members(groups), attribute="gender", fewest=fewest, strength=strength, regularization=0.5
    )


def customers_of(products: pa.Table, directions: pa.Table = NONE) -> pa.Table:
    return als.customer_factors(cells(), products, directions, regularization=SETTINGS.regularization)


def group_distance(found: pa.Table) -> float:
    factors = np.array(found["factors"].to_pylist())
    places = found["customer_index"].to_numpy()
    return float(np.linalg.norm(factors[places % 2 == 0].mean(axis=0) - factors[places % 2 == 1].mean(axis=0)))


def test_full_debiasing_removes_the_distance_between_group_means(products: pa.Table) -> None:
    assert len(directions_of(products)) == 1
    distances = [group_distance(customers_of(products, directions_of(products, strength=part))) for part in (0.0, 0.5, 1.0)]
    assert distances[0] > 0.1
    assert distances[1] == pytest.approx(distances[0] / 2, rel=1e-3)
    assert distances[2] < 1e-4 * distances[0]


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_directions_are_orthogonal_scaled_by_strength_and_fewer_than_groups(products: pa.Table, strength: float) -> None:
    directions = np.array(directions_of(products, groups=3, strength=strength)["factors"].to_pylist())
    assert directions.shape == (2, SETTINGS.factors)
    assert np.allclose(directions @ directions.T, strength * np.eye(2), atol=1e-5)


@pytest.mark.parametrize(
    ("groups", "fewest", "strength"),
    [(2, 2, 0.0), (2, CUSTOMERS, 1.0), (1, 2, 1.0)],
    ids=["off", "too few customers", "one group"],
)
def test_no_directions_without_strength_or_large_groups(products: pa.Table, groups: int, fewest: int, strength: float) -> None:
    directions = directions_of(products, groups, fewest, strength)
    assert len(directions) == 0
    assert directions.schema == als.DIRECTION_SCHEMA
    assert customers_of(products, directions).equals(customers_of(products))


def test_evidence_adds_up_to_the_debiased_score(products: pa.Table) -> None:
    directions = directions_of(products, strength=0.7)
    found = als.candidates(*tables(strengths()), customers_of(products, directions), products, top_k=5)
    proposed = rows(found)
    pairs = pa.table({name: [row[name] for row in proposed] for name in evidence.PAIR_COLUMNS})
    explained = als_evidence.evidence(pairs, cells(), products, directions, count=3, regularization=0.5).to_pylist()
    totals = {(row["customer_index"], row["product_index"]): row["total_score"] for row in explained}
    for row in proposed:
        key = (row["customer_index"], row["product_index"])
        assert totals[key] == pytest.approx(row["score"], abs=1e-4)


def trials(with_repeats: bool = True, cap: float = 5.0) -> list[dict]:
    index = np.arange(CUSTOMERS)
    return mitigation.trials(
        cells(),
        pa.table({"cutoff_id": ["c"], "iteration": [5], "is_chosen": [True]}),
        pa.table({"cutoff_id": ["c"] * 10, "customer_index": index[:10]}),
        pa.table({"cutoff_id": ["c"] * PRODUCTS, "product_index": np.arange(PRODUCTS)}),
        pa.table({"cutoff_id": ["c"] * CUSTOMERS, "customer_index": index, "balance_ratio": np.where(index % 2, 0.5, 3.0)}),
        pa.table({"cutoff_id": ["c", "b"], "product_index": [5, 6], "average_ratio": [50.0, 900.0]}),
        members(),
        strengths=[0.5, 1.0],
        cap=cap,
        attribute="gender",
        fewest=2,
        with_repeats=with_repeats,
        length=4,
        settings=SETTINGS,
    ).to_pylist()


def lists_by_trial(rows: list[dict]) -> dict[tuple[str, float], dict[int, list[int]]]:
    found: dict[tuple[str, float], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        own = found[row["mitigation"], row["strength"]][row["customer_index"]]
        own.append(row["product_index"])
        assert row["list_rank"] == len(own)
    return found


def test_every_mitigation_is_tried_at_every_strength_on_the_same_customers() -> None:
    found = lists_by_trial(trials())
    ways = ("group_balancing", "inverse_propensity", "debias")
    assert set(found) == {("none", 0.0), *((way, strength) for way in ways for strength in (0.5, 1.0))}
    assert all(set(lists) == set(range(10)) for lists in found.values())
    assert all(len(products) == len(set(products)) == 4 for lists in found.values() for products in lists.values())
    assert all(found[way, 1.0] != found["none", 0.0] for way in ways)


def test_debiasing_reduces_group_predictability() -> None:
    right: dict[tuple[str, float], dict[int, bool]] = defaultdict(dict)
    for row in trials():
        right[row["mitigation"], row["strength"]][row["customer_index"]] = row["is_group_predicted"]
    assert all(len(lists) == 10 for lists in right.values())
    assert np.mean([*right["none", 0.0].values()]) == 1
    assert np.mean([*right["debias", 1.0].values()]) < 0.8


def test_group_prediction_from_other_customers_equals_theory() -> None:
    """Shifted by two standard deviations, groups are predicted at the theoretical rate; equal groups at chance."""
    rng = np.random.default_rng(8)
    count, width = 4000, 20
    groups = np.arange(count) // 2 % 3
    noise = rng.normal(size=(count, width))
    own = pa.table({"customer_index": np.arange(count), "protected_group": [f"g{number}" for number in groups]})
    everybody, listed = np.ones(count, bool), np.arange(count)
    told = {}
    for shift in (0.0, 2.0):
        factors = noise.copy()
        factors[groups == 1, 0] += shift
        factors[groups == 2, 0] -= shift
        told[shift] = predicted_groups(factors.astype(np.float32), everybody, own, listed, 30)
    assert told[0.0].mean() == pytest.approx(1 / 3, abs=0.03)
    assert told[2.0].mean() == pytest.approx(1 - 0.1587 * 4 / 3, abs=0.02)
    known = listed != 5
    some = predicted_groups(noise, known, own, np.array([5, 6]), 30)
    assert np.isnan(some).tolist() == [True, False]
    assert np.isnan(predicted_groups(noise, everybody, own, listed, count)).all(), "a group below the minimum was predicted"


def test_trials_without_repeats_list_no_repeats() -> None:
    known = strengths() > 0
    shown = [(row["customer_index"], row["product_index"]) for row in trials(with_repeats=False)]
    assert not any(known[pair] for pair in shown)
    assert any(known[row["customer_index"], row["product_index"]] for row in trials())


def test_cap_of_one_leaves_propensity_weights_unchanged() -> None:
    found = lists_by_trial(trials(cap=1.0))
    assert found["inverse_propensity", 1.0] == found["none", 0.0]


def test_ranker_follows_training_weights() -> None:
    """The rows of some lists have a thousand times the weight. Trees follow them, and not the others, which are opposite."""
    rng = np.random.default_rng(6)
    count, size = 200, 6
    hint = rng.random((count, size))
    is_contrary = np.arange(count) % 2 == 1
    best = np.where(is_contrary, hint.argmin(axis=1), hint.argmax(axis=1))
    relevant = np.zeros((count, size), bool)
    relevant[np.arange(count), best] = True
    predicted = {}
    for name, contrary in (("followed", 1e-3), ("led", 1e3)):
        weights = np.repeat(np.where(is_contrary, contrary, 1.0), size)
        lists = Lists(np.full(count, size), relevant.ravel(), np.ones(count, np.int64), weights)
        booster = ranker.train(lists, np.zeros(count * size), hint.reshape(-1, 1), [0], 20, {"min_data_in_leaf": 5})
        predicted[name] = booster.predict(np.array([[0.95]]))[0] - booster.predict(np.array([[0.05]]))[0]
    assert predicted["followed"] > 0 > predicted["led"]


def test_trials_use_listed_customers_and_a_bounded_sample_of_others() -> None:
    weights = sparse.csr_array(strengths())
    drawn = mitigation.of_some_customers(weights, np.array([1, 58]), 6)
    assert np.flatnonzero(np.diff(drawn.indptr)).tolist() == [0, 1, 10, 20, 30, 40, 50, 58]
    assert (drawn[[1, 50]].toarray() == strengths()[[1, 50]]).all()
    assert mitigation.of_some_customers(weights, np.array([1]), CUSTOMERS) is weights
