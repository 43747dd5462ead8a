"""Planted dirt: errors in rows, one kind per row.

Each table takes two steps. Dirt that adds rows with new ids (near duplicates, bots) is added first. Every other kind then selects
unused rows and spoils them, or adds a spoiled copy directly after them. The original of a copy counts as used too, so no row has
two kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.records import EventLog, join_rows, take_rows
from warehouse_operations.demo_store.settings import Chunk, Settings, dirt_total, portion
from warehouse_operations.demo_store.world import Catalogue, Customers

Row = dict[str, str | None]
Spoiler = Callable[[Row, np.random.Generator], None]


@dataclass(frozen=True)
class Kind:
    """One kind of dirt.

    Attributes
    ----------
    spoil
        Changes a row (a dict of texts) in place.
    adds_row
        True if the spoiled row is a copy written after its original; False if it replaces the original.
    suits
        Returns which rows of a table may have this kind, bool (rows,); None allows all.
    """

    spoil: Spoiler
    adds_row: bool = False
    suits: Callable[[pa.Table], np.ndarray] | None = None


@dataclass(frozen=True)
class Soiled:
    """A table with dirt, and the number of rows of each kind."""

    table: pa.Table
    counts: dict[str, int]


def spoil_table(name: str, table: pa.Table, wanted: dict[str, int], taken: np.ndarray, rng: np.random.Generator) -> Soiled:
    """Plant the numbers of rows in `wanted`, for each kind of ``KINDS[name]``.

    Parameters
    ----------
    table
        Rows in their final order.
    wanted
        Number of rows per kind; a kind gets fewer only if too few rows suit.
    taken : ndarray of bool, shape (rows,)
        Rows that must not change.
    """
    free = ~taken
    positions, parts, counts = [np.arange(table.num_rows, dtype=np.float64)], [table], {}
    for kind_name, kind in KINDS[name].items():
        suiting = free if kind.suits is None else free & kind.suits(table)
        candidates = np.flatnonzero(suiting)
        size = min(wanted[kind_name], candidates.size)
        chosen = np.sort(rng.choice(candidates, size=size, replace=False))
        free[chosen] = False
        rows = table.take(chosen).to_pylist()
        for row in rows:
            kind.spoil(row, rng)
        parts.append(pa.Table.from_pylist(rows, schema=table.schema))
        positions.append(chosen + 0.5 if kind.adds_row else chosen.astype(np.float64))
        if not kind.adds_row:
            positions[0][chosen] = np.nan
        counts[kind_name] = size
    position = np.concatenate(positions)
    order = np.argsort(position, kind="stable")[: np.count_nonzero(~np.isnan(position))]
    return Soiled(pa.concat_tables(parts).take(order), counts)


def add_cancellations(soiled: Soiled, clean: pa.Table, count: int, barred: pa.Array, rng: np.random.Generator) -> Soiled:
    """Reverse clean purchases, each by a later line of another order with a negative quantity and the status cancelled.

    Parameters
    ----------
    soiled, clean
        The order lines with all other dirt, sorted by time, and without any dirt.
    count
        Number of purchases to reverse; fewer if too few suit.
    barred
        Customers whose purchases are not reversed.
    """
    table = soiled.table
    texts, genuine = (
        pc.binary_join_element_wise(*(pc.fill_null(column, "") for column in rows.columns), "|") for rows in (table, clean)
    )
    bought = pc.binary_join_element_wise(clean["customer_id"], clean["product_id"], "|")
    once = pc.value_counts(bought)
    once = once.field("values").filter(pc.equal(once.field("counts"), 1))
    pairs = pc.binary_join_element_wise(pc.fill_null(table["customer_id"], ""), pc.fill_null(table["product_id"], ""), "|")
    pair_counts = pc.value_counts(pairs)
    pair_once = pair_counts.field("values").filter(pc.equal(pair_counts.field("counts"), 1))
    times = _seconds(table["ordered_at"])
    first, last = (days * plan.DAY for days in plan.CANCELLED_DAYS)
    suits = _as_mask(pc.and_(pc.is_in(texts, genuine), pc.and_(pc.is_in(pairs, once), pc.is_in(pairs, pair_once))))
    suits &= _is_completed(table) & ~_as_mask(pc.is_in(table["customer_id"], barred)) & (times + last < plan.AS_OF)
    candidates = np.flatnonzero(suits)
    chosen = np.sort(rng.choice(candidates, size=min(count, candidates.size), replace=False))
    at = times[chosen] + rng.integers(first, last, size=chosen.size)
    rows = table.take(chosen).to_pylist()
    for row, time in zip(rows, at.tolist(), strict=True):
        cancelled_at = str(np.datetime64(time, "s")).replace("T", " ")
        row |= {"order_id": f"R{row['order_id'][1:]}", "quantity": f"-{row['quantity']}", "ordered_at": cancelled_at}
        row |= {"status": "cancelled"}
    newest = np.maximum.accumulate(np.where(times < plan.AS_OF, times, 0))
    position = np.concatenate([np.arange(table.num_rows), np.searchsorted(newest, at, side="right") - 0.5])
    grown = pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)]).take(np.argsort(position, kind="stable"))
    counts = soiled.counts | {"cancelled": soiled.counts["cancelled"] + chosen.size, "netted_by_cancellation": chosen.size}
    return Soiled(grown, counts)


def _seconds(times: pa.ChunkedArray) -> np.ndarray:
    """Return Unix seconds of texts, 0 if a text is missing or not a time."""
    is_time = pc.fill_null(pc.match_substring_regex(times, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), False)
    seconds = pc.if_else(is_time, times, "1970-01-01 00:00:00").cast(pa.timestamp("s")).cast(pa.int64())
    return seconds.to_numpy()


def kinds_of(settings: Settings, name: str, chunk: Chunk) -> dict[str, int]:
    """Return the number of rows of each kind in a chunk, for one of the tables that grow with the customers."""
    return {kind: portion(dirt_total(settings, name, kind), chunk, settings) for kind in plan.DIRT[name]}


# --- dirt that grows a table ------------------------------------------------------------------------------------------


def add_near_duplicates(
    table: pa.Table, ids: pa.Array, spoil: Spoiler, time_column: str, rng: np.random.Generator
) -> tuple[pa.Table, np.ndarray]:
    """Repeat earlier rows under new ids, with the time of the row before the new position.

    Parameters
    ----------
    table
        Rows sorted by id, which is the first column.
    ids
        The new ids, increasing, each larger than some id of the table.
    spoil
        Changes the copy without changing its meaning.

    Returns
    -------
    table, taken
        The extended table, and which of its rows are copies or their originals, bool (rows,).
    """
    id_column = table.column_names[0]
    old_ids = table[id_column].to_numpy(zero_copy_only=False)
    place = np.searchsorted(old_ids, ids.to_numpy(zero_copy_only=False))
    originals = _distinct_before(place, rng)
    copies = table.take(originals).to_pylist()
    for copy, new_id, time in zip(copies, ids.to_pylist(), table[time_column].take(place - 1).to_pylist(), strict=True):
        spoil(copy, rng)
        copy |= {id_column: new_id, time_column: time}
    taken = np.zeros(table.num_rows + len(copies), dtype=bool)
    taken[originals] = True
    taken[table.num_rows :] = True
    position = np.concatenate([np.arange(table.num_rows), place - 0.5])
    order = np.argsort(position, kind="stable")
    grown = pa.concat_tables([table, pa.Table.from_pylist(copies, schema=table.schema)])
    return grown.take(order), taken[order]


def _distinct_before(place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return distinct row numbers, the i-th below place[i]; `place` is increasing, with place[i] > i."""
    chosen: dict[int, None] = {}  # preserves insertion order
    for bound in place.tolist():
        draw = int(rng.integers(bound))
        while draw in chosen:
            draw = int(rng.integers(bound))
        chosen[draw] = None
    return np.array(list(chosen), dtype=np.int64)


