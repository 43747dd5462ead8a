"""Write the whole store: the catalogue first, then the customers by chunk; each chunk is simulated, made dirty and written."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from tqdm import tqdm

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.dirt import (
    Soiled,
    add_bots,
    add_cancellations,
    add_echoes,
    add_near_duplicates,
    kinds_of,
    same_person_again,
    same_product_again,
    spoil_table,
)
from warehouse_operations.demo_store.events import in_time_order
from warehouse_operations.demo_store.files import TableFiles, write_expected
from warehouse_operations.demo_store.opinions import picky_verdicts
from warehouse_operations.demo_store.records import Activity, EventLog
from warehouse_operations.demo_store.settings import Chunk, Settings, chunks, dirt_total, random_stream
from warehouse_operations.demo_store.simulation import simulate
from warehouse_operations.demo_store.tables import (
    Counters,
    Labels,
    consents_table,
    customer_id_texts,
    customers_table,
    erasure_requests_table,
    events_table,
    feedback_table,
    impressions_table,
    order_lines_table,
    product_id_texts,
    products_table,
    word_texts,
)
from warehouse_operations.demo_store.world import (
    NEVER,
    Catalogue,
    Customers,
    customers_without_history,
    make_catalogue,
    make_customers,
)


def write_store(settings: Settings, directory: Path, file_format: str = "csv", show_progress: bool = False) -> dict:
    """Write all tables and ``expected.json`` into a directory.

    Rows are sorted by time (customers and products by id) within each chunk of customers; the demo is one chunk.

    Parameters
    ----------
    settings
        Size and seed.
    directory
        Created if needed; files of the same names are replaced.
    file_format
        ``csv`` or ``parquet``.
    show_progress
        Whether to show a progress bar on stderr.

    Returns
    -------
    dict
        The content of ``expected.json``: rows and dirt per table, and other planted facts.
    """
    catalogue = make_catalogue(settings)
    found = {name: {"rows": 0, "dirt": dict.fromkeys(kinds, 0)} for name, kinds in plan.DIRT.items()}
    with (
        TableFiles(directory, file_format) as files,
        tqdm(total=settings.customers, unit=" customers", unit_scale=True, disable=not show_progress) as progress,
    ):
        product_ids, products = _products(settings, catalogue)
        _write({"products": products}, files, found)
        counters = Counters()
        for chunk in chunks(settings):
            soiled, counters = _chunk_tables(settings, chunk, catalogue, product_ids, counters)
            _write(soiled, files, found)
            progress.update(chunk.size)
    expected = {
        "seed": settings.seed,
        "as_of": _time_text(plan.AS_OF),
        "tables": found,
        "planted": _planted(settings, catalogue),
    }
    write_expected(directory, expected)
    return expected


def planted_truth(settings: Settings) -> pa.Table:
    """Return the truth that only the generator knows: customer_id, segment and style, one row per customer.

    Copies under a new id (near duplicates) are not included. The table has the customers of all chunks, sorted by id.
    """
    segments = tuple(segment.name for segment in plan.SEGMENTS)
    parts = [make_customers(settings, chunk) for chunk in chunks(settings)]
    return pa.table(
        {
            "customer_id": pa.chunked_array([customer_id_texts(settings, part.number) for part in parts]),
            "segment": pa.chunked_array([word_texts(segments, part.segment) for part in parts]),
            "style": pa.chunked_array([word_texts(plan.STYLES, part.style) for part in parts]),
        }
    )


def planted_product_truth(settings: Settings) -> pa.Table:
    """Return the planted product_id, category, style and price band, one row per genuine product, sorted by id."""
    catalogue = make_catalogue(settings)
    return pa.table(
        {
            "product_id": product_id_texts(settings, catalogue.number),
            "category": word_texts(plan.CATEGORY_NAMES, catalogue.category),
            "style": word_texts(plan.STYLES, catalogue.style),
            "price_band": word_texts(plan.PRICE_BANDS, catalogue.band),
        }
    )


# --- parts of the store -----------------------------------------------------------------------------------------------


def _write(pieces: dict[str, Soiled], files: TableFiles, found: dict[str, dict]) -> None:
    """Append a piece to each table's file, and add its rows and dirt to the totals."""
    for name, piece in pieces.items():
        files.append(name, piece.table)
        found[name]["rows"] += piece.table.num_rows
        for kind, count in piece.counts.items():
            found[name]["dirt"][kind] += count


def _products(settings: Settings, catalogue: Catalogue) -> tuple[pa.Array, Soiled]:
    """Return the ids of the genuine products, and the products table with dirt."""
    clean = products_table(settings, catalogue, random_stream(settings, "profiles"))
    rng = random_stream(settings, "dirt")
    new_ids = product_id_texts(settings, catalogue.spare_numbers)
    grown, taken = add_near_duplicates(clean, new_ids, same_product_again, "launched_at", rng)
    wanted = {kind: dirt_total(settings, "products", kind) for kind in plan.DIRT["products"]}
    soiled = spoil_table("products", grown, wanted, taken, rng)
    product_ids = clean["product_id"].combine_chunks()
    return product_ids, Soiled(soiled.table, {**soiled.counts, "near_duplicate": len(new_ids)})


