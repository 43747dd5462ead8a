"""Generated stores follow their law, and the oracle is an upper bound for lists."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks import planted_stores as planted
from benchmarks.planted_stores import STORES, Store, horizons_ago

CUSTOMERS = 300
SEED = 3
K = 10
DAY = planted.DAY_SECONDS


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param](CUSTOMERS, SEED)


def small_store(probabilities: list[float], rows: list[tuple[int, int, int]]) -> Store:
    """Make a store with one customer per row of probabilities; rows are (customer, product, age in days)."""
    customers, products, days = np.array(rows).T
    return Store("events", customers, products, days * DAY, np.array(probabilities, float))


def test_oracle_metrics_equal_hand_computed_values() -> None:
    """Product 0 is in the history; labels are 0 and 2. The true order is 1, 0, 2, so hits are at ranks 2 and 3. In discovery
    product 2 is second."""
    known = small_store([[0.3, 0.5, 0.2]], [(0, 0, 30), (0, 0, 1), (0, 2, 0)])
    gains = 1 / np.log2(3) + 1 / np.log2(4)
    assert known.oracle("all", 3)["ndcg_at_k"] == pytest.approx([gains / (1 + 1 / np.log2(3))])
    assert known.oracle("all", 2)["recall_at_k"] == pytest.approx([0.5])
    assert known.oracle("discovery", 3)["ndcg_at_k"] == pytest.approx([1 / np.log2(3)])


def test_oracle_excludes_customers_without_history_or_labels() -> None:
    known = small_store([[1, 0], [1, 0], [1, 0]], [(0, 0, 30), (0, 0, 0), (1, 1, 40), (2, 1, 0)])
    assert known.oracle("all", 2)["ndcg_at_k"] == pytest.approx([1.0])
    assert len(known.oracle("discovery", 2)["ndcg_at_k"]) == 0


def test_horizons_have_28_days_and_end_with_the_newest_interaction() -> None:
    assert horizons_ago(np.array([0, 28 * DAY - 1, 28 * DAY, 56 * DAY])).tolist() == [1, 1, 2, 3]


@pytest.mark.parametrize("name", STORES)
def test_store_depends_only_on_its_seed(name: str) -> None:
    one, same, other = (STORES[name](50, seed) for seed in (1, 1, 2))
    for field in ("customers", "products", "seconds", "probabilities"):
        np.testing.assert_array_equal(getattr(one, field), getattr(same, field))
    assert one.products.tolist() != other.products.tolist()


def test_oracle_is_better_than_other_orders(store: Store) -> None:
    """Fails if the oracle uses the truth of another customer or time: popularity and a neighbour's truth score lower."""
    for mode in ("all", "discovery"):
        best = store.oracle(mode, K)["ndcg_at_k"].mean()
        popular = np.tile(
            np.bincount(store.products[store.seconds >= 28 * DAY], minlength=store.probabilities.shape[1]), (CUSTOMERS, 1)
        )
        orders = (
            [popular]
            if mode == "discovery" and store.table == "order_lines"
            else [popular, np.roll(store.probabilities, 1, axis=0)]
        )
        for order in orders:
            wrong = Store(store.table, store.customers, store.products, store.seconds, order)
            assert best > wrong.oracle(mode, K)["ndcg_at_k"].mean()


def test_sequence_store_takes_one_step_per_horizon_to_a_successor() -> None:
    store = planted.sequence_store(CUSTOMERS, SEED)
    counts = np.bincount(store.customers)
    assert counts.min() >= planted.FEWEST_STEPS
    assert counts.max() <= planted.MOST_STEPS
    assert (store.matrix(1).sum(axis=1) == 1).all()
    likely = np.sort(store.probabilities, axis=1)[:, -len(planted.SUCCESSOR_SHARES) :]
    followed = (store.probabilities > planted.NOISE_SHARE / planted.SEQUENCE_PRODUCTS)[store.matrix(1)].mean()
    assert followed == pytest.approx(1 - planted.NOISE_SHARE, abs=0.07)  # three standard errors
    assert likely.sum(axis=1) == pytest.approx(1 - planted.NOISE_SHARE, abs=0.01)


def test_dense_store_has_each_product_once_in_random_order() -> None:
    store = planted.dense_store(CUSTOMERS, SEED)
    pairs = store.customers * planted.DENSE_PRODUCTS + store.products
    assert len(np.unique(pairs)) == len(pairs)
    counts = np.bincount(store.customers)
    assert planted.FEWEST_HELD <= counts.min() <= counts.max() <= planted.MOST_HELD
    held = np.bincount(store.products, minlength=planted.DENSE_PRODUCTS)[store.products]
    assert abs(np.corrcoef(held, store.seconds)[0, 1]) < 0.02  # popular products are not bought earlier than others


def test_repeat_store_probabilities_are_calibrated() -> None:
    """Fails if the hazard is counted from a wrong time: of products due with probability p, a share of p must be bought."""
    store = planted.repeat_store(CUSTOMERS, SEED)
    bought = store.matrix(1)
    for low, high in ((0.1, 0.3), (0.3, 0.7), (0.7, 0.9), (0.99, 1.0)):
        of_band = (store.probabilities >= low) & (store.probabilities <= high)
        count, expected = of_band.sum(), store.probabilities[of_band].mean()
        assert count > 50
        assert bought[of_band].mean() == pytest.approx(expected, abs=0.01 + 3 * np.sqrt(expected * (1 - expected) / count))


def test_files_hold_the_interactions_as_the_raw_contract_requires(store: Store, tmp_path: Path) -> None:
    planted.write_store(store, tmp_path)
    tables = {
        name: pq.read_table(tmp_path / mapped["file"].removeprefix("<raw_path>/"))
        for name, mapped in planted.mapping(store).items()
    }
    rows = tables[store.table]
    assert [f"c{index}" for index in store.customers] == rows["customer_id"].to_pylist()
    moments = rows["ordered_at" if store.table == "order_lines" else "occurred_at"].to_numpy().astype("datetime64[s]")
    np.testing.assert_array_equal((np.datetime64(planted.AS_OF) - moments) // np.timedelta64(1, "s"), store.seconds)
    assert set(rows["product_id"].to_pylist()) <= set(tables["products"]["product_id"].to_pylist())
    assert len(tables["customers"]) == CUSTOMERS
