"""Corruptions of a CSV file: functions that take its bytes and a seeded generator, and return the bytes of the damaged file.

Corruptions can be chained, so each accepts the output of any other. Files are decoded and encoded as latin-1, which preserves
every byte. A file too small for a damage is returned unchanged.
"""

import csv
import io
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np

Corruption = Callable[[bytes, np.random.Generator], bytes]
Change = Callable[[str, np.random.Generator], str]

DAMAGED_SHARE = 0.1  # share of the rows that a damage of some rows hits
WHOLE_SHARES = (DAMAGED_SHARE, 1.0)  # shares for a damage that hits some rows or all rows
LONG_CELL = 200_000  # characters; longer than the macro mapped_rows keeps
HUGE_CELL = 17_000_000  # bytes; longer than the longest line that the macro csv_dialect accepts
WRONG_TYPES = ["N/A", "true", "12,5", "", " ", "0x1F", "null", "{}", "中", "'; drop table x; --", "<null>", "|"]
ODD_NUMBERS = ["-1", "0", "-0.0", "NaN", "inf", "-Infinity", "1e400", "1e-400", "9" * 40, "1_000", "1.5.2", "+3", "\uff11"]
EXTREME_NUMBERS = [
    *("5901234123457", "-5901234123457", "9999999", "-9999999", "99999999999.9999", "1e13", "1e308", "-1e308", "1e-308", "-0"),
    *("0." + "3" * 60, "9" * 14 + "." + "9" * 30, "inf", "NaN"),
]
ODD_WORDS = {
    "status": ["wc-failed", "wc-on-hold", "Partially_Refunded", "in der Post", "refund", "7"],
    "is_available": ["out of stock", "ask us", "0 pcs", "https://schema.org/InStock"],
    "is_granted": ["granted", "opt-out", "ja"],
    "event_type": ["product_viewed", "Add to Cart", "1"],
    "verdict": ["thumbs_up", "5"],
    "purpose": ["newsletter", "cookies", "All"],
    "gender": ["X", "Frau", "unbekannt"],
    "country": ["Atlantis", "EMEA", "00"],
    "currency": ["€", "Euro", "XXX", "USD", " eur "],
    "size_unit": ["furlong", "pcs.", "-"],
}
WORDS_WITHOUT_ID = ["", "NULL", "nan", "None", "N/A", "\\N", "(not set)", "-", "\t", "<NA>", "undefined", "#N/A"]
BLANKS = ["\t", " ", "\u00a0", "\u200b", "\ufeff", "\u200e", "\u2009"]
ABSURD_DATES = [
    "0000-00-00",
    "0001-01-01",
    "25/06/30",
    "30/06/25 17:15",
    "2025/06/30",
    "0025-06-30",
    "2025-06-30 17:15:00 +0200",
    "9999-12-31 23:59:59",
    "294247-01-10 04:00:54",
    "290309-12-22 (BC) 00:00:00",
    "infinity",
    "-infinity",
    "1700000000",
    "20250101",
    "2025-02-30",
    "2025-13-01",
    "31/12/2025",
    "2025-06-01T12:00:00+14:00",
    "2025-06-01 12:00:00 Europe/Berlin",
    "now",
    "epoch",
]

csv.field_size_limit(10**9)


def parsed_rows(content: bytes) -> list[list[str]]:
    """Return the rows of a file, header first, parsed as leniently as Python's csv module."""
    return list(csv.reader(io.StringIO(content.decode("latin-1"), newline="")))


def csv_bytes(rows: list[list[str]], **dialect: str) -> bytes:
    """Return the CSV file with these rows. A character outside latin-1 is encoded as UTF-8."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n", **dialect).writerows(rows)
    return b"".join(c.encode("latin-1") if ord(c) < 256 else c.encode() for c in file.getvalue())


def lines_of(content: bytes) -> list[bytes]:
    """Return the lines of a file without line ends; the end of the last line starts no further line."""
    return content.rstrip(b"\n").split(b"\n")


def from_lines(lines: list[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"


def some_rows(count: int, rng: np.random.Generator, share: float = DAMAGED_SHARE) -> list[int]:
    """Draw the positions of about this share of the rows after the header, at least one, in ascending order."""
    if count < 2:
        return []
    hit = 1 + np.flatnonzero(rng.random(count - 1) < share)
    return hit.tolist() or [int(rng.integers(1, count))]


def in_some_lines(change: Callable[[bytes, np.random.Generator], bytes]) -> Corruption:
    """Damage some lines of the file, each independently."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        lines = lines_of(content)
        for position in some_rows(len(lines), rng):
            lines[position] = change(lines[position], rng)
        return from_lines(lines)

    return damage


