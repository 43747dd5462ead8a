"""Sessions that lead to an order, and sessions without an order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import NOTHING, ORIGINS, EventLog, OrderLines, join_rows, take_rows
from warehouse_operations.demo_store.visits import draw_coded, draw_products, draw_visits, positions_within
from warehouse_operations.demo_store.world import Catalogue, Customers


def simulate_events(rng: np.random.Generator, catalogue: Catalogue, customers: Customers, lines: OrderLines) -> EventLog:
    """Draw the sessions before orders and the browsing sessions, unsorted; see :func:`in_time_order`."""
    purchase = _purchase_sessions(rng, lines)
    browsing = _browsing_sessions(rng, catalogue, customers, first_session=lines.order_at.size)
    return _without_echoes(join_rows([purchase, browsing]), catalogue)


def _purchase_sessions(rng: np.random.Generator, lines: OrderLines) -> EventLog:
    """Draw events of viewed order lines: a view (or a click on a search result), often followed by a cart event."""
    viewed_share = np.array([plan.VIEWED_SHARE[name] for name in ORIGINS])[lines.order_origin]
    is_online = lines.order_channel != plan.CHANNELS.index("store")
    seen = np.flatnonzero((rng.random(lines.order.size) < viewed_share[lines.order]) & is_online[lines.order])
    steps = 1 + (rng.random(seen.size) < plan.CARTED_SHARE)
    line = np.repeat(seen, steps)
    order = lines.order[line]
    look = np.where(rng.random(line.size) < plan.SEARCHED_SHARE, plan.SEARCH_CLICK, plan.VIEW)
    events_of_order = np.bincount(order, minlength=lines.order_at.size)
    steps_to_order = np.repeat(events_of_order, events_of_order) - positions_within(events_of_order)
    step_seconds = rng.integers(*plan.STEP_SECONDS, size=lines.order_at.size)
    referrer = draw_coded(rng, np.tile(plan.REFERRER_SHARES, (lines.order_at.size, 1)))
    return EventLog(
        session=order,
        customer=lines.order_customer[order],
        product=lines.product[line],
        event_type=np.where(positions_within(steps) == 0, look, plan.CART),
        at=lines.order_at[order] - steps_to_order * step_seconds[order],
        device=lines.order_device[order],
        referrer=referrer[order],
        is_dirty=np.zeros(line.size, dtype=bool),
    )


def _browsing_sessions(rng: np.random.Generator, catalogue: Catalogue, customers: Customers, first_session: int) -> EventLog:
    """Draw sessions without an order: some products of the customer's taste, one event each."""
    mean = plan.BROWSING_PER_ORDER * customers.orders_mean
    visits = draw_visits(rng, customers, mean, customers.first_day, customers.last_day)
    count = np.minimum(1 + rng.poisson(plan.BROWSED_PRODUCTS, size=visits.at.size), plan.MAX_BROWSED)
    visit = np.repeat(np.arange(count.size), count)
    product = draw_products(rng, catalogue, customers, visits, visit)
    step_seconds = rng.integers(*plan.STEP_SECONDS, size=visits.at.size)
    referrer = draw_coded(rng, np.tile(plan.REFERRER_SHARES, (visits.at.size, 1)))
    log = EventLog(
        session=first_session + visit,
        customer=visits.customer[visit],
        product=product,
        event_type=draw_coded(rng, np.tile(plan.BROWSED_TYPE_SHARES, (visit.size, 1))),
        at=visits.at[visit] + positions_within(count) * step_seconds[visit],
        device=visits.device[visit],
        referrer=referrer[visit],
        is_dirty=np.zeros(visit.size, dtype=bool),
    )
    return take_rows(log, product != NOTHING)


def _without_echoes(log: EventLog, catalogue: Catalogue) -> EventLog:
    """Drop events too soon after one of the same customer, product and type; such events are only planted as dirt."""
    key = (log.customer * catalogue.size + log.product) * len(plan.EVENT_TYPES) + log.event_type
    by_key = np.lexsort((log.at, key))
    is_echo = (np.diff(key[by_key]) == 0) & (np.diff(log.at[by_key]) < plan.MIN_REPEAT_SECONDS)
    return take_rows(log, np.delete(by_key, 1 + np.flatnonzero(is_echo)))


def in_time_order(log: EventLog) -> EventLog:
    """Sort events by time, and number the sessions by their first event, from 0."""
    log = take_rows(log, np.lexsort((log.event_type, log.product, log.session, log.at)))
    _, first_event, session = np.unique(log.session, return_index=True, return_inverse=True)
    rank = np.empty(first_event.size, dtype=np.int64)
    rank[np.argsort(first_event)] = np.arange(first_event.size)
    return replace(log, session=rank[session])
