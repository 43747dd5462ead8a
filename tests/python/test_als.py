"""ALS finds planted taste; starts, warm starts, frozen products and folding in do what they claim."""

import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from tests.python.problems import Tables, checkerboard, lists, tables
from warehouse_recommender.candidates import als, least_squares

SETTINGS = als.Settings(factors=4, largest_share=1.0, regularization=0.5, regularization_exponent=0.0, seed=3, start="svd")
ALPHA = 4.0
STARTS = ["svd", "random"]


def cutoffs(**moments: int) -> pa.Table:
    """Cutoffs and their moments, microseconds since 1970."""
    return pa.table({"cutoff_id": list(moments), "cutoff_at": pa.array(list(moments.values()), pa.timestamp("us"))})


def cells_of(strengths: pa.Table) -> pa.Table:
    weights = pa.array(ALPHA * strengths["strength"].to_numpy())
    return strengths.drop_columns("strength").append_column("weight", weights)


def stop_after(iterations: int) -> pa.Table:
    return pa.table({"iterations": [iterations]})


def products_of(
    strengths: np.ndarray,
    settings: als.Settings = SETTINGS,
    previous: pa.Table | None = None,
    at: int = 10,
    iterations: int = 10,
) -> pa.Table:
    previous = als.PRODUCT_SCHEMA.empty_table() if previous is None else previous
    cells = cells_of(tables(strengths)[0])
    return als.product_factors(cutoffs(c=at), cells, stop_after(iterations), previous, warm_iterations=2, settings=settings)


def candidates_of(
    given: Tables, settings: als.Settings = SETTINGS, top_k: int = 30, products: pa.Table | None = None
) -> pa.Table:
    cells = cells_of(given[0])
    if products is None:
        empty = als.PRODUCT_SCHEMA.empty_table()
        products = als.product_factors(cutoffs(c=10), cells, stop_after(10), empty, warm_iterations=2, settings=settings)
    customers = als.customer_factors(cells, products, als.DIRECTION_SCHEMA.empty_table(), strength=0.0, settings=settings)
    return als.candidates(*given, customers, products, top_k=30)


def dense(table: pa.Table) -> np.ndarray:
    return np.array(table["factors"].to_pylist(), np.float32)


def tastes(customer_count: int, product_count: int, seed: int) -> np.ndarray:
    """Customers of four tastes, each of whom has a third of the products of the own taste and a few of the others."""
    generator = np.random.default_rng(seed)
    same = np.add.outer(np.arange(customer_count), -np.arange(product_count)) % 4 == 0
    chosen = (generator.random(same.shape) < np.where(same, 0.35, 0.03)) | np.eye(*same.shape, dtype=bool)
    return chosen * generator.uniform(0.5, 2, same.shape)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("shape", [(20, 30), (30, 20)])
def test_finds_the_missing_square_of_a_checkerboard(shape: tuple[int, int], start: str) -> None:
    strengths = checkerboard(*shape)
    found = lists(candidates_of(tables(strengths), replace(SETTINGS, start=start)))
    for customer in range(min(shape)):
        unseen = [p for p in found[f"u{customer}"] if strengths[customer, int(p[1:])] == 0]
        assert unseen[0] == f"p{customer}"


def test_taste_wins_over_popularity() -> None:
    """The bestsellers are products that customers of the second taste never choose: those must get their own products first."""
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


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_more_data_means_more_penalty_only_where_wanted(exponent: float) -> None:
    weights = sparse.csr_array(np.array([[1.0, 1, 1], [1, 0, 0], [0, 0, 0]]))
    penalties = als.row_penalties(weights, replace(SETTINGS, regularization=10.0, regularization_exponent=exponent))
    assert penalties.tolist() == pytest.approx([10, 10, 10] if exponent == 0 else [15, 5, 5])


def test_the_objective_falls_from_sweep_to_sweep() -> None:
    weights = sparse.csr_array((ALPHA * tastes(60, 40, seed=2)).astype(np.float32))
    penalties = als.row_penalties(weights, SETTINGS), als.row_penalties(sparse.csr_array(weights.T), SETTINGS)
    for start in STARTS:
        objectives: list[float] = []

        def note(_: int, customers: np.ndarray, products: np.ndarray, into: list[float] = objectives) -> None:
            into.append(least_squares.losses(weights, customers, products, penalties)[1])

        als.fit(weights, replace(SETTINGS, start=start), 12, None, als.Progress("test"), note)
        assert all(later <= earlier + 1e-7 for earlier, later in pairwise(objectives))
        assert objectives[-1] < objectives[0]


