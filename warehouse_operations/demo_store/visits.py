"""Times and devices of visits, and the products chosen in them."""

from __future__ import annotations

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import NOTHING, Visits
from warehouse_operations.demo_store.world import (
    N_CATEGORIES,
    N_STYLES,
    Catalogue,
    Customers,
    context_boosts,
    context_of,
    volume_before,
)


def draw_coded(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """Draw one code per row of `shares` (n, k), weights of 0 or more; returns int64 (n,)."""
    bounds = np.cumsum(shares, axis=1)
    threshold = rng.random(len(shares)) * bounds[:, -1]
    return (threshold[:, None] >= bounds[:, :-1]).sum(axis=1)


def positions_within(counts: np.ndarray) -> np.ndarray:
    """Return 0, 1, ... within each run: counts (2, 3) give 0 1 0 1 2."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def visits_on(rng: np.random.Generator, customers: Customers, customer: np.ndarray, day: np.ndarray) -> Visits:
    """Draw the time of day and the device of visits on given days, from the shares of the customer's segment."""
    segment = customers.segment[customer]
    daypart = draw_coded(rng, np.array([entry.dayparts for entry in plan.SEGMENTS])[segment])
    device = draw_coded(rng, np.array([entry.devices for entry in plan.SEGMENTS])[segment])
    from_hour, to_hour = np.array(plan.DAYPART_HOURS).T
    second = plan.HOUR * rng.uniform(from_hour[daypart], to_hour[daypart])
    at = plan.WINDOW_START + day * plan.DAY + second.astype(np.int64)
    return Visits(customer=customer, at=at, device=device, context=context_of(daypart, device, day))


def draw_visits(
    rng: np.random.Generator, customers: Customers, mean: np.ndarray, first_day: np.ndarray, last_day: np.ndarray
) -> Visits:
    """Draw a Poisson number of visits per customer between two days (C,), by the store's volume per month and weekday."""
    count = rng.poisson(mean)
    customer = np.repeat(np.arange(customers.size), count)
    volume = volume_before()
    quantile = rng.uniform(volume[first_day[customer]], volume[last_day[customer]])
    day = np.searchsorted(volume, quantile, side="right") - 1
    return visits_on(rng, customers, customer, np.minimum(day, plan.WINDOW_DAYS - 1))


def draw_products(
    rng: np.random.Generator, catalogue: Catalogue, customers: Customers, visits: Visits, visit: np.ndarray
) -> np.ndarray:
    """Draw one product per line: a category by the customer's taste and the context, then a product by segment and style.

    Parameters
    ----------
    visit : ndarray, shape (L,)
        The visit of each line.

    Returns
    -------
    ndarray, shape (L,)
        Products on sale at that time; NOTHING if none was found in ``plan.REDRAWS`` attempts.
    """
    customer = visits.customer[visit]
    category = draw_coded(rng, customers.taste[customer] * context_boosts()[visits.context[visit]])
    run = (customers.segment[customer] * N_STYLES + customers.style[customer]) * N_CATEGORIES + category
    product = np.full(visit.size, NOTHING)
    open_lines = np.arange(visit.size)
    for _ in range(plan.REDRAWS):
        draw = draw_from_runs(rng, catalogue, run[open_lines])
        is_found = is_on_sale(catalogue, draw, visits.at[visit[open_lines]])
        product[open_lines[is_found]] = draw[is_found]
        open_lines = open_lines[~is_found]
    return product


def draw_from_runs(rng: np.random.Generator, catalogue: Catalogue, run: np.ndarray) -> np.ndarray:
    """Draw one product per run of the catalogue's choice table (L,), whether on sale or not."""
    place = np.searchsorted(catalogue.choice_bounds, run + rng.random(run.size), side="right")
    return catalogue.choice_products[place]


def is_on_sale(catalogue: Catalogue, product: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return whether each product was launched, not withdrawn, and has a popularity above 0 at that time; bool (L,)."""
    return (catalogue.launched_at[product] < at) & (at < catalogue.withdrawn_at[product]) & (catalogue.popularity[product] > 0)
