"""Generate stores whose purchases follow a planted law, so that the best source and an upper bound of the lists are known.

- ``sequence``: each customer walks over a sparse graph of products, one step per horizon. `next_purchase` must win.
- ``dense``: each customer has many products by a taste of few dimensions, each once and in random order. `als`, `spectral` or
  `ease` must win in mode `discovery`.
- ``repeat``: each customer buys some products again in each product's cycle, and sometimes other products. `buy_again` must win.

A store also has the true probability of each product for each customer in the test horizon. The oracle ranks by this probability;
no list can be better, except by chance. Equal sizes and seeds give equal stores.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import gammaincc

from warehouse_recommender.metrics import ndcg

HORIZON_DAYS = 28  # default of the var horizon_days
AS_OF = datetime(2025, 6, 30)
DAY_SECONDS = 86_400

SEQUENCE_PRODUCTS = 500
FEWEST_STEPS, MOST_STEPS = 5, 50  # steps of a customer
SUCCESSOR_SHARES = np.array([0.5, 0.25, 0.15, 0.1])  # probabilities of the successors of each product
NOISE_SHARE = 0.15  # share of steps that lead to any product

DENSE_PRODUCTS = 1_500
TASTE_DIMENSIONS = 8
TASTE_SCALE = 2.0  # standard deviation of the logits from taste
APPEAL_SCALE = 0.5  # standard deviation of the logits that are equal for all customers
FEWEST_HELD, MOST_HELD = 40, 150  # products per customer
DENSE_DAYS = 364

REPEAT_PRODUCTS = 400
FEWEST_OWN, MOST_OWN = 4, 10  # products that a customer buys again
SHORTEST_CYCLE, LONGEST_CYCLE = 14.0, 120.0  # days
CYCLE_SHAPE = 25.0  # shape of the gamma distribution of gaps; their standard deviation is a fifth of the cycle
NEW_PER_HORIZON = 1.0  # mean number of purchases of other products
POPULARITY_EXPONENT = 0.8  # exponent of the product ranks
REPEAT_DAYS = 364


@dataclass(frozen=True)
class Store:
    """Interactions in time order, and the true probabilities of the test horizon.

    Attributes
    ----------
    table
        Contract table of the interactions: ``events`` or ``order_lines``.
    customers, products
        Index of the customer and of the product, shape (interactions,).
    seconds
        Age at AS_OF in whole seconds, 0 for the newest, shape (interactions,).
    probabilities
        Probability, or a monotone function of it, that the customer has the product in the test horizon, given the history;
        shape (customers, products).
    """

    table: str
    customers: np.ndarray
    products: np.ndarray
    seconds: np.ndarray
    probabilities: np.ndarray

    def matrix(self, horizons_back: int) -> np.ndarray:
        """Return whether each customer had each product in one horizon (1 = test); bool, shape (customers, products)."""
        is_in = horizons_ago(self.seconds) == horizons_back
        return self._cells(is_in)

    def seen(self, horizons_back: int) -> np.ndarray:
        """Return whether each customer had each product before a horizon, in the form of :meth:`matrix`."""
        return self._cells(horizons_ago(self.seconds) > horizons_back)

    def _cells(self, rows: np.ndarray) -> np.ndarray:
        cells = np.zeros(self.probabilities.shape, bool)
        cells[self.customers[rows], self.products[rows]] = True
        return cells

    def oracle(self, mode: str, k: int) -> dict[str, np.ndarray]:
        """Return nDCG@k and recall@k of the true order in a mode, per customer with a history and a relevant product."""
        seen, relevant, scores = self.seen(1), self.matrix(1), self.probabilities.astype(np.float64)
        if mode == "discovery":
            relevant, scores = relevant & ~seen, np.where(seen, -np.inf, scores)
        judged = np.flatnonzero(seen.any(axis=1) & relevant.any(axis=1))
        order = np.argsort(-scores[judged], axis=1, kind="stable")[:, :k]
        hits = np.take_along_axis(relevant[judged], order, axis=1)
        counts = relevant[judged].sum(axis=1)
        return {"ndcg_at_k": ndcg(*np.nonzero(hits), counts, k), "recall_at_k": hits.sum(axis=1) / counts}


def horizons_ago(seconds: np.ndarray) -> np.ndarray:
    """Return the number of the horizon of an age; horizon 1 ends with the newest interaction."""
    return seconds // (HORIZON_DAYS * DAY_SECONDS) + 1


def sequence_store(customers: int, seed: int) -> Store:
    """Generate walks over a graph in which each product has as many successors as SUCCESSOR_SHARES."""
    rng = np.random.default_rng(seed)
    successors = np.array([rng.choice(SEQUENCE_PRODUCTS, len(SUCCESSOR_SHARES), replace=False) for _ in range(SEQUENCE_PRODUCTS)])
    lengths = rng.integers(FEWEST_STEPS, MOST_STEPS + 1, customers)
    phases = rng.integers(0, HORIZON_DAYS * DAY_SECONDS, customers)
    phases[0] = 0  # so that horizons are counted from AS_OF
    places = rng.integers(0, SEQUENCE_PRODUCTS, customers)
    walkers, products, seconds, last = [], [], [], places
    for steps_left in range(MOST_STEPS - 1, -1, -1):
        walking = np.flatnonzero(lengths > steps_left)
        follows = successors[places[walking], rng.choice(len(SUCCESSOR_SHARES), len(walking), p=SUCCESSOR_SHARES)]
        anywhere = rng.integers(0, SEQUENCE_PRODUCTS, len(walking))
        last, places = places, places.copy()
        places[walking] = np.where(rng.random(len(walking)) < NOISE_SHARE, anywhere, follows)
        walkers.append(walking)
        products.append(places[walking])
        seconds.append(phases[walking] + steps_left * HORIZON_DAYS * DAY_SECONDS)
    transitions = np.full((SEQUENCE_PRODUCTS, SEQUENCE_PRODUCTS), NOISE_SHARE / SEQUENCE_PRODUCTS)
    np.add.at(transitions, (np.arange(SEQUENCE_PRODUCTS)[:, None], successors), (1 - NOISE_SHARE) * SUCCESSOR_SHARES)
    return in_time_order("events", np.concatenate(walkers), np.concatenate(products), np.concatenate(seconds), transitions[last])


def dense_store(customers: int, seed: int) -> Store:
    """Draw products without replacement from a softmax over tastes; times are drawn independently of products."""
    rng = np.random.default_rng(seed)
    tastes = rng.standard_normal((customers, TASTE_DIMENSIONS))
    traits = rng.standard_normal((DENSE_PRODUCTS, TASTE_DIMENSIONS))
    logits = TASTE_SCALE * tastes @ traits.T / np.sqrt(TASTE_DIMENSIONS) + APPEAL_SCALE * rng.standard_normal(DENSE_PRODUCTS)
    counts = rng.integers(FEWEST_HELD, MOST_HELD + 1, customers)
    drawn = np.argsort(-(logits + rng.gumbel(size=logits.shape)), axis=1)[:, :MOST_HELD]  # the Gumbel-top-k trick
    is_held = np.arange(MOST_HELD) < counts[:, None]
    holders = np.nonzero(is_held)[0]
    seconds = rng.integers(0, DENSE_DAYS * DAY_SECONDS, len(holders))
    seconds[0] = 0  # so that horizons are counted from AS_OF
    store = in_time_order("events", holders, drawn[is_held], seconds, logits)
    return Store(store.table, store.customers, store.products, store.seconds, np.where(store.seen(1), -np.inf, logits))


def repeat_store(customers: int, seed: int) -> Store:
    """Generate renewal processes of own products, and other products by popularity."""
    rng = np.random.default_rng(seed)
    cycles = np.exp(rng.uniform(np.log(SHORTEST_CYCLE), np.log(LONGEST_CYCLE), REPEAT_PRODUCTS))
    popularity = 1 / (1 + rng.permutation(REPEAT_PRODUCTS)) ** POPULARITY_EXPONENT
    popularity /= popularity.sum()
    new_rates = NEW_PER_HORIZON * popularity
    buyers, products, ages = [], [], []
    probabilities = np.tile(1 - np.exp(-new_rates), (customers, 1))
    for customer in range(customers):
        own = rng.choice(REPEAT_PRODUCTS, rng.integers(FEWEST_OWN, MOST_OWN + 1), replace=False, p=popularity)
        for product in own:
            most = int(2 * REPEAT_DAYS / cycles[product]) + 10
            gaps = rng.gamma(CYCLE_SHAPE, cycles[product] / CYCLE_SHAPE, most)
            days = rng.uniform(0, cycles[product]) + np.cumsum(gaps) - gaps[0]
            days = days[days < REPEAT_DAYS]
            buyers.append(np.full(len(days), customer))
            products.append(np.full(len(days), product))
            ages.append(REPEAT_DAYS - days)
            known = days[days < REPEAT_DAYS - HORIZON_DAYS]
            waited = REPEAT_DAYS - HORIZON_DAYS - known[-1] if len(known) else 0.0
            if len(known):
                waits = np.array([waited, waited + HORIZON_DAYS]) * CYCLE_SHAPE / cycles[product]
                still_waiting, not_due = gammaincc(CYCLE_SHAPE, waits)
                probabilities[customer, product] = 1 - (1 - probabilities[customer, product]) * not_due / still_waiting
        others = rng.choice(REPEAT_PRODUCTS, rng.poisson(NEW_PER_HORIZON * REPEAT_DAYS / HORIZON_DAYS), p=popularity)
        buyers.append(np.full(len(others), customer))
        products.append(others)
        ages.append(rng.uniform(0, REPEAT_DAYS, len(others)))
    seconds = (np.concatenate(ages) * DAY_SECONDS).astype(np.int64)
    seconds[np.argmin(seconds)] = 0  # so that horizons are counted from AS_OF
    return in_time_order("order_lines", np.concatenate(buyers), np.concatenate(products), seconds, probabilities)


STORES: dict[str, Callable[[int, int], Store]] = {"sequence": sequence_store, "dense": dense_store, "repeat": repeat_store}
# Per store: the sources (one of them must be the best), and the mode in which the law of the store decides.
WINNERS = {
    "sequence": (("next_purchase",), "all"),
    "dense": (("als", "spectral", "ease"), "discovery"),
    "repeat": (("buy_again",), "all"),
}


def in_time_order(table: str, customers: np.ndarray, products: np.ndarray, seconds: np.ndarray, truth: np.ndarray) -> Store:
    """Return a store with interactions from the oldest to the newest; ties are ordered by customer and product."""
    order = np.lexsort((products, customers, -seconds))
    return Store(table, customers[order], products[order], seconds[order], truth)


def mapping(store: Store) -> dict[str, Any]:
    """Return the var `raw` of a written store; its columns have the names of the raw contract."""
    return {name: {"file": f"<raw_path>/{name}.parquet"} for name in (store.table, "products", "customers")}


def write_store(store: Store, folder: Path) -> None:
    """Write the raw files of a store as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    customer_count, product_count = store.probabilities.shape
    ids = [str(number) for number in range(len(store.customers))]
    moments = pa.array([AS_OF - timedelta(seconds=int(age)) for age in store.seconds], pa.timestamp("us"))
    columns: dict[str, Any] = {
        "customer_id": [f"c{index}" for index in store.customers],
        "product_id": [f"p{index}" for index in store.products],
    }
    if store.table == "events":
        columns |= {"event_id": ids, "event_type": ["purchase"] * len(ids), "occurred_at": moments}
    else:
        columns |= {"order_id": ids, "quantity": [1] * len(ids), "status": ["completed"] * len(ids), "ordered_at": moments}
    pq.write_table(pa.table(columns), folder / f"{store.table}.parquet")
    products = [f"p{index}" for index in range(product_count)]
    pq.write_table(pa.table({"product_id": products, "name": products}), folder / "products.parquet")
    pq.write_table(pa.table({"customer_id": [f"c{index}" for index in range(customer_count)]}), folder / "customers.parquet")