def in_one_line(change: Callable[[bytes, np.random.Generator], bytes]) -> Corruption:
    """Damage one line of the file after the header."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        lines = lines_of(content)
        if len(lines) < 2:
            return content
        position = int(rng.integers(1, len(lines)))
        lines[position] = change(lines[position], rng)
        return from_lines(lines)

    return damage


def in_cells(change: Change, is_hit: Callable[[str], bool], shares: tuple[float, ...] = (DAMAGED_SHARE,)) -> Corruption:
    """Change the values of one column that `is_hit` accepts by name, in one of these shares of the rows."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        rows = parsed_rows(content)
        columns = [position for position, name in enumerate(rows[0]) if is_hit(name)] if rows else []
        if not columns:
            return content
        column, share = int(rng.choice(columns)), float(rng.choice(shares))
        for position in some_rows(len(rows), rng, share):
            if column < len(rows[position]):
                rows[position][column] = change(rows[position][column], rng)
        return csv_bytes(rows)

    return damage


def one_of(values: list[str]) -> Change:
    """Replace a value with a random one of these values."""
    return lambda value, rng: as_utf_8(str(rng.choice(values)))


def as_utf_8(text: str) -> str:
    """Return the text whose latin-1 characters are the UTF-8 bytes of `text`."""
    return text.encode().decode("latin-1")


def in_one_form(forms: list[Callable[[str], str]], is_hit: Callable[[str], bool], is_mixed: bool = False) -> Corruption:
    """Write all values of one column in one of these forms, or each value in a random one; unsuitable values stay unchanged."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        chosen = rng.permutation(len(forms))[: None if is_mixed else 1]

        def write(value: str, rng: np.random.Generator) -> str:
            try:
                return as_utf_8(forms[int(rng.choice(chosen))](value))
            except (ValueError, OverflowError):
                return value

        return in_cells(write, is_hit, (1.0,))(content, rng)

    return damage


def in_header(change: Callable[[list[str], np.random.Generator], list[str]]) -> Corruption:
    """Damage the column names and keep the values."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        rows = parsed_rows(content)
        return csv_bytes([change(list(rows[0]), rng), *rows[1:]]) if rows and rows[0] else content

    return damage


# --- columns ----------------------------------------------------------------------------------------------------------


def swap_columns(content: bytes, rng: np.random.Generator) -> bytes:
    """Swap the values of two columns in some rows."""
    rows = parsed_rows(content)
    if not rows or len(rows[0]) < 2:
        return content
    a, b = rng.choice(len(rows[0]), size=2, replace=False).tolist()
    for position in some_rows(len(rows), rng):
        row = rows[position]
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return csv_bytes(rows)


def drop_column(content: bytes, rng: np.random.Generator) -> bytes:
    rows = parsed_rows(content)
    if not rows or len(rows[0]) < 2:
        return content
    dropped = int(rng.integers(len(rows[0])))
    return csv_bytes([row[:dropped] + row[dropped + 1 :] for row in rows])


def repeat_column(content: bytes, rng: np.random.Generator) -> bytes:
    """Repeat one column under the same name."""
    rows = parsed_rows(content)
    if not rows or not rows[0]:
        return content
    repeated = int(rng.integers(len(rows[0])))
    return csv_bytes([row + row[repeated : repeated + 1] for row in rows])


def _rename(names: list[str], rng: np.random.Generator) -> list[str]:
    names[rng.integers(len(names))] += "_new"
    return names


def _call_one_as_another(names: list[str], rng: np.random.Generator) -> list[str]:
    if len(names) > 1:
        source, renamed = rng.choice(len(names), size=2, replace=False).tolist()
        names[renamed] = names[source]
    return names


def _lose_a_name(names: list[str], rng: np.random.Generator) -> list[str]:
    names[rng.integers(len(names))] = ""
    return names