def test_vectors_are_filled_up_where_the_data_supports_fewer_dimensions() -> None:
    few = replace(SETTINGS, factors=8, largest_share=0.1)
    found = dense(products_of(tastes(60, 30, seed=3), few))
    assert found.shape[1] == 8
    assert found.any(axis=0).tolist() == [True] * 3 + [False] * 5


@pytest.mark.parametrize("start", STARTS)
def test_same_seed_same_factors_other_seed_other_factors(start: str) -> None:
    settings = replace(SETTINGS, start=start)
    strengths = tastes(40, 30, seed=4)
    first, again = (products_of(strengths, settings) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(products_of(strengths, replace(settings, seed=4)))


def test_one_thread_gives_the_bytes_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    given = tables(tastes(150, 60, seed=5))
    found = []
    for threads in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda threads=threads: threads)
        found.append(candidates_of(given))
    assert found[0].equals(found[1])


def overlap(one: dict[str, list[str]], other: dict[str, list[str]]) -> float:
    return float(np.mean([len(set(one[u][:10]) & set(other[u][:10])) / 10 for u in one]))


def test_a_warm_start_stays_closer_to_the_last_lists_than_a_cold_one() -> None:
    generator = np.random.default_rng(6)
    before = (generator.random((150, 60)) < 0.15).astype(float)  # no structure: where the search ends hangs on where it began
    after = before + (generator.random(before.shape) < 0.005)
    random = replace(SETTINGS, start="random", factors=8)
    last = products_of(before, random)
    lists_before = lists(candidates_of(tables(before), random, products=last))
    warm = products_of(after, replace(random, start="last"), last, at=20)
    cold = products_of(after, replace(random, seed=99), at=20)
    warm_lists, cold_lists = (lists(candidates_of(tables(after), random, products=found)) for found in (warm, cold))
    assert overlap(lists_before, warm_lists) > overlap(lists_before, cold_lists) + 0.05


def test_what_was_fitted_later_is_never_read() -> None:
    strengths = tastes(40, 30, seed=7)
    later = products_of(strengths * 3, at=30)
    assert products_of(strengths, replace(SETTINGS, start="frozen"), later, at=20).equals(products_of(strengths, at=20))


def test_without_a_build_before_or_with_other_dimensions_the_start_is_svd() -> None:
    strengths = tastes(40, 30, seed=8)
    other = products_of(strengths, replace(SETTINGS, factors=3))
    for previous in (None, other):
        for start in ("last", "frozen"):
            assert products_of(strengths, replace(SETTINGS, start=start), previous, at=20).equals(products_of(strengths, at=20))


def test_frozen_products_stay_and_new_ones_are_solved() -> None:
    strengths = tastes(60, 31, seed=9)
    before = strengths.copy()
    before[:, 30] = 0
    last = products_of(before)
    frozen = products_of(strengths, replace(SETTINGS, start="frozen"), last, at=20)
    assert dense(frozen)[:30].tobytes() == dense(last).tobytes()
    assert dense(frozen)[30].any()
    assert set(frozen["fitted_at"].cast(pa.int64()).to_pylist()) == {10}
    assert set(frozen["as_of"].cast(pa.int64()).to_pylist()) == {20}


def test_folding_in_one_customer_equals_solving_all() -> None:
    strengths = tastes(60, 30, seed=10)
    products = products_of(strengths)
    everybody = dense(
        als.customer_factors(
            cells_of(tables(strengths)[0]), products, als.DIRECTION_SCHEMA.empty_table(), strength=0.0, settings=SETTINGS
        )
    )
    for customer in (0, 17, 59):
        alone = dense(
            als.customer_factors(
                cells_of(tables(strengths[[customer]])[0]),
                products,
                als.DIRECTION_SCHEMA.empty_table(),
                strength=0.0,
                settings=SETTINGS,
            )
        )
        np.testing.assert_allclose(alone[0], everybody[customer], rtol=1e-3, atol=1e-5)


def test_scores_are_sums_over_the_history() -> None:
    """x·y_j = Σ_i c_i yᵢᵀ W y_j: what each product of the history contributes adds up to the score."""
    strengths = tastes(40, 30, seed=11)
    products = products_of(strengths)
    customers = dense(
        als.customer_factors(
            cells_of(tables(strengths)[0]), products, als.DIRECTION_SCHEMA.empty_table(), strength=0.0, settings=SETTINGS
        )
    ).astype(float)
    y, extra = dense(products).astype(float), ALPHA * strengths[5]
    inverse = np.linalg.inv(y.T @ ((1 + extra)[:, None] * y) + SETTINGS.regularization * np.eye(4))
    contributions = ((1 + extra) * (extra > 0))[:, None] * (y @ inverse @ y.T)
    np.testing.assert_allclose(contributions.sum(axis=0), y @ customers[5], atol=1e-4)


