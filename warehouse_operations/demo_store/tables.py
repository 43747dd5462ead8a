"""Convert codes to the raw contract: every clean table as text, with exactly the columns that a store would export.

All columns are text, as in CSV files, because each must be able to hold dirt; an empty value is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import (
    NOTHING,
    ConsentChanges,
    EventLog,
    Impressions,
    OrderLines,
    Verdicts,
)
from warehouse_operations.demo_store.settings import Settings, dirt_total
from warehouse_operations.demo_store.world import NEVER, Catalogue, Customers

COLUMNS = {
    "customers": (
        "customer_id", "full_name", "email", "postcode", "birth_date", "age", "gender", "country", "city",
        "signed_up_at", "acquisition_channel", "preferred_categories",
    ),
    "products": (
        "product_id", "name", "description", "category", "brand", "price", "currency", "size", "size_unit",
        "launched_at", "is_available",
    ),
    "order_lines": (
        "order_id", "customer_id", "product_id", "quantity", "unit_price", "currency", "ordered_at", "status",
        "channel", "device", "country",
    ),
    "events": (
        "event_id", "session_id", "customer_id", "product_id", "event_type", "occurred_at", "device", "country",
        "referrer",
    ),
    "feedback": ("customer_id", "product_id", "verdict", "given_at"),
    "impressions": (
        "impression_id", "customer_id", "product_id", "position", "variant", "propensity", "shown_at", "clicked_at",
        "purchased_at",
    ),
    "consents": ("customer_id", "purpose", "is_granted", "changed_at"),
    "erasure_requests": ("customer_id", "requested_at"),
}  # fmt: skip
TABLES = tuple(COLUMNS)
ID_DIGITS = {"C": 5, "P": 4, "O": 7, "E": 7, "S": 7, "I": 7}  # minimum number of digits
PROPENSITY_DECIMALS = 8


@dataclass(frozen=True)
class Labels:
    """Texts used by the activity tables of one chunk: ids and countries by index."""

    customer_ids: pa.Array  # (C,)
    countries: pa.Array  # (C,)
    product_ids: pa.Array  # (P,)


@dataclass(frozen=True)
class Counters:
    """Number of ids of each kind used by earlier chunks."""

    orders: int = 0
    events: int = 0
    sessions: int = 0
    impressions: int = 0


# --- text from arrays -------------------------------------------------------------------------------------------------


def id_texts(letter: str, numbers: np.ndarray, digits: int | None = None) -> pa.Array:
    """Return ids like C00042 from numbers (n,); larger numbers have more digits."""
    digits = digits or ID_DIGITS[letter]
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=digits, padding="0")
    return pc.binary_join_element_wise(letter, padded, "")


def customer_id_texts(settings: Settings, numbers: np.ndarray) -> pa.Array:
    """Return customer ids; all ids of a store have the same width, so text order equals number order."""
    last = settings.customers + dirt_total(settings, "customers", "near_duplicate")
    return id_texts("C", numbers, max(ID_DIGITS["C"], len(str(last))))


def product_id_texts(settings: Settings, numbers: np.ndarray) -> pa.Array:
    """Return product ids; all ids of a store have the same width."""
    last = settings.products + dirt_total(settings, "products", "near_duplicate")
    return id_texts("P", numbers, max(ID_DIGITS["P"], len(str(last))))


def time_texts(seconds: np.ndarray, missing: int | None = None) -> pa.Array:
    """Return 'YYYY-MM-DD HH:MM:SS' for Unix seconds (n,); null if the value is `missing`."""
    mask = None if missing is None else seconds == missing
    return pa.array(seconds, mask=mask).cast(pa.timestamp("s")).cast(pa.string())


def word_texts(words: Sequence[str] | np.ndarray, codes: np.ndarray) -> pa.Array:
    """Return the word of each code (n,)."""
    return pa.array(words, pa.string()).take(pa.array(codes))


def cents_texts(cents: np.ndarray) -> pa.Array:
    """Return amounts like 12.50 from cents (n,)."""
    distinct, place = np.unique(cents, return_inverse=True)
    return word_texts([f"{value / 100:.2f}" for value in distinct.tolist()], place)


def flag_texts(flags: np.ndarray) -> pa.Array:
    """Return true or false for booleans (n,)."""
    return word_texts(("false", "true"), flags.astype(np.int64))


def as_table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """Sort columns in the order of the raw contract; a missing or unknown column is an error."""
    if set(columns) != set(COLUMNS[name]):
        raise ValueError(f"{name}: columns {sorted(set(columns) ^ set(COLUMNS[name]))} are missing or unknown")
    return pa.table({column: columns[column].cast(pa.string()) for column in COLUMNS[name]})


# --- products ---------------------------------------------------------------------------------------------------------


def products_table(settings: Settings, catalogue: Catalogue, rng: np.random.Generator) -> pa.Table:
    """Return the clean products, sorted by id."""
    sizes = [int(rng.choice(plan.CATEGORIES[code].sizes)) for code in catalogue.category]
    names, descriptions = _product_texts(catalogue, rng)
    categories = plan.CATEGORIES
    return as_table(
        "products",
        {
            "product_id": product_id_texts(settings, catalogue.number),
            "name": pa.array(names),
            "description": pa.array(descriptions),
            "category": word_texts(plan.CATEGORY_NAMES, catalogue.category),
            "brand": word_texts(plan.BRANDS, catalogue.brand),
            "price": cents_texts(catalogue.price_cents),
            "currency": word_texts((plan.CURRENCY,), np.zeros(catalogue.size, dtype=np.int64)),
            "size": pa.array(sizes).cast(pa.string()),
            "size_unit": word_texts(tuple(category.unit for category in categories), catalogue.category),
            "launched_at": time_texts(catalogue.launched_at),
            "is_available": flag_texts(catalogue.withdrawn_at == NEVER),
        },
    )


def _product_texts(catalogue: Catalogue, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return unique names and descriptions (P,): both contain the category, most contain the style."""
    seen: dict[str, int] = {}
    names, descriptions = [], []
    for code, style_code, brand in zip(catalogue.category, catalogue.style, catalogue.brand, strict=True):
        category = plan.CATEGORIES[code]
        hinted = plan.STYLES[style_code if rng.random() < plan.STYLE_WORD_SHARE else rng.integers(len(plan.STYLES))]
        adjective = rng.choice(plan.STYLE_WORDS[hinted])
        noun = rng.choice(category.nouns)
        name = f"{plan.BRANDS[brand]} {adjective} {noun}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} No. {seen[name]}")
        description = f"{adjective} {noun} for {category.occasion}."
        if rng.random() < plan.STYLE_SENTENCE_SHARE:
            description += f" {plan.STYLE_SENTENCES[plan.STYLES[style_code]]}"
        descriptions.append(description)
    return names, descriptions