def _chunk_tables(
    settings: Settings,
    chunk: Chunk,
    catalogue: Catalogue,
    product_ids: pa.Array,
    counters: Counters,
) -> tuple[dict[str, Soiled], Counters]:
    """Return the tables of one chunk with dirt (all except the products), and the counters after it."""
    # 1 + chunk: stream 0 of both purposes is used for the products
    profiles = random_stream(settings, "profiles", 1 + chunk.number)
    rng = random_stream(settings, "dirt", 1 + chunk.number)
    customers = make_customers(settings, chunk)
    activity = simulate(settings, catalogue, customers, chunk.number)
    people = customers_table(settings, customers, profiles)
    labels = Labels(people["customer_id"].combine_chunks(), people["country"].combine_chunks(), product_ids)

    log, grown_counts = _grow_events(settings, chunk, catalogue, customers, activity.events, rng)
    clean = {
        "order_lines": order_lines_table(activity.lines, labels, counters),
        "events": events_table(log, labels, counters),
        "feedback": feedback_table(activity.verdicts, labels),
        "impressions": impressions_table(activity.impressions, labels, counters),
        "consents": consents_table(activity.consents, labels),
        "erasure_requests": erasure_requests_table(customers, labels),
    }
    soiled = {"customers": _soil_customers(settings, chunk, customers, people, rng)}
    for name, table in clean.items():
        taken = log.is_dirty if name == "events" else np.zeros(table.num_rows, dtype=bool)
        wanted = kinds_of(settings, name, chunk)
        if name == "order_lines":
            wanted["cancelled"] -= wanted["netted_by_cancellation"]
        soiled[name] = spoil_table(name, table, wanted, taken, rng)
        if name == "order_lines":
            barred, stream = clean["erasure_requests"]["customer_id"], random_stream(settings, "cancellations", chunk.number)
            soiled[name] = add_cancellations(soiled[name], table, wanted["netted_by_cancellation"], barred, stream)
    soiled["events"].counts.update(grown_counts)
    if chunk.number == 0:
        picky = feedback_table(picky_verdicts(catalogue, customers, activity.consents), labels)
        soiled["feedback"] = replace(soiled["feedback"], table=pa.concat_tables([soiled["feedback"].table, picky]))
    return soiled, _after(counters, activity, log)


def _soil_customers(settings: Settings, chunk: Chunk, customers: Customers, clean: pa.Table, rng: np.random.Generator) -> Soiled:
    new_ids = customer_id_texts(settings, customers.spare_numbers)
    grown, taken = add_near_duplicates(clean, new_ids, same_person_again, "signed_up_at", rng)
    soiled = spoil_table("customers", grown, kinds_of(settings, "customers", chunk), taken, rng)
    return Soiled(soiled.table, {**soiled.counts, "near_duplicate": len(new_ids)})


def _grow_events(
    settings: Settings,
    chunk: Chunk,
    catalogue: Catalogue,
    customers: Customers,
    log: EventLog,
    rng: np.random.Generator,
) -> tuple[EventLog, dict[str, int]]:
    """Return the events including echoes and bots, sorted by time, and the number of each."""
    wanted = kinds_of(settings, "events", chunk)
    counts = {kind: wanted[kind] for kind in ("near_duplicate", "bot_event")}
    log = add_echoes(log, counts["near_duplicate"], rng)
    log = add_bots(log, counts["bot_event"], catalogue, customers, rng)
    return in_time_order(log), counts


def _after(counters: Counters, activity: Activity, log: EventLog) -> Counters:
    used = Counters(
        orders=activity.lines.order_at.size,
        events=log.at.size,
        sessions=int(log.session.max(initial=-1)) + 1,
        impressions=activity.impressions.shown_at.size,
    )
    return Counters(**{name: count + asdict(used)[name] for name, count in asdict(counters).items()})


def _planted(settings: Settings, catalogue: Catalogue) -> dict:
    """Return the planted facts other than dirt, for `expected.json`."""
    is_never_sold = catalogue.popularity == 0
    return {
        "window": {"starts_at": _time_text(plan.WINDOW_START), "ends_at": _time_text(plan.AS_OF)},
        "customers": settings.customers,
        "products": settings.products,
        "customers_without_history": customers_without_history(settings),
        "products_never_sold": int(is_never_sold.sum()),
        "products_unavailable": int((catalogue.withdrawn_at != NEVER).sum()),
        "segments": [segment.name for segment in plan.SEGMENTS],
        "styles": list(plan.STYLES),
        "categories": list(plan.CATEGORY_NAMES),
        "brands": list(plan.BRANDS),
        "price_bands": list(plan.PRICE_BANDS),
        "complements": {category.name: category.goes_with for category in plan.CATEGORIES},
        "cycle_days": plan.CONSUMABLE_CYCLES,
        "cycle_jitter": plan.REFILL_JITTER,
        "ab_test": {
            "starts_at": _time_text(plan.WINDOW_START + plan.EXPERIMENT_START_DAY * plan.DAY),
            "click_rate_at_position_1": dict(zip(plan.VARIANTS, plan.CLICK_RATES, strict=True)),
            "position_bias": "1 / log2(1 + position)",
            "bought_share_of_clicks": plan.BOUGHT_SHARE,
        },
        "units_per_eur": plan.CURRENCY_RATES,
        "unit_conversions": {
            unit: {"other_unit": other, "factor": factor} for unit, (other, factor) in plan.UNIT_CONVERSIONS.items()
        },
        "country_spellings": plan.COUNTRY_SPELLINGS,
        "gender_spellings": plan.GENDER_SPELLINGS,
    }


def _time_text(seconds: int) -> str:
    return str(np.datetime64(seconds, "s")).replace("T", " ")
