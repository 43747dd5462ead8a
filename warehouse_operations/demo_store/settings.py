"""Settings of a store, its size and seed, and the random streams and shares derived from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse_operations.demo_store import plan

STREAMS = ("catalogue", "customers", "profiles", "shopping", "browsing", "impressions", "opinions", "dirt", "cancellations")


@dataclass(frozen=True)
class Settings:
    """Size and seed of a store. Equal settings give equal bytes.

    Parameters
    ----------
    customers, products
        Number of genuine rows; dirty copies are added.
    orders_per_customer
        Mean planned orders per customer who stays for the whole window; repeat purchases are added.
    seed
        Integer, 0 or more.

    Raises
    ------
    ValueError
        If a size is outside the range of the plan.
    """

    customers: int = plan.DEMO_CUSTOMERS
    products: int = plan.DEMO_PRODUCTS
    orders_per_customer: float = plan.DEMO_ORDERS_PER_CUSTOMER
    seed: int = plan.DEMO_SEED

    def __post_init__(self) -> None:
        _check_range("customers", self.customers, plan.MIN_CUSTOMERS, plan.MAX_CUSTOMERS)
        _check_range("products", self.products, plan.MIN_PRODUCTS, plan.MAX_PRODUCTS)
        _check_range(
            "orders per customer",
            self.orders_per_customer,
            plan.MIN_ORDERS_PER_CUSTOMER,
            plan.MAX_ORDERS_PER_CUSTOMER,
        )
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")


@dataclass(frozen=True)
class Chunk:
    """Customers simulated together: genuine customers `start` (inclusive) to `stop` (exclusive), from 0."""

    number: int
    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


def chunks(settings: Settings) -> list[Chunk]:
    """Split the customers into chunks of at most ``plan.CHUNK_CUSTOMERS``, of nearly equal size."""
    count = -(-settings.customers // plan.CHUNK_CUSTOMERS)
    bounds = [settings.customers * number // count for number in range(count + 1)]
    return [Chunk(number, bounds[number], bounds[number + 1]) for number in range(count)]


def random_stream(settings: Settings, name: str, chunk: int = 0) -> np.random.Generator:
    """Return the generator of one purpose and chunk; streams are independent, so a change in one doesn't affect the others."""
    return np.random.default_rng([settings.seed, STREAMS.index(name), chunk])


def dirt_total(settings: Settings, table: str, kind: str) -> int:
    """Return the number of rows of a table with one kind of dirt, in proportion to the demo."""
    size, demo = (settings.products, plan.DEMO_PRODUCTS) if table == "products" else (settings.customers, plan.DEMO_CUSTOMERS)
    return round(plan.DIRT[table][kind] * size / demo)


def portion(total: int, chunk: Chunk, settings: Settings) -> int:
    """Return the chunk's share of a total; the shares of all chunks add up to the total."""
    return portion_before(total, chunk.stop, settings) - portion_before(total, chunk.start, settings)


def portion_before(total: int, customer: int, settings: Settings) -> int:
    """Return the part of a total that belongs to customers before `customer`."""
    return total * customer // settings.customers


def numbers_with_gaps(rng: np.random.Generator, first: int, count: int, gaps: int) -> tuple[np.ndarray, np.ndarray]:
    """Number `count` rows from `first` on, and leave `gaps` numbers free for later copies.

    Returns
    -------
    numbers, spare
        Increasing int64 arrays of shape (count,) and (gaps,). The first quarter has no gaps, so that each gap has many originals
        before it.
    """
    everything = np.arange(count + gaps)
    spare = np.sort(rng.choice(everything[everything.size // 4 :], size=gaps, replace=False))
    return first + np.setdiff1d(everything, spare), first + spare


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, got {value:g}")