def repeat_header(content: bytes, rng: np.random.Generator) -> bytes:
    """Repeat the header between the rows, as in concatenated files."""
    lines = lines_of(content)
    lines.insert(int(rng.integers(1, len(lines) + 1)), lines[0])
    return from_lines(lines)


# --- rows -------------------------------------------------------------------------------------------------------------


def double_rows(content: bytes, rng: np.random.Generator) -> bytes:
    lines = lines_of(content)
    return from_lines(lines + [lines[position] for position in some_rows(len(lines), rng)])


def shuffle_rows(content: bytes, rng: np.random.Generator) -> bytes:
    lines = lines_of(content)
    return from_lines([lines[0], *(lines[1 + position] for position in rng.permutation(len(lines) - 1))])


def shuffle_times(content: bytes, rng: np.random.Generator) -> bytes:
    """Permute the times of one column over the rows."""
    rows = parsed_rows(content)
    columns = [position for position, name in enumerate(rows[0]) if name.endswith("_at")] if rows else []
    if not columns:
        return content
    column = int(rng.choice(columns))
    positions = [position for position in range(1, len(rows)) if column < len(rows[position])]
    times = [rows[position][column] for position in positions]
    for position, source in zip(positions, rng.permutation(len(times)), strict=True):
        rows[position][column] = times[source]
    return csv_bytes(rows)


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """Truncate the file at a random byte after the header."""
    start = content.find(b"\n") + 1
    return content[: int(rng.integers(start, len(content)))] if 0 < start < len(content) else content


def empty_file(content: bytes, rng: np.random.Generator) -> bytes:
    return b""


def header_only(content: bytes, rng: np.random.Generator) -> bytes:
    return lines_of(content)[0] + b"\n"


def blank_lines(content: bytes, rng: np.random.Generator) -> bytes:
    lines = lines_of(content)
    for position in reversed(some_rows(len(lines), rng)):
        lines.insert(position, b"")
    return from_lines(lines)


def leading_blank_line(content: bytes, rng: np.random.Generator) -> bytes:
    return b"\n" + content


def comment_lines(content: bytes, rng: np.random.Generator) -> bytes:
    lines = lines_of(content)
    lines.insert(int(rng.integers(0, len(lines) + 1)), b"# exported by hand")
    return from_lines(lines)


# --- quotes and delimiters --------------------------------------------------------------------------------------------


def _open_quote(line: bytes, rng: np.random.Generator) -> bytes:
    values = line.split(b",")
    values[rng.integers(len(values))] = b'"' + values[0]
    return b",".join(values)


def _stray_quote(line: bytes, rng: np.random.Generator) -> bytes:
    position = int(rng.integers(len(line) + 1))
    return line[:position] + b'"' + line[position:]


def swallowing_quotes(content: bytes, rng: np.random.Generator) -> bytes:
    """Open a quote in one row and close it in the same column of a later row: valid CSV that merges rows."""
    lines = lines_of(content)
    if len(lines) < 3:
        return content
    first, last = sorted(rng.choice(np.arange(1, len(lines)), size=2, replace=False).tolist())
    opening, closing = lines[first].split(b","), lines[last].split(b",")
    column = int(rng.integers(min(len(opening), len(closing))))
    opening[column] = b'"' + opening[column]
    closing[column] += b'"'
    lines[first], lines[last] = b",".join(opening), b",".join(closing)
    return from_lines(lines)


def quote_everything(content: bytes, rng: np.random.Generator) -> bytes:
    """Quote every value, which is valid CSV."""
    return csv_bytes(parsed_rows(content), quoting=csv.QUOTE_ALL)


def _more_values(line: bytes, rng: np.random.Generator) -> bytes:
    return line + b",surplus" * int(rng.integers(1, 4))


def _surplus_delimiter(line: bytes, rng: np.random.Generator) -> bytes:
    return line + b","


def _fewer_values(line: bytes, rng: np.random.Generator) -> bytes:
    return line.rpartition(b",")[0]


def semicolons(content: bytes, rng: np.random.Generator) -> bytes:
    return csv_bytes(parsed_rows(content), delimiter=";")


def _semicolons_in_a_line(line: bytes, rng: np.random.Generator) -> bytes:
    return line.replace(b",", b";")


# --- text -------------------------------------------------------------------------------------------------------------


def _latin_1(line: bytes, rng: np.random.Generator) -> bytes:
    return line + "é".encode("latin-1")