# --- customers --------------------------------------------------------------------------------------------------------


@cache
def _places() -> tuple[np.ndarray, np.ndarray]:
    """Return cities and postcodes, text arrays of shapes (countries, cities) and (countries, cities, postcodes)."""
    cities = [[city for city, _ in plan.CITIES[country]] for country in plan.COUNTRIES]
    postcodes = [
        [[pattern.format(number) for number in range(1, plan.POSTCODES_PER_CITY + 1)] for _, pattern in entries]
        for entries in (plan.CITIES[country] for country in plan.COUNTRIES)
    ]
    return np.array(cities), np.array(postcodes)


@cache
def _name_pairs() -> tuple[list[str], list[str]]:
    """Return all full names, and the local parts of their e-mail addresses in the same order."""
    pairs = [(first, last) for first in plan.FIRST_NAMES for last in plan.LAST_NAMES]
    return [f"{first} {last}" for first, last in pairs], [f"{first}.{last}".lower() for first, last in pairs]


def customers_table(settings: Settings, customers: Customers, rng: np.random.Generator) -> pa.Table:
    """Return the clean customers of one chunk, sorted by id; the e-mail address contains the number, so it is unique."""
    full_names, local_parts = _name_pairs()
    pair = customers.number * plan.NAME_STRIDE % len(full_names)
    email = pc.binary_join_element_wise(
        word_texts(local_parts, pair),
        pa.array(customers.number).cast(pa.string()),
        pc.binary_join_element_wise(
            "", word_texts(plan.EMAIL_DOMAINS, rng.integers(len(plan.EMAIL_DOMAINS), size=customers.size)), "@"
        ),
        "",
    )
    cities, postcodes = _places()
    country = rng.choice(len(plan.COUNTRIES), size=customers.size, p=plan.COUNTRY_SHARES)
    city = rng.integers(cities.shape[1], size=customers.size)
    postcode = rng.integers(postcodes.shape[2], size=customers.size)
    birth_date, age = _birth_texts(rng, customers.size)
    channels = plan.ACQUISITION_CHANNELS
    return as_table(
        "customers",
        {
            "customer_id": customer_id_texts(settings, customers.number),
            "full_name": word_texts(full_names, pair),
            "email": email,
            "postcode": word_texts(postcodes.ravel(), np.ravel_multi_index((country, city, postcode), postcodes.shape)),
            "birth_date": birth_date,
            "age": age,
            "gender": word_texts(plan.GENDERS, rng.choice(len(plan.GENDERS), size=customers.size, p=plan.GENDER_SHARES)),
            "country": word_texts(plan.COUNTRIES, country),
            "city": word_texts(cities.ravel(), np.ravel_multi_index((country, city), cities.shape)),
            "signed_up_at": time_texts(customers.signed_up_at),
            "acquisition_channel": word_texts(channels, rng.integers(len(channels), size=customers.size)),
            "preferred_categories": _survey_texts(rng, customers.taste),
        },
    )