def test_products_nobody_touched_or_offers_are_not_proposed() -> None:
    strengths = checkerboard(10, 8)
    strengths[:, 6] = 0
    found = lists(candidates_of(tables(strengths, offered=[0, 1, 2, 6])))
    assert {p for products in found.values() for p in products} == {"p0", "p1", "p2"}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("strengths", [[[1.0]], [[1.0, 2.0]], [[1.0], [2.0]]])
def test_one_customer_or_one_product_is_enough(strengths: list[list[float]], start: str) -> None:
    found = candidates_of(tables(np.array(strengths)), replace(SETTINGS, start=start))
    assert len(found) == np.size(strengths)
    assert np.isfinite(found["score"].to_numpy()).all()


def curve_of(strengths: np.ndarray, held_out: np.ndarray, settings: als.Settings = SETTINGS, iterations: int = 4) -> list[dict]:
    cells = cells_of(tables(strengths)[0])
    places = cells["customer_index"].to_numpy(), cells["product_index"].to_numpy()
    cells = cells.append_column("is_held_out", pa.array(held_out[places]))
    return als.learning_curve(cells, iterations=iterations, k=5, settings=settings).to_pylist()


def test_a_learning_curve_sees_what_was_held_out() -> None:
    strengths = checkerboard(30, 20) + np.eye(30, 20)
    held_out = np.eye(30, 20).astype(bool)
    curve = curve_of(strengths, held_out)
    assert [row["iteration"] for row in curve] == [1, 2, 3, 4]
    assert {row["customer_count"] for row in curve} == {20}
    assert curve[-1]["ndcg_at_k"] == curve[-1]["recall_at_k"] == 1.0
    assert curve[-1]["held_out_loss"] < 0.1


def test_a_curve_on_noise_shows_overfitting() -> None:
    """Train loss falls, held-out loss doesn't follow."""
    generator = np.random.default_rng(12)
    strengths = (generator.random((80, 60)) < 0.2).astype(float)
    held_out = generator.random(strengths.shape) < 0.3
    settings = replace(SETTINGS, factors=30, regularization=0.01, start="random")
    curve = curve_of(strengths, held_out, settings, iterations=10)
    assert curve[-1]["train_loss"] < 0.5 * curve[0]["train_loss"]
    assert curve[-1]["held_out_loss"] > curve[0]["held_out_loss"]


def test_nothing_held_out_is_no_curve() -> None:
    strengths = tastes(10, 8, seed=13)
    assert curve_of(strengths, np.zeros(strengths.shape, bool)) == []


def test_held_out_quality_has_known_values() -> None:
    # Scores of the customer: p0 4 (learnt from), p1 3, p2 2, p3 1. Held out: p1 and p3, two listed: p1 hits at rank 1.
    products = np.array([[4.0], [3], [2], [1]], np.float32)
    train, held_out = sparse.csr_array([[1.0, 0, 0, 0]]), sparse.csr_array([[0, 1.0, 0, 3.0]])
    loss, ndcg, recall = als.held_out_quality(train, held_out, np.ones((1, 1), np.float32), products, 2)
    assert loss == pytest.approx((2 * (1 - 3) ** 2 + 2**2 + 4 * (1 - 1) ** 2) / (2 + 1 + 4))
    assert ndcg == pytest.approx(1 / (1 + 1 / np.log2(3)))
    assert recall == 0.5


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(als.time, "monotonic", lambda: now[0])
    return now


def test_progress_has_a_line_every_few_seconds_and_no_more(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    progress = als.Progress("als, cutoff live")
    for _ in range(1000):
        clock[0] += 0.02
        progress.state = "sweep 2 of 15"
        progress.tick()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "als, cutoff live: sweep 2 of 15, 3 s"
    assert 20 / 5 <= len(lines) <= 20 / 3


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("factors", 0), ("largest_share", 0), ("regularization", 0), ("regularization_exponent", 2), ("start", "warm")],
)
def test_parameters_without_meaning_are_refused(parameter: str, value: object) -> None:
    with pytest.raises(ValueError, match="Accepted: "):
        replace(SETTINGS, **{parameter: value})