def _nul(line: bytes, rng: np.random.Generator) -> bytes:
    position = int(rng.integers(len(line) + 1))
    return line[:position] + b"\x00" + line[position:]


def utf_16(content: bytes, rng: np.random.Generator) -> bytes:
    return content.decode("latin-1").encode(str(rng.choice(["utf-16", "utf-16-le", "utf-16-be"])))


def byte_order_mark(content: bytes, rng: np.random.Generator) -> bytes:
    return b"\xef\xbb\xbf" + content


def cut_character(content: bytes, rng: np.random.Generator) -> bytes:
    """End the file in the middle of a multi-byte character."""
    return content.rstrip(b"\n") + "中".encode()[:2]


def _long_cell(line: bytes, rng: np.random.Generator) -> bytes:
    values = line.split(b",")
    values[rng.integers(len(values))] = b"y" * LONG_CELL
    return b",".join(values)


def _huge_cell(line: bytes, rng: np.random.Generator) -> bytes:
    values = line.split(b",")
    values[rng.integers(len(values))] = b"y" * HUGE_CELL
    return b",".join(values)


def _carriage_return(line: bytes, rng: np.random.Generator) -> bytes:
    return line + b"\r"


def crlf(content: bytes, rng: np.random.Generator) -> bytes:
    """Use the line ends of Windows, which are valid."""
    return content.replace(b"\n", b"\r\n")


def carriage_returns(content: bytes, rng: np.random.Generator) -> bytes:
    return content.replace(b"\n", b"\r")


def _return_within(line: bytes, rng: np.random.Generator) -> bytes:
    position = int(rng.integers(len(line) + 1))
    return line[:position] + b"\r" + line[position:]


# --- values in another format, or with another meaning ----------------------------------------------------------------

