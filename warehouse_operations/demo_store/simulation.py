"""Vectorised simulation of one chunk of customers; no array is larger than lines × categories."""

from __future__ import annotations

from warehouse_operations.demo_store.events import simulate_events
from warehouse_operations.demo_store.impressions import simulate_impressions
from warehouse_operations.demo_store.opinions import simulate_consents, simulate_feedback
from warehouse_operations.demo_store.orders import finish_orders, impression_baskets, planned_baskets, refill_baskets
from warehouse_operations.demo_store.records import Activity
from warehouse_operations.demo_store.settings import Settings, random_stream
from warehouse_operations.demo_store.world import Catalogue, Customers


def simulate(settings: Settings, catalogue: Catalogue, customers: Customers, chunk_number: int) -> Activity:
    """Run the simulation of one chunk of customers."""
    shopping = random_stream(settings, "shopping", chunk_number)
    opinions = random_stream(settings, "opinions", chunk_number)
    impressions = simulate_impressions(random_stream(settings, "impressions", chunk_number), catalogue, customers)
    planned = planned_baskets(shopping, catalogue, customers)
    refills = refill_baskets(shopping, catalogue, customers, planned)
    lines = finish_orders(shopping, catalogue, [planned, refills, impression_baskets(impressions)])
    events = simulate_events(random_stream(settings, "browsing", chunk_number), catalogue, customers, lines)
    return Activity(
        lines=lines,
        events=events,
        impressions=impressions,
        verdicts=simulate_feedback(opinions, catalogue, customers, lines),
        consents=simulate_consents(opinions, customers),
    )
