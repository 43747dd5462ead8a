"""ALS recovers planted tastes; SVD starts, warm starts, frozen products and fold-in work as documented."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from threadpoolctl import threadpool_limits

from tests.python.problems import Tables, checkerboard, lists, rows, tables
from warehouse_recommender.candidates import als, learning_curve
from warehouse_recommender.candidates.solver import Settings

SETTINGS = Settings(factors=4, regularization=0.5, iterations=10, start="svd", device="cpu", seed=3, largest_share=1.0)
ALPHA = 4.0
STARTS = ["svd", "random"]


def cutoffs(**moments: int) -> pa.Table:
    """Return cutoffs with their times in microseconds since 1970."""
    return pa.table({"cutoff_id": list(moments), "cutoff_at": pa.array(list(moments.values()), pa.timestamp("us"))})


def cells_of(strengths: pa.Table) -> pa.Table:
    weights = pa.array(ALPHA * strengths["strength"].to_numpy())
    return strengths.drop_columns("strength").append_column("weight", weights)


def products_of(strengths: np.ndarray, settings: Settings = SETTINGS, previous: pa.Table | None = None, at: int = 10) -> pa.Table:
    previous = als.PRODUCT_SCHEMA.empty_table() if previous is None else previous
    no_curve = learning_curve.CURVE_SCHEMA.empty_table()
    return als.product_factors(cutoffs(c=at), cells_of(tables(strengths)[0]), no_curve, previous, settings=settings)


def customers_of(strengths: np.ndarray, products: pa.Table) -> np.ndarray:
    none = als.DIRECTION_SCHEMA.empty_table()
    found = als.customer_factors(cells_of(tables(strengths)[0]), products, none, regularization=SETTINGS.regularization)
    return dense(found)


def candidates_of(given: Tables, settings: Settings = SETTINGS, products: pa.Table | None = None) -> pa.Table:
    cells, none = cells_of(given[0]), als.DIRECTION_SCHEMA.empty_table()
    if products is None:
        empty, no_curve = als.PRODUCT_SCHEMA.empty_table(), learning_curve.CURVE_SCHEMA.empty_table()
        products = als.product_factors(cutoffs(c=10), cells, no_curve, empty, settings=settings)
    customers = als.customer_factors(cells, products, none, regularization=settings.regularization)
    return als.candidates(*given, customers, products, top_k=30)


def dense(table: pa.Table) -> np.ndarray:
    return np.array(table["factors"].to_pylist(), np.float32)


def tastes(customer_count: int, product_count: int, seed: int) -> np.ndarray:
    """Customers of four tastes; each chose a third of the products of their own taste and a few others."""
    generator = np.random.default_rng(seed)
    same = np.add.outer(np.arange(customer_count), -np.arange(product_count)) % 4 == 0
    chosen = (generator.random(same.shape) < np.where(same, 0.35, 0.03)) | np.eye(*same.shape, dtype=bool)
    return chosen * generator.uniform(0.5, 2, same.shape)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("shape", [(20, 30), (30, 20)])
def test_missing_square_of_a_checkerboard_is_found(shape: tuple[int, int], start: str) -> None:
    strengths = checkerboard(*shape)
    found = lists(candidates_of(tables(strengths), replace(SETTINGS, start=start)))
    for customer in range(min(shape)):
        unseen = [p for p in found[f"u{customer}"] if strengths[customer, int(p[1:])] == 0]
        assert unseen[0] == f"p{customer}"


def test_taste_outranks_popularity() -> None:
    """Customers of the second taste never choose the bestsellers, so their own products must come first."""
    strengths = tastes(80, 40, seed=1)
    strengths[:40, ::4] += 1.0  # bestsellers
    strengths[1::4, ::4] = 0
    bestsellers = np.argsort(-(strengths > 0).sum(axis=0))[:5]
    assert all(product % 4 == 0 for product in bestsellers)
    found = lists(candidates_of(tables(strengths)))
    first = [
        int(product[1:]) % 4
        for customer in range(1, 80, 4)
        for product in [p for p in found[f"u{customer}"] if strengths[customer, int(p[1:])] == 0][:3]
    ]
    assert np.mean(np.array(first) == 1) > 0.75
    assert np.mean(np.array(first) == 0) < 0.1


@pytest.mark.parametrize("start", STARTS)
def test_factors_depend_only_on_data_and_seed(start: str) -> None:
    settings = replace(SETTINGS, start=start)
    strengths = tastes(40, 30, seed=4)
    first, again = (products_of(strengths, settings) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(products_of(strengths, replace(settings, seed=4)))


def test_candidates_are_identical_on_one_and_four_threads() -> None:
    given = tables(tastes(150, 60, seed=5))
    found = []
    for threads in (1, 4):
        with threadpool_limits(threads, user_api="openmp"):
            found.append(candidates_of(given))
    assert found[0].equals(found[1])


def test_fit_uses_the_number_of_sweeps_chosen_by_the_learning_curve() -> None:
    strengths = tastes(40, 30, seed=4)
    curves = pa.table({"cutoff_id": ["t"] * 3, "iteration": [1, 2, 3], "is_chosen": [False, True, False]})
    empty = als.PRODUCT_SCHEMA.empty_table()
    stopped = als.product_factors(cutoffs(c=10), cells_of(tables(strengths)[0]), curves, empty, settings=SETTINGS)
    assert stopped.equals(products_of(strengths, replace(SETTINGS, iterations=2)))
    assert not stopped.equals(products_of(strengths, replace(SETTINGS, iterations=3)))


def test_fit_on_sampled_customers_finds_similar_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = tastes(200, 30, seed=4)
    whole = lists(candidates_of(tables(strengths)))
    monkeypatch.setattr(als, "SAMPLED_CUSTOMERS", 60)
    sampled = lists(candidates_of(tables(strengths)))
    assert whole != sampled
    assert overlap(whole, sampled) > 0.8


def test_only_customers_with_interactions_have_factors() -> None:
    strengths = tastes(40, 30, seed=4)
    cells = cells_of(tables(strengths)[0])
    some = cells.filter(pc.is_in(cells["customer_index"], pa.array([7, 3])))
    products, none = products_of(strengths), als.DIRECTION_SCHEMA.empty_table()
    found = als.customer_factors(some, products, none, regularization=SETTINGS.regularization)
    assert found["customer_index"].to_pylist() == [3, 7]
    np.testing.assert_array_equal(dense(found), customers_of(strengths, products)[[3, 7]])


def overlap(one: dict[str, list[str]], other: dict[str, list[str]]) -> float:
    return float(np.mean([len(set(one[u][:10]) & set(other[u][:10])) / 10 for u in one]))


def test_warm_start_keeps_lists_more_similar_than_cold_start() -> None:
    generator = np.random.default_rng(6)
    before = (generator.random((150, 60)) < 0.15).astype(float)  # without structure, the result depends on the start
    after = before + (generator.random(before.shape) < 0.005)
    random = replace(SETTINGS, start="random", factors=8)
    last = products_of(before, random)
    lists_before = lists(candidates_of(tables(before), random, products=last))
    warm = products_of(after, replace(random, start="last"), last, at=20)
    cold = products_of(after, replace(random, seed=99), at=20)
    warm_lists, cold_lists = (lists(candidates_of(tables(after), random, products=found)) for found in (warm, cold))
    assert overlap(lists_before, warm_lists) > overlap(lists_before, cold_lists) + 0.05


def test_factors_fitted_at_later_cutoffs_are_not_read() -> None:
    strengths = tastes(40, 30, seed=7)
    later = products_of(strengths * 3, at=30)
    assert products_of(strengths, replace(SETTINGS, start="frozen"), later, at=20).equals(products_of(strengths, at=20))


def test_start_is_svd_without_usable_previous_factors() -> None:
    strengths = tastes(40, 30, seed=8)
    other = products_of(strengths, replace(SETTINGS, factors=3))
    for start, previous in (("last", None), ("frozen", None), ("last", other)):
        assert products_of(strengths, replace(SETTINGS, start=start), previous, at=20).equals(products_of(strengths, at=20))
    frozen = products_of(strengths, replace(SETTINGS, start="frozen"), other, at=20)
    assert frozen["factors"].equals(other["factors"])


def test_frozen_products_keep_factors_and_new_products_are_solved() -> None:
    strengths = tastes(60, 31, seed=9)
    before = strengths.copy()
    before[:, 30] = 0
    last = products_of(before)
    frozen = products_of(strengths, replace(SETTINGS, start="frozen"), last, at=20)
    assert dense(frozen)[:30].tobytes() == dense(last).tobytes()
    assert dense(frozen)[30].any()
    assert set(frozen["fitted_at"].cast(pa.int64()).to_pylist()) == {10}
    assert set(frozen["as_of"].cast(pa.int64()).to_pylist()) == {20}


def test_fold_in_of_one_customer_equals_solving_all() -> None:
    strengths = tastes(60, 30, seed=10)
    products = products_of(strengths)
    everybody = customers_of(strengths, products)
    for customer in (0, 17, 59):
        assert customers_of(strengths[[customer]], products)[0].tobytes() == everybody[customer].tobytes()


def test_contributions_of_the_history_add_up_to_the_score() -> None:
    """x·y_j = Σ_i c_i yᵢᵀ W y_j: the contributions of the products in the history add up to the score."""
    strengths = tastes(40, 30, seed=11)
    products = products_of(strengths)
    customers = customers_of(strengths, products).astype(float)
    y, extra = dense(products).astype(float), ALPHA * strengths[5]
    inverse = np.linalg.inv(y.T @ ((1 + extra)[:, None] * y) + SETTINGS.regularization * np.eye(4))
    contributions = ((1 + extra) * (extra > 0))[:, None] * (y @ inverse @ y.T)
    np.testing.assert_allclose(contributions.sum(axis=0), y @ customers[5], atol=1e-4)


def test_products_without_interactions_or_not_offered_are_not_proposed() -> None:
    strengths = checkerboard(10, 8)
    strengths[:, 6] = 0
    found = lists(candidates_of(tables(strengths, offered=[0, 1, 2, 6])))
    assert {p for products in found.values() for p in products} == {"p0", "p1", "p2"}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("strengths", [[[1.0]], [[1.0, 2.0]], [[1.0], [2.0]]])
def test_one_customer_or_one_product_gives_candidates(strengths: list[list[float]], start: str) -> None:
    found = rows(candidates_of(tables(np.array(strengths)), replace(SETTINGS, start=start)))
    assert len(found) == np.size(strengths)
    assert np.isfinite([row["score"] for row in found]).all()