def _birth_texts(rng: np.random.Generator, count: int) -> tuple[pa.Array, pa.Array]:
    """Return birth dates and ages in years at ``plan.AS_OF`` (n,); at least one of the two is given."""
    form = rng.choice(len(plan.AGE_FORMS), size=count, p=plan.AGE_FORMS)
    low, high = plan.AGE_YEARS
    days_old = rng.integers(int(low * plan.YEAR_DAYS) + 1, int(high * plan.YEAR_DAYS), size=count)
    born = np.datetime64(plan.AS_OF, "s").astype("datetime64[D]") - days_old
    age = pa.array((days_old / plan.YEAR_DAYS).astype(np.int64), mask=form == 1)
    return pa.array(born, mask=form == 2).cast(pa.string()), age.cast(pa.string())


def _survey_texts(rng: np.random.Generator, taste: np.ndarray) -> pa.Array:
    """Return the answers to the onboarding survey (n,): the top categories of customers who answered, else null."""
    favourites = np.array(plan.CATEGORY_NAMES)[np.argsort(-taste, axis=1)[:, : plan.SURVEY_MAX]]
    named = rng.integers(1, plan.SURVEY_MAX + 1, size=len(taste))
    is_answered = rng.random(len(taste)) < plan.SURVEY_SHARE
    answers = [
        "|".join(row[:count]) if answered else None
        for row, count, answered in zip(favourites.tolist(), named.tolist(), is_answered.tolist(), strict=True)
    ]
    return pa.array(answers, pa.string())


def erasure_requests_table(customers: Customers, labels: Labels) -> pa.Table:
    """Return the erasure requests of one chunk, sorted by time."""
    asked = np.flatnonzero(customers.erasure_at != NEVER)
    asked = asked[np.argsort(customers.erasure_at[asked], kind="stable")]
    return as_table(
        "erasure_requests",
        {"customer_id": labels.customer_ids.take(asked), "requested_at": time_texts(customers.erasure_at[asked])},
    )


