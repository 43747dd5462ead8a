"""Planned baskets, repeat purchases and purchases from impressions, combined into order lines."""

from __future__ import annotations

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import (
    NOTHING,
    ORIGINS,
    Baskets,
    Impressions,
    OrderLines,
    Visits,
    join_rows,
    take_rows,
)
from warehouse_operations.demo_store.visits import (
    draw_coded,
    draw_products,
    draw_visits,
    is_on_sale,
    positions_within,
    visits_on,
)
from warehouse_operations.demo_store.world import Catalogue, Customers


def planned_baskets(rng: np.random.Generator, catalogue: Catalogue, customers: Customers) -> Baskets:
    """Draw the planned orders: a first product by taste, then its partner product or further products by taste."""
    visits = draw_visits(rng, customers, customers.orders_mean, customers.first_day, customers.last_day)
    basket = np.array([entry.basket for entry in plan.SEGMENTS])[customers.segment[visits.customer]]
    size = np.minimum(1 + rng.poisson(basket - 1), plan.MAX_BASKET)
    visit = np.repeat(np.arange(size.size), size)
    position = positions_within(size)
    product = draw_products(rng, catalogue, customers, visits, visit)
    first = product[np.arange(visit.size) - position]
    is_together = (position > 0) & (first != NOTHING) & (rng.random(visit.size) < plan.TOGETHER_SHARE)
    partner = catalogue.partner[first]
    is_together &= is_on_sale(catalogue, partner, visits.at[visit])
    product = np.where(is_together, partner, product)
    return _without_missing(Baskets(ORIGINS.index("planned"), visits, visit, product))


def refill_baskets(rng: np.random.Generator, catalogue: Catalogue, customers: Customers, planned: Baskets) -> Baskets:
    """Draw repeat purchases: chains that start at the first purchase of a consumable and continue about once per cycle."""
    customer = planned.visits.customer[planned.visit]
    day = (planned.visits.at[planned.visit] - plan.WINDOW_START) // plan.DAY
    by_time = np.argsort(day, kind="stable")
    _, first = np.unique((customer * catalogue.size + planned.product)[by_time], return_index=True)
    first_purchase = by_time[first]
    cycle = np.array([entry.cycle for entry in plan.CATEGORIES])[catalogue.category[planned.product[first_purchase]]]
    is_started = (cycle > 0) & (rng.random(cycle.size) < plan.REFILL_START_SHARE)
    start, cycle = first_purchase[is_started], cycle[is_started]

    count = np.minimum(rng.geometric(1 - plan.REFILL_CONTINUE_SHARE, size=start.size), plan.MAX_REFILLS)
    chain = np.repeat(np.arange(start.size), count)
    gap = cycle[chain] * rng.uniform(1 - plan.REFILL_JITTER, 1 + plan.REFILL_JITTER, size=chain.size)
    elapsed = np.cumsum(gap)
    elapsed -= (elapsed - gap)[np.cumsum(count) - count][chain]
    refill_day = day[start][chain] + np.rint(elapsed).astype(np.int64)
    is_in_time = refill_day < customers.last_day[customer[start][chain]]
    chain, refill_day = chain[is_in_time], refill_day[is_in_time]

    visits = visits_on(rng, customers, customer[start][chain], refill_day)
    product = planned.product[start][chain]
    product = np.where(is_on_sale(catalogue, product, visits.at), product, NOTHING)
    return _without_missing(Baskets(ORIGINS.index("refill"), visits, np.arange(chain.size), product))


def impression_baskets(impressions: Impressions) -> Baskets:
    """Return one order per impression with a purchase, at the time of that purchase."""
    bought = take_rows(impressions, impressions.bought_at != NOTHING)
    visits = Visits(bought.customer, bought.bought_at, bought.device, bought.context)
    return Baskets(ORIGINS.index("impression"), visits, np.arange(bought.product.size), bought.product)


def finish_orders(rng: np.random.Generator, catalogue: Catalogue, parts: list[Baskets]) -> OrderLines:
    """Sort the baskets by time, number the orders, drop repeated products, and draw the remaining columns of the lines."""
    visits = join_rows([part.visits for part in parts])
    origin = np.concatenate([np.full(part.visits.at.size, part.origin) for part in parts])
    offsets = np.cumsum([0] + [part.visits.at.size for part in parts])
    visit = np.concatenate([part.visit + offset for part, offset in zip(parts, offsets[:-1], strict=True)])
    product = np.concatenate([part.product for part in parts])

    used = np.unique(visit)
    by_time = used[np.argsort(visits.at[used], kind="stable")]
    rank = np.empty(visits.at.size, dtype=np.int64)
    rank[by_time] = np.arange(by_time.size)
    order, product = np.divmod(np.unique(rank[visit] * catalogue.size + product), catalogue.size)

    device = visits.device[by_time]
    discount = np.where(rng.random(order.size) < plan.DISCOUNT_SHARE, 1 - plan.DISCOUNT, 1.0)
    return OrderLines(
        order_customer=visits.customer[by_time],
        order_at=visits.at[by_time],
        order_device=device,
        order_channel=draw_coded(rng, np.array(plan.CHANNEL_SHARES)[device]),
        order_origin=origin[by_time],
        order=order,
        product=product,
        quantity=np.minimum(1 + rng.poisson(plan.EXTRA_QUANTITY, size=order.size), plan.MAX_QUANTITY),
        unit_price_cents=np.rint(catalogue.price_cents[product] * discount).astype(np.int64),
        is_returned=rng.random(order.size) < plan.RETURNED_SHARE,
    )


def _without_missing(baskets: Baskets) -> Baskets:
    is_found = baskets.product != NOTHING
    return Baskets(baskets.origin, baskets.visits, baskets.visit[is_found], baskets.product[is_found])
