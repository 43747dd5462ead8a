"""Explicit statements of customers: likes, dislikes and consents."""

from __future__ import annotations

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import ConsentChanges, OrderLines, Verdicts, join_rows, take_rows
from warehouse_operations.demo_store.visits import draw_coded, draw_from_runs, is_on_sale, visits_on
from warehouse_operations.demo_store.world import N_CATEGORIES, N_SEGMENTS, N_STYLES, Catalogue, Customers


def simulate_feedback(rng: np.random.Generator, catalogue: Catalogue, customers: Customers, lines: OrderLines) -> Verdicts:
    """Draw likes of bought products of the customer's own style, and dislikes of products that another taste would choose."""
    likes = _draw_likes(rng, catalogue, customers, lines)
    dislikes = _draw_dislikes(rng, catalogue, customers)
    bought = np.unique(lines.customer * catalogue.size + lines.product)
    dislikes = take_rows(dislikes, ~np.isin(dislikes.customer * catalogue.size + dislikes.product, bought))
    verdicts = join_rows([likes, dislikes])
    _, first = np.unique(verdicts.customer * catalogue.size + verdicts.product, return_index=True)
    verdicts = take_rows(verdicts, first)
    return take_rows(verdicts, np.lexsort((verdicts.product, verdicts.customer, verdicts.at)))


def _draw_likes(rng: np.random.Generator, catalogue: Catalogue, customers: Customers, lines: OrderLines) -> Verdicts:
    liked_at = lines.at + rng.integers(*(days * plan.DAY for days in plan.LIKE_DAYS), size=lines.order.size)
    is_own_style = customers.style[lines.customer] == catalogue.style[lines.product]
    likeable = np.flatnonzero(is_own_style & (liked_at < _activity_end(customers)[lines.customer]))
    wanted = min(round(plan.LIKES_PER_CUSTOMER * customers.size), likeable.size)
    line = rng.choice(likeable, size=wanted, replace=False)
    return Verdicts(
        customer=lines.customer[line],
        product=lines.product[line],
        verdict=np.full(line.size, plan.VERDICTS.index("like")),
        at=liked_at[line],
    )


def _draw_dislikes(rng: np.random.Generator, catalogue: Catalogue, customers: Customers) -> Verdicts:
    active = np.flatnonzero(customers.is_shopper & (customers.first_day < customers.last_day))
    customer = rng.choice(active, size=round(plan.DISLIKES_PER_CUSTOMER * customers.size))
    day = rng.integers(customers.first_day[customer], customers.last_day[customer])
    visits = visits_on(rng, customers, customer, day)
    other_segment = (customers.segment[customer] + rng.integers(1, N_SEGMENTS, size=customer.size)) % N_SEGMENTS
    other_style = (customers.style[customer] + rng.integers(1, N_STYLES, size=customer.size)) % N_STYLES
    category = draw_coded(rng, 1 / (1 / N_CATEGORIES + customers.taste[customer]))
    product = draw_from_runs(rng, catalogue, (other_segment * N_STYLES + other_style) * N_CATEGORIES + category)
    is_possible = is_on_sale(catalogue, product, visits.at) & (catalogue.style[product] != customers.style[customer])
    verdicts = Verdicts(customer, product, np.full(customer.size, plan.VERDICTS.index("dislike")), visits.at)
    return take_rows(verdicts, is_possible)


def picky_verdicts(catalogue: Catalogue, customers: Customers, consents: ConsentChanges) -> Verdicts:
    """Return dislikes of nearly all products, at the end of the window, by the first customers without any other activity."""
    is_refused = ~consents.is_granted & (consents.purpose == plan.PURPOSES.index("personalisation"))
    is_picky = ~customers.is_shopper & (customers.erasure_at > plan.AS_OF)
    is_picky[consents.customer[is_refused]] = False
    picky = np.flatnonzero(is_picky)[: plan.PICKY_CUSTOMERS]
    disliked = np.arange(plan.PICKY_LEFT, catalogue.size)
    count = picky.size * disliked.size
    return Verdicts(
        customer=np.repeat(picky, disliked.size),
        product=np.tile(disliked, picky.size),
        verdict=np.full(count, plan.VERDICTS.index("dislike")),
        at=np.full(count, plan.AS_OF - plan.PICKY_SECONDS),
    )


def _activity_end(customers: Customers) -> np.ndarray:
    """Return the time after which each customer has no activity (C,), Unix seconds."""
    return np.minimum(customers.erasure_at, plan.AS_OF)


def simulate_consents(rng: np.random.Generator, customers: Customers) -> ConsentChanges:
    """Draw consents given at sign-up, withdrawals of personalisation, and some later grants."""
    everyone = np.arange(customers.size)
    granted_share = np.array(plan.GRANTED_AT_SIGN_UP)
    at_sign_up = [
        ConsentChanges(
            customer=everyone,
            purpose=np.full(customers.size, purpose),
            is_granted=rng.random(customers.size) < granted_share[purpose],
            at=customers.signed_up_at,
        )
        for purpose in range(len(plan.PURPOSES))
    ]
    end = _activity_end(customers)
    withdrawn = np.flatnonzero(rng.random(customers.size) < plan.WITHDRAWN_SHARE)
    withdrawn_at = rng.integers(customers.signed_up_at[withdrawn] + 1, end[withdrawn])
    is_back = rng.random(withdrawn.size) < plan.GRANTED_AGAIN_SHARE
    is_back &= withdrawn_at + 1 < end[withdrawn]
    back = withdrawn[is_back]
    back_at = rng.integers(withdrawn_at[is_back] + 1, end[back])
    later = [_personalisation(withdrawn, False, withdrawn_at), _personalisation(back, True, back_at)]
    changes = join_rows(at_sign_up + later)
    return take_rows(changes, np.lexsort((changes.purpose, changes.customer, changes.at)))


def _personalisation(customer: np.ndarray, is_granted: bool, at: np.ndarray) -> ConsentChanges:
    purpose = np.full(customer.size, plan.PURPOSES.index("personalisation"))
    return ConsentChanges(customer, purpose, np.full(customer.size, is_granted), at)