def add_echoes(log: EventLog, count: int, rng: np.random.Generator) -> EventLog:
    """Log events twice, one or two seconds apart; copies and originals are marked."""
    chosen = rng.choice(np.flatnonzero(~log.is_dirty), size=count, replace=False)
    is_dirty = log.is_dirty.copy()
    is_dirty[chosen] = True
    log = replace(log, is_dirty=is_dirty)
    echoes = take_rows(log, chosen)
    first, last = plan.ECHO_SECONDS
    echoes = replace(echoes, at=echoes.at + rng.integers(first, last + 1, size=count))
    return join_rows([log, echoes])


def add_bots(log: EventLog, count: int, catalogue: Catalogue, customers: Customers, rng: np.random.Generator) -> EventLog:
    """Add bots: customers without history who view a product every second, at night; all their events are marked."""
    if count == 0:
        return log
    sessions = max(1, round(count / plan.BOT_SESSION_EVENTS))
    session = np.sort(np.arange(count) % sessions)
    second = np.arange(count) - np.searchsorted(session, session)
    bots = rng.choice(np.flatnonzero(~customers.is_shopper), size=sessions, replace=False)
    first_day = np.minimum(customers.first_day[bots], plan.WINDOW_DAYS - 1)
    night = plan.WINDOW_START + rng.integers(first_day, plan.WINDOW_DAYS) * plan.DAY + plan.BOT_HOUR * plan.HOUR
    sold = rng.permutation(np.flatnonzero(catalogue.popularity > 0))
    constant = np.ones(count, dtype=np.int64)
    visits = EventLog(
        session=log.session.max(initial=0) + 1 + session,
        customer=bots[session],
        product=sold[second % sold.size],
        event_type=constant * plan.VIEW,
        at=night[session] + second,
        device=constant * plan.DEVICES.index("desktop"),
        referrer=constant * plan.REFERRERS.index("direct"),
        is_dirty=constant.astype(bool),
    )
    return join_rows([log, visits])