# --- activity ---------------------------------------------------------------------------------------------------------


def order_lines_table(lines: OrderLines, labels: Labels, counters: Counters) -> pa.Table:
    """Return the order lines of one chunk, sorted by time and order."""
    orders = np.arange(lines.order_at.size)
    of_order = {
        "order_id": id_texts("O", counters.orders + 1 + orders),
        "customer_id": labels.customer_ids.take(lines.order_customer),
        "ordered_at": time_texts(lines.order_at),
        "channel": word_texts(plan.CHANNELS, lines.order_channel),
        "device": word_texts(plan.DEVICES, lines.order_device),
        "country": labels.countries.take(lines.order_customer),
    }
    return as_table(
        "order_lines",
        {
            **{name: column.take(lines.order) for name, column in of_order.items()},
            "product_id": labels.product_ids.take(lines.product),
            "quantity": pa.array(lines.quantity).cast(pa.string()),
            "unit_price": cents_texts(lines.unit_price_cents),
            "currency": word_texts((plan.CURRENCY,), np.zeros(lines.order.size, dtype=np.int64)),
            "status": word_texts(("completed", "returned"), lines.is_returned.astype(np.int64)),
        },
    )


def events_table(log: EventLog, labels: Labels, counters: Counters) -> pa.Table:
    """Return the events of one chunk, in the given order."""
    return as_table(
        "events",
        {
            "event_id": id_texts("E", counters.events + 1 + np.arange(log.at.size)),
            "session_id": id_texts("S", counters.sessions + 1 + log.session),
            "customer_id": labels.customer_ids.take(log.customer),
            "product_id": labels.product_ids.take(log.product),
            "event_type": word_texts(plan.EVENT_TYPES, log.event_type),
            "occurred_at": time_texts(log.at),
            "device": word_texts(plan.DEVICES, log.device),
            "country": labels.countries.take(log.customer),
            "referrer": word_texts(plan.REFERRERS, log.referrer),
        },
    )


def impressions_table(impressions: Impressions, labels: Labels, counters: Counters) -> pa.Table:
    """Return the impressions of one chunk, in the given order."""
    distinct, place = np.unique(impressions.propensity, return_inverse=True)
    propensities = [f"{value:.{PROPENSITY_DECIMALS}f}" for value in distinct.tolist()]
    return as_table(
        "impressions",
        {
            "impression_id": id_texts("I", counters.impressions + 1 + np.arange(impressions.shown_at.size)),
            "customer_id": labels.customer_ids.take(impressions.customer),
            "product_id": labels.product_ids.take(impressions.product),
            "position": pa.array(impressions.position).cast(pa.string()),
            "variant": word_texts(plan.VARIANTS, impressions.variant),
            "propensity": word_texts(propensities, place),
            "shown_at": time_texts(impressions.shown_at),
            "clicked_at": time_texts(impressions.clicked_at, missing=NOTHING),
            "purchased_at": time_texts(impressions.bought_at, missing=NOTHING),
        },
    )


def feedback_table(verdicts: Verdicts, labels: Labels) -> pa.Table:
    """Return the likes and dislikes of one chunk, in the given order."""
    return as_table(
        "feedback",
        {
            "customer_id": labels.customer_ids.take(verdicts.customer),
            "product_id": labels.product_ids.take(verdicts.product),
            "verdict": word_texts(plan.VERDICTS, verdicts.verdict),
            "given_at": time_texts(verdicts.at),
        },
    )


def consents_table(changes: ConsentChanges, labels: Labels) -> pa.Table:
    """Return the consent changes of one chunk, in the given order."""
    return as_table(
        "consents",
        {
            "customer_id": labels.customer_ids.take(changes.customer),
            "purpose": word_texts(plan.PURPOSES, changes.purpose),
            "is_granted": flag_texts(changes.is_granted),
            "changed_at": time_texts(changes.at),
        },
    )
