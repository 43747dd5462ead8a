"""Activity of customers, as records of arrays of codes with equal lengths.

Arrays named `customer` contain indices into the chunk of customers, `product` indices into the catalogue, `at` Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

ORIGINS = ("planned", "refill", "impression")
NOTHING = -1  # no product found, or no such time


@dataclass(frozen=True)
class Visits:
    """Visits of customers; arrays of shape (V,)."""

    customer: np.ndarray
    at: np.ndarray
    device: np.ndarray
    context: np.ndarray  # row of world.context_boosts


@dataclass(frozen=True)
class Baskets:
    """Orders of one origin: visits (V,) and the lines (L,) bought at them."""

    origin: int
    visits: Visits
    visit: np.ndarray  # of each line
    product: np.ndarray


@dataclass(frozen=True)
class OrderLines:
    """Finished order lines, sorted by time. Arrays of shape (orders,) or (lines,).

    `order` is the index of the line's order; lines of one order are adjacent and have different products.
    """

    order_customer: np.ndarray
    order_at: np.ndarray
    order_device: np.ndarray
    order_channel: np.ndarray
    order_origin: np.ndarray
    order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    unit_price_cents: np.ndarray
    is_returned: np.ndarray

    @property
    def customer(self) -> np.ndarray:
        return self.order_customer[self.order]

    @property
    def at(self) -> np.ndarray:
        return self.order_at[self.order]


@dataclass(frozen=True)
class EventLog:
    """Events; arrays of shape (E,). `is_dirty` marks rows used for planted dirt, see `dirt`."""

    session: np.ndarray
    customer: np.ndarray
    product: np.ndarray
    event_type: np.ndarray
    at: np.ndarray
    device: np.ndarray
    referrer: np.ndarray
    is_dirty: np.ndarray


@dataclass(frozen=True)
class Impressions:
    """Shown products; arrays of shape (I,), lists adjacent. `clicked_at`, `bought_at`: NOTHING if not clicked or bought."""

    customer: np.ndarray
    product: np.ndarray
    position: np.ndarray
    variant: np.ndarray
    propensity: np.ndarray
    device: np.ndarray
    context: np.ndarray
    shown_at: np.ndarray
    clicked_at: np.ndarray
    bought_at: np.ndarray


@dataclass(frozen=True)
class Verdicts:
    """Likes and dislikes; arrays of shape (F,), sorted by time."""

    customer: np.ndarray
    product: np.ndarray
    verdict: np.ndarray
    at: np.ndarray


@dataclass(frozen=True)
class ConsentChanges:
    """Grants and withdrawals of consent; arrays of shape (K,), sorted by time."""

    customer: np.ndarray
    purpose: np.ndarray
    is_granted: np.ndarray
    at: np.ndarray


Rows = TypeVar("Rows", Visits, EventLog, Impressions, Verdicts, ConsentChanges)


def take_rows(rows: Rows, index: np.ndarray) -> Rows:
    """Return the rows at `index` (integers or a mask) of a record of arrays with equal lengths."""
    return type(rows)(**{field.name: getattr(rows, field.name)[index] for field in fields(rows)})


def join_rows(parts: list[Rows]) -> Rows:
    """Concatenate the rows of several records of arrays with equal lengths."""
    kind = type(parts[0])
    return kind(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)})


@dataclass(frozen=True)
class Activity:
    """All activity of the customers of one chunk."""

    lines: OrderLines
    events: EventLog
    impressions: Impressions
    verdicts: Verdicts
    consents: ConsentChanges
