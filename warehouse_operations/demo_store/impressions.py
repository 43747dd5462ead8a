"""The A/B test: shown products with their propensities, clicks and purchases."""

from __future__ import annotations

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import NOTHING, Impressions, take_rows
from warehouse_operations.demo_store.visits import draw_visits
from warehouse_operations.demo_store.world import Catalogue, Customers


def simulate_impressions(rng: np.random.Generator, catalogue: Catalogue, customers: Customers) -> Impressions:
    """Draw the A/B test: lists of products by the logging policy, and clicks by variant and position.

    The products are split into LIST_LENGTH shelves. Each list takes one product from every shelf, in its own order. A list
    therefore contains no product twice, and the propensity of a product is exactly its share of its shelf.
    """
    first_day = np.clip(customers.first_day, plan.EXPERIMENT_START_DAY, plan.WINDOW_DAYS)
    last_day = np.maximum(first_day, customers.last_day)
    overlap = (last_day - first_day) / (plan.WINDOW_DAYS - plan.EXPERIMENT_START_DAY)
    visits = draw_visits(rng, customers, plan.LISTS_PER_CUSTOMER * overlap * customers.is_shopper, first_day, last_day)
    position = np.tile(np.arange(plan.LIST_LENGTH), visits.at.size)
    shift = rng.integers(plan.LIST_LENGTH, size=visits.at.size)
    shelf = (position + np.repeat(shift, plan.LIST_LENGTH)) % plan.LIST_LENGTH
    product, propensity = _draw_from_shelves(rng, catalogue, shelf)

    customer = np.repeat(visits.customer, plan.LIST_LENGTH)
    variant = rng.integers(len(plan.VARIANTS), size=customers.size)[customer]
    shown_at = np.repeat(visits.at, plan.LIST_LENGTH)
    click_rate = np.array(plan.CLICK_RATES)[variant] / np.log2(2 + position)
    is_clicked = rng.random(shown_at.size) < click_rate
    is_bought = is_clicked & (rng.random(shown_at.size) < plan.BOUGHT_SHARE)
    clicked_at = shown_at + rng.integers(*plan.CLICK_SECONDS, size=shown_at.size)
    bought_at = clicked_at + rng.integers(*plan.BOUGHT_SECONDS, size=shown_at.size)
    impressions = Impressions(
        customer=customer,
        product=product,
        position=position + 1,
        variant=variant,
        propensity=propensity,
        device=np.repeat(visits.device, plan.LIST_LENGTH),
        context=np.repeat(visits.context, plan.LIST_LENGTH),
        shown_at=shown_at,
        clicked_at=np.where(is_clicked, clicked_at, NOTHING),
        bought_at=np.where(is_bought, bought_at, NOTHING),
    )
    return take_rows(impressions, np.lexsort((impressions.position, customer, shown_at)))


def _draw_from_shelves(rng: np.random.Generator, catalogue: Catalogue, shelf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw one product per shelf code (I,) by the logging policy; returns products and propensities (I,)."""
    experiment_start = plan.WINDOW_START + plan.EXPERIMENT_START_DAY * plan.DAY
    shown = np.flatnonzero((catalogue.launched_at < experiment_start) & (catalogue.withdrawn_at >= plan.AS_OF))
    product = np.empty(shelf.size, dtype=np.int64)
    propensity = np.empty(shelf.size)
    for code in range(plan.LIST_LENGTH):
        members = shown[code :: plan.LIST_LENGTH]
        popularity = catalogue.popularity[members] / catalogue.popularity[members].sum()
        policy = plan.POLICY_UNIFORM_SHARE / members.size + (1 - plan.POLICY_UNIFORM_SHARE) * popularity
        is_here = shelf == code
        draw = rng.choice(members.size, size=is_here.sum(), p=policy)
        product[is_here], propensity[is_here] = members[draw], policy[draw]
    return product, propensity