# --- one row at a time ------------------------------------------------------------------------------------------------


def _pick(rng: np.random.Generator, options: tuple) -> object:
    return options[rng.integers(len(options))]


def _keep(row: Row, rng: np.random.Generator) -> None:
    """Make no change: the copy is an exact duplicate."""


def _set(**values: str | None) -> Spoiler:
    """Return a spoiler that overwrites columns with fixed texts."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        row.update(values)

    return spoil


def _set_to_one_of(column: str, *texts: str) -> Spoiler:
    """Return a spoiler that overwrites a column with one of several texts."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        row[column] = _pick(rng, texts)

    return spoil


def _respell_from(column: str, spellings: dict[str, tuple[str, ...]]) -> Spoiler:
    """Return a spoiler that replaces a canonical value with one of its known spellings."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        row[column] = _pick(rng, spellings[row[column]])

    return spoil


def _respell(column: str) -> Spoiler:
    """Return a spoiler that changes case, blanks or separators of a value, but not its letters."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        text = row[column]
        spaced = text.replace("_", " ")
        shouted = text.upper()
        variants = {shouted, shouted.replace(" ", "-"), f" {text}", f"{text} ", spaced.title(), spaced.lower()}
        row[column] = _pick(rng, tuple(sorted(variants - {text})))

    return spoil


