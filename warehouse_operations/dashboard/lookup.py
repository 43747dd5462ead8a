"""What the page can look up: customers with their lists, evidence and history, and products with what is shown beside them."""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse_operations.dashboard.panels import DashboardError

HOME = Path(__file__).parent
COMPANIONS = "catalogue/_companions.sql"
HISTORY = "profiles/_history.sql"
MOST_BYTES = 3_000_000  # of the customers on a page where no number of them was asked for
MOST_CUSTOMERS = 5_000  # that are read to see how many fit
MOST_PRODUCTS = 2_000  # that can be looked up; those in most lists
DIGITS = 3  # decimals of a score and its parts
SEGMENTS = "select segment, segment_name from marts.segment_profiles where cutoff_id = 'live' and segment_name is not null"
EVERYBODY = "select count(distinct customer_id) from marts.recommendations"


class _Words:
    """Texts of the page, each written once and referred to by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str | None) -> int | None:
        return None if text is None else self.numbers.setdefault(text, len(self.numbers))


def lookup(connection: duckdb.DuckDBPyConnection, panels: Path, customers: int | None) -> dict[str, Any]:
    """Read what can be looked up.

    Parameters
    ----------
    connection
        The published file.
    panels
        Folder of the panels, which holds the queries of the capabilities.
    customers
        Number of customers; None for as many as fit into `MOST_BYTES`.

    Returns
    -------
    dict[str, Any]
        ``words``; ``products``: id, name, category, brand, price, availability, number of lists, and by kind what is shown
        beside; ``customers``: id, tier, activity band, segment, orders, list, history. An entry of a list is product, reason,
        whether it is exploration, score, and the parts of the score as source, own product (-1 for none) and amount. An entry of
        a history is day, product, purchases, interactions. ``everybody`` is the number of customers with a list, ``note`` says
        why there are none.

    Raises
    ------
    DashboardError
        If a query fails for another reason than a table that is not published.
    """
    words = _Words()
    try:
        ((everybody,),) = connection.execute(EVERYBODY).fetchall()
        asked = MOST_CUSTOMERS if customers is None else customers
        rows = connection.execute((HOME / "lists.sql").read_text(encoding="utf-8"), {"customers": asked}).fetchall()
        known = connection.execute((HOME / "products.sql").read_text(encoding="utf-8")).fetchall()
    except duckdb.CatalogException as error:
        note = f"This release has no lists to show: {error}".splitlines()[0]
        return {"customers": [], "products": [], "words": [], "everybody": 0, "note": note}
    except duckdb.Error as error:
        raise DashboardError(f"The lists can't be read: {error}") from error
    described = {row[0]: row for row in known}
    places: dict[str, int] = {}

    def product(key: str) -> int:
        return places.setdefault(key, len(places))

    if customers != 0:
        for row in known[:MOST_PRODUCTS]:
            product(row[0])
    history = _history(connection, panels, list({row[0]: None for row in rows}))
    segments = dict(_if_published(connection, SEGMENTS))
    kept: list[list[Any]] = []
    size = 0
    for key, group in itertools.groupby(rows, key=lambda row: row[0]):
        listed = list(group)
        _, tier, band, segment, orders = listed[0][:5]
        entries = [
            [product(name), words(reason), int(is_exploration), _rounded(score), _parts(parts or [], words, product)]
            for *_, name, reason, is_exploration, score, parts in listed
        ]
        bought = [[day, product(name), *counts] for day, name, *counts in history.get(key, [])]
        named = segments.get(segment, segment)
        entry = [key, words(_spaced(tier)), words(band), words(_spaced(named)), orders, entries, bought]
        size += len(json.dumps(entry, separators=(",", ":")))
        if customers is None and size > MOST_BYTES:
            break
        kept.append(entry)
    note = "" if kept else "The table of customers was left out of this page."
    return {
        "customers": kept,
        "products": _products(connection, panels, described, places, words),
        "words": list(words.numbers),
        "everybody": everybody,
        "note": note,
    }


def _parts(parts: Sequence[Sequence[Any]], words: _Words, product: Callable[[str], int]) -> list[list[Any]]:
    """Parts of a score that show in `DIGITS` decimals; what they lack of the score the page shows as the rest."""
    amounts = [(source, own, round(float(amount), DIGITS)) for source, own, amount in parts]
    return [[words(_spaced(source)), -1 if own is None else product(own), amount] for source, own, amount in amounts if amount]


def _history(connection: duckdb.DuckDBPyConnection, panels: Path, customers: Sequence[str]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for key, *entry in _asked(connection, panels / HISTORY, customers):
        found.setdefault(key, []).append(entry)
    return found


def _products(
    connection: duckdb.DuckDBPyConnection,
    panels: Path,
    described: Mapping[str, Sequence[Any]],
    places: dict[str, int],
    words: _Words,
) -> list[list[Any]]:
    """Rows of the products in `places`; products that stand beside one of them are added without companions of their own."""
    main = list(places)
    beside: dict[str, dict[str, list[list[Any]]]] = {}
    for kind, key, _, companion, value in _asked(connection, panels / COMPANIONS, main):
        place = places.setdefault(companion, len(places))
        beside.setdefault(key, {}).setdefault(kind, []).append([place, _rounded(value)])
    rows = []
    for key in places:
        _, name, category, brand, price, is_available, list_count = described.get(key, (key, key, None, None, None, None, 0))
        entry = [key, words(name), words(_spaced(category)), words(brand), None if price is None else float(price), is_available]
        rows.append([*entry, list_count, beside.get(key, {})])
    return rows


def _asked(connection: duckdb.DuckDBPyConnection, path: Path, ids: Sequence[str]) -> list[tuple]:
    """Rows of a capability's query for the ids of a temporary table ``asked``; none where its file or a table is missing."""
    if not path.exists():
        return []
    connection.execute("create or replace temp table asked as select unnest(cast($ids as varchar[])) as id", {"ids": list(ids)})
    return _if_published(connection, path.read_text(encoding="utf-8"))


def _if_published(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    """Rows of a query; none where a release without its table is published."""
    try:
        return connection.execute(query).fetchall()
    except duckdb.CatalogException:
        return []


def _spaced(text: str | None) -> str | None:
    return None if text is None else text.replace("_", " ")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS)