NUMBERS = {"quantity", "unit_price", "price", "size", "age", "position", "propensity"}
PLAIN_NUMBER = re.compile(r"[0-9]{1,9}([.][0-9]{1,12})?")
NUMBER_FORMATS: list[Callable[[str], str]] = [
    lambda value: f"{number(value):.2f}".replace(".", ","),
    lambda value: f"{thousands(value):,.2f}",
    lambda value: f"{thousands(value):,.2f}".translate(str.maketrans(",.", ".,")),
    lambda value: f"{thousands(value):,.2f}".replace(",", "\u202f"),
    lambda value: f"€{number(value):.2f}",
    lambda value: f"{number(value):.2f} EUR",
    lambda value: f"({number(value):.2f})",
    lambda value: f"{number(value):.2f}-",
]
STRPTIME = ["%d/%m/%y", "%d/%m/%y %H:%M", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d", "%Y%m%d", "%b %d, %Y", "%y-%m-%d"]
TIME_FORMATS: list[Callable[[str], str]] = [
    *(lambda value, form=form: moment(value).strftime(form) for form in STRPTIME),
    lambda value: f"{epoch_seconds(value):.0f}",
    lambda value: f"{1000 * epoch_seconds(value):.0f}",
    lambda value: f"{25569 + epoch_seconds(value) / 86400:.4f}",  # days since 1899-12-30, as spreadsheets count
]
OFFSET_FORMATS: list[Callable[[str], str]] = [
    lambda value: f"{moment(value) + timedelta(hours=2)} +0200",
    lambda value: f"{moment(value) + timedelta(hours=2)}+02:00",
    lambda value: f"{(moment(value) - timedelta(hours=3, minutes=30)).isoformat()}-03:30",
    lambda value: f"{moment(value).isoformat()}.000Z",
]


def number(value: str) -> float:
    """Return the number that a text of digits states; raise ValueError for any other text."""
    if not PLAIN_NUMBER.fullmatch(value):
        raise ValueError(value)
    return float(value)


def with_more_digits(value: str) -> str:
    """Return the same number with three more decimals; raise ValueError for any other text."""
    number(value)
    return value + ("000" if "." in value else ".000")


def thousands(value: str) -> float:
    """Return a thousand times the number, so that its digits are grouped."""
    if number(value) < 1:
        raise ValueError(value)
    return 1000 * number(value)


def moment(value: str) -> datetime:
    """Return the time of an ISO 8601 text without an offset, or of a date; raise ValueError for any other text."""
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S" if " " in value else "%Y-%m-%d")


def epoch_seconds(value: str) -> float:
    return moment(value).replace(tzinfo=UTC).timestamp()


def is_time(name: str) -> bool:
    return name.endswith(("_at", "_date"))


def is_id(name: str) -> bool:
    return name.endswith("_id")


def _blanks_around(value: str, rng: np.random.Generator) -> str:
    if not value:
        return value
    blank = as_utf_8(str(rng.choice(BLANKS)))
    return value + blank if rng.random() < 0.8 else blank + value


def odd_words(content: bytes, rng: np.random.Generator) -> bytes:
    """Put words that no seed lists, or words with another meaning, into some or all rows of one column of words."""
    rows = parsed_rows(content)
    columns = [name for name in rows[0] if name in ODD_WORDS] if rows else []
    if not columns:
        return content
    column = str(rng.choice(columns))
    return in_cells(one_of(ODD_WORDS[column]), column.__eq__, WHOLE_SHARES)(content, rng)


def one_value(content: bytes, rng: np.random.Generator) -> bytes:
    """Give all rows the first value of one column, as in a shop with one brand, category, customer, product or price."""
    rows = parsed_rows(content)
    columns = [name for name in rows[0] if name not in UNIQUE and not is_time(name)] if len(rows) > 1 else []
    if not columns:
        return content
    column = str(rng.choice(columns))
    values = [row[rows[0].index(column)] for row in rows[1:] if len(row) > rows[0].index(column)]
    return in_cells(lambda value, rng: next(filter(None, values), ""), column.__eq__, (1.0,))(content, rng)


UNIQUE = {"order_id", "event_id", "impression_id"}


def restarting_orders(content: bytes, rng: np.random.Generator) -> bytes:
    """Restart the order numbers every day, as cash registers do."""
    rows = parsed_rows(content)
    if not rows or not {"order_id", "ordered_at"} <= set(rows[0]):
        return content
    order, time = rows[0].index("order_id"), rows[0].index("ordered_at")
    numbers: dict[str, dict[str, int]] = {}
    for row in rows[1:]:
        if max(order, time) < len(row):
            of_day = numbers.setdefault(row[time][:10], {})
            row[order] = str(of_day.setdefault(row[order], len(of_day) + 1))
    return csv_bytes(rows)


def refund_lines(content: bytes, rng: np.random.Generator) -> bytes:
    """Repeat some lines as refunds: the same order with a negative quantity, a minute later."""
    rows = parsed_rows(content)
    if not rows or not {"quantity", "ordered_at", "status"} <= set(rows[0]):
        return content
    quantity, time, status = (rows[0].index(name) for name in ("quantity", "ordered_at", "status"))
    word, share = str(rng.choice(["refund", "refunded", "completed", ""])), float(rng.choice([DAMAGED_SHARE, 0.6]))
    for position in some_rows(len(rows), rng, share):
        row = list(rows[position])
        if max(quantity, time, status) < len(row):
            row[quantity], row[status] = "-" + row[quantity], word
            with suppress(ValueError):
                row[time] = str(moment(row[time]) + timedelta(minutes=1))
            rows.append(row)
    return csv_bytes(rows)


def silent_season(content: bytes, rng: np.random.Generator) -> bytes:
    """Move the newest times of one column half a year later: 1%, 5% or 30% of them."""
    rows = parsed_rows(content)
    columns = [name for name in rows[0] if is_time(name)] if rows else []
    if not columns:
        return content
    column, share = str(rng.choice(columns)), float(rng.choice([0.01, 0.05, 0.3]))
    place = rows[0].index(column)
    times = sorted(row[place] for row in rows[1:] if place < len(row))
    if not times:
        return content
    first = times[int((1 - share) * (len(times) - 1))]

    def later(value: str, rng: np.random.Generator) -> str:
        try:
            return str(moment(value) + timedelta(days=180)) if value >= first else value
        except (ValueError, OverflowError):
            return value

    return in_cells(later, column.__eq__, (1.0,))(content, rng)


# Damages of the file and its header; most of them are refused.
FILE_DAMAGES: dict[str, Corruption] = {
    "drop_column": drop_column,
    "repeat_column": repeat_column,
    "rename_column": in_header(_rename),
    "duplicate_name": in_header(_call_one_as_another),
    "nameless_column": in_header(_lose_a_name),
    "truncate": truncate,
    "empty_file": empty_file,
    "header_only": header_only,
    "leading_blank_line": leading_blank_line,
    "comment_lines": comment_lines,
    "open_quote": in_one_line(_open_quote),
    "stray_quotes": in_some_lines(_stray_quote),
    "swallowing_quotes": swallowing_quotes,
    "more_values": in_some_lines(_more_values),
    "surplus_delimiter": in_some_lines(_surplus_delimiter),
    "fewer_values": in_some_lines(_fewer_values),
    "semicolons": semicolons,
    "some_semicolons": in_some_lines(_semicolons_in_a_line),
    "latin_1": in_some_lines(_latin_1),
    "utf_16": utf_16,
    "nul_bytes": in_one_line(_nul),
    "cut_character": cut_character,
    "huge_cell": in_one_line(_huge_cell),
    "carriage_returns": carriage_returns,
    "mixed_line_ends": in_some_lines(_carriage_return),
    "return_within": in_one_line(_return_within),
}
# Damages of values and rows; staging and cleaning must account for them.
VALUE_DAMAGES: dict[str, Corruption] = {
    "swap_columns": swap_columns,
    "repeat_header": repeat_header,
    "wrong_types": in_cells(one_of(WRONG_TYPES), lambda name: True),
    "odd_numbers": in_cells(one_of(ODD_NUMBERS), NUMBERS.__contains__),
    "extreme_numbers": in_cells(one_of(EXTREME_NUMBERS), NUMBERS.__contains__, WHOLE_SHARES),
    "odd_words": odd_words,
    "absurd_dates": in_cells(one_of(ABSURD_DATES), is_time),
    "silent_season": silent_season,
    "case_of_ids": in_cells(lambda value, rng: value.lower(), is_id, WHOLE_SHARES),
    "zeros_before_ids": in_cells(lambda value, rng: "0000" + value, is_id, WHOLE_SHARES),
    "one_guest": in_cells(lambda value, rng: "0", "customer_id".__eq__, (0.3, 0.7, 0.95)),
    "one_value": one_value,
    "restarting_orders": restarting_orders,
    "refund_lines": refund_lines,
    "double_rows": double_rows,
    "shuffle_times": shuffle_times,
    "blank_lines": blank_lines,
    "long_cell": in_one_line(_long_cell),
}
# Values in another format.
REWRITINGS: dict[str, Corruption] = {
    "number_formats": in_one_form(NUMBER_FORMATS, NUMBERS.__contains__),
    "time_formats": in_one_form(TIME_FORMATS, is_time),
    "mixed_time_formats": in_one_form(TIME_FORMATS, is_time, is_mixed=True),
    "float_numbers": in_one_form([with_more_digits], NUMBERS.__contains__),
    "time_offsets": in_one_form(OFFSET_FORMATS, is_time),
    "float_ids": in_cells(lambda value, rng: f"{value}.0" if value.isdigit() else value, "customer_id".__eq__, WHOLE_SHARES),
    "blanks_around_ids": in_cells(_blanks_around, is_id, WHOLE_SHARES),
    "words_without_id": in_cells(one_of(WORDS_WITHOUT_ID), is_id, WHOLE_SHARES),
    "quote_everything": quote_everything,
    "shuffle_rows": shuffle_rows,
    "byte_order_mark": byte_order_mark,
    "crlf": crlf,
}
CORRUPTIONS = FILE_DAMAGES | VALUE_DAMAGES | REWRITINGS
# The tables with the columns that a damage changes, for damages of few tables.
TABLES = {
    **dict.fromkeys(("restarting_orders", "refund_lines"), ("order_lines",)),
    **dict.fromkeys(
        ("odd_numbers", "extreme_numbers", "number_formats", "float_numbers"),
        ("customers", "impressions", "order_lines", "products"),
    ),
}

# Replacements of rewritings that must give the same ledger: no damage at all (None), or an empty value for a word that means a
# missing id. The mapping does not state the formats of the other rewritings; staging must not read their values as other values.
MEANINGS: dict[str, Corruption | None] = {
    **dict.fromkeys(REWRITINGS.keys() - {"number_formats", "time_formats", "mixed_time_formats"}),
    "words_without_id": in_cells(lambda value, rng: one_of(WORDS_WITHOUT_ID)(value, rng)[:0], is_id, WHOLE_SHARES),
}