def _shift_into_future(column: str) -> Spoiler:
    """Return a spoiler that mistypes the year."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        row[column] = _shift_time(row[column], plan.FUTURE_DAYS * plan.DAY)

    return spoil


def _shift_time(text: str, seconds: int) -> str:
    return str(np.datetime64(text, "s") + seconds).replace("T", " ")


def _convert_currency(column: str) -> Spoiler:
    """Return a spoiler that converts a euro amount to another currency, at the planned rate."""

    def spoil(row: Row, rng: np.random.Generator) -> None:
        currency = _pick(rng, tuple(plan.CURRENCY_RATES))
        row[column] = f"{float(row[column]) * plan.CURRENCY_RATES[currency]:.2f}"
        row["currency"] = currency

    return spoil


def same_person_again(row: Row, rng: np.random.Generator) -> None:
    row["full_name"] = _pick(rng, (row["full_name"].upper(), row["full_name"].lower()))
    row["email"] = _pick(rng, (row["email"].upper(), f" {row['email']}", f"{row['email'].title()} "))


def same_product_again(row: Row, rng: np.random.Generator) -> None:
    name = row["name"]
    row["name"] = _pick(rng, (name.upper(), name.lower(), name.replace(" ", "  "), f"{name} "))


def _impossible_age(row: Row, rng: np.random.Generator) -> None:
    row.update(birth_date=None, age=_pick(rng, plan.IMPOSSIBLE_AGES))


def _birth_date_in_future(row: Row, rng: np.random.Generator) -> None:
    year, rest = row["birth_date"].split("-", 1)
    row.update(birth_date=f"{int(year) + plan.BIRTH_YEARS_TOO_LATE}-{rest}", age=None)


def _untrimmed_text(row: Row, rng: np.random.Generator) -> None:
    column = _pick(rng, ("full_name", "city"))
    text = row[column]
    variants = [f" {text}", f"{text}  "] + ([text.replace(" ", "  ")] if " " in text else [])
    row[column] = _pick(rng, tuple(variants))


def _lost_customer(row: Row, rng: np.random.Generator) -> None:
    """Make a registration that never got an id: with a unique name and address, and without rows in other tables."""
    row.update(full_name=f"{row['full_name']}-Lost", email=f"lost.{row['email']}", customer_id=None)


def _missing_order_key(row: Row, rng: np.random.Generator) -> None:
    row[_pick(rng, ("order_id", "product_id"))] = None


def _size_in_other_unit(row: Row, rng: np.random.Generator) -> None:
    unit, factor = plan.UNIT_CONVERSIONS[row["size_unit"]]
    row.update(size=f"{float(row['size']) / factor:.4f}", size_unit=unit)


def _negative_quantity(row: Row, rng: np.random.Generator) -> None:
    row["quantity"] = f"-{row['quantity']}"


def _other_quantity(row: Row, rng: np.random.Generator) -> None:
    row["quantity"] = str(int(row["quantity"]) + 1)


def _outlier_amount(row: Row, rng: np.random.Generator) -> None:
    """Misplace the decimal point if that makes the amount an outlier, else multiply the quantity."""
    price, quantity = float(row["unit_price"]), int(row["quantity"])
    is_dear_enough = price * quantity * plan.OUTLIER_PRICE_FACTOR >= plan.OUTLIER_MIN_AMOUNT
    if is_dear_enough and rng.random() < plan.OUTLIER_PRICE_SHARE:
        row["unit_price"] = f"{price * plan.OUTLIER_PRICE_FACTOR:.2f}"
    else:
        row["quantity"] = str(quantity * plan.OUTLIER_QUANTITY_FACTOR)


def _unreadable_number(row: Row, rng: np.random.Generator) -> None:
    row["unit_price"] = _pick(rng, ("N/A", f"{row['unit_price'].replace('.', ',')} €"))


def _unknown_product(row: Row, rng: np.random.Generator) -> None:
    """Replace the id with one of another numbering scheme: X instead of P."""
    row["product_id"] = f"X{row['product_id'][1:]}"


def _clicked_before_shown(row: Row, rng: np.random.Generator) -> None:
    row["clicked_at"] = _shift_time(row["shown_at"], -int(rng.integers(*plan.CLICKED_TOO_EARLY_SECONDS)))


def _has_birth_date(table: pa.Table) -> np.ndarray:
    return _as_mask(pc.is_valid(table["birth_date"]))


def _is_completed(table: pa.Table) -> np.ndarray:
    return _as_mask(pc.equal(table["status"], "completed"))


def _is_click_only(table: pa.Table) -> np.ndarray:
    return _as_mask(pc.and_(pc.is_valid(table["clicked_at"]), pc.is_null(table["purchased_at"])))


def _as_mask(flags: pa.ChunkedArray) -> np.ndarray:
    return flags.to_numpy().astype(bool)


EXACT_DUPLICATE = Kind(_keep, adds_row=True)

KINDS: dict[str, dict[str, Kind]] = {
    "customers": {
        "birth_date_in_future": Kind(_birth_date_in_future, suits=_has_birth_date),
        "exact_duplicate": EXACT_DUPLICATE,
        "impossible_age": Kind(_impossible_age),
        "gender_spelling": Kind(_respell_from("gender", plan.GENDER_SPELLINGS)),
        "country_spelling": Kind(_respell_from("country", plan.COUNTRY_SPELLINGS)),
        "missing_email": Kind(_set(email=None)),
        "missing_birth_date_and_age": Kind(_set(birth_date=None, age=None)),
        "missing_gender": Kind(_set(gender=None)),
        "untrimmed_text": Kind(_untrimmed_text),
        "missing_key": Kind(_lost_customer, adds_row=True),
    },
    "products": {
        "exact_duplicate": EXACT_DUPLICATE,
        "brand_spelling": Kind(_respell("brand")),
        "category_spelling": Kind(_respell("category")),
        "size_in_other_unit": Kind(_size_in_other_unit),
        "price_in_other_currency": Kind(_convert_currency("price")),
        "missing_price": Kind(_set(price=None)),
        "missing_description": Kind(_set(description=None)),
        "missing_category": Kind(_set(category=None)),
    },
    "order_lines": {
        "cancelled": Kind(_set(status="cancelled"), suits=_is_completed),
        "exact_duplicate": EXACT_DUPLICATE,
        "conflicting_duplicate": Kind(_other_quantity, adds_row=True),
        "missing_key": Kind(_missing_order_key),
        "missing_time": Kind(_set(ordered_at=None)),
        "unreadable_time": Kind(_set(ordered_at="not a date")),
        "negative_quantity": Kind(_negative_quantity),
        "missing_quantity": Kind(_set(quantity=None)),
        "zero_price": Kind(_set(unit_price="0.00")),
        "outlier_amount": Kind(_outlier_amount),
        "unknown_product": Kind(_unknown_product),
        "in_future": Kind(_shift_into_future("ordered_at")),
        "other_currency": Kind(_convert_currency("unit_price")),
        "unreadable_number": Kind(_unreadable_number),
    },
    "events": {
        "exact_duplicate": EXACT_DUPLICATE,
        "unknown_product": Kind(_unknown_product),
        "unknown_event_type": Kind(_set(event_type="hover")),
        "in_future": Kind(_shift_into_future("occurred_at")),
        "missing_key": Kind(_set(event_id=None)),
        "missing_time": Kind(_set(occurred_at=None)),
    },
    "feedback": {
        "exact_duplicate": EXACT_DUPLICATE,
        "unknown_verdict": Kind(_set_to_one_of("verdict", "meh", "5 stars", "???")),
    },
    "impressions": {
        "clicked_before_shown": Kind(_clicked_before_shown, suits=_is_click_only),
        "exact_duplicate": EXACT_DUPLICATE,
    },
    "consents": {"exact_duplicate": EXACT_DUPLICATE},
    "erasure_requests": {},
}
