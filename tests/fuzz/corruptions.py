"""What can be wrong with a CSV file: functions from its bytes and a seeded generator to the bytes of a damaged file.

They may be applied one after the other, so each must take what another one has left: files are taken apart and put together
as latin-1, which keeps any byte, and a file too small for a damage is returned as it is.
"""

import csv
import io
from collections.abc import Callable

import numpy as np

Corruption = Callable[[bytes, np.random.Generator], bytes]

DAMAGED_SHARE = 0.1  # of the rows, where a damage hits some of them
LONG_CELL = 200_000  # characters; beyond what macro mapped_rows keeps
HUGE_CELL = 17_000_000  # bytes; above the longest line of macro csv_dialect
WRONG_TYPES = ["N/A", "true", "12,5", "", " ", "0x1F", "null", "{}", "中", "'; drop table x; --", "<null>", "|"]
ODD_NUMBERS = ["-1", "0", "-0.0", "NaN", "inf", "-Infinity", "1e400", "1e-400", "9" * 40, "1_000", "1.5.2", "+3", "\uff11"]
EXTREME_NUMBERS = ["5901234123457", "-5901234123457", "9999999", "-9999999", "99999999999.9999", "1.234,56", "€1,892.00", "1e13"]
ODD_WORDS = ["wc-failed", "Partially_Refunded", "in der Post", "out of stock", "ask us", "refund"]
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


def taken_apart(content: bytes) -> list[list[str]]:
    """Rows of a file, header first, as lenient as Python reads them."""
    return list(csv.reader(io.StringIO(content.decode("latin-1"), newline="")))


def put_together(rows: list[list[str]], **dialect: str) -> bytes:
    """The file of these rows. Texts that no latin-1 character can stand for are written as UTF-8."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n", **dialect).writerows(rows)
    return b"".join(c.encode("latin-1") if ord(c) < 256 else c.encode() for c in file.getvalue())


def lines_of(content: bytes) -> list[bytes]:
    """Lines of a file without their ends; the last line's end is not a line."""
    return content.rstrip(b"\n").split(b"\n")


def from_lines(lines: list[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"


def some_rows(count: int, rng: np.random.Generator) -> list[int]:
    """Positions of about DAMAGED_SHARE of the rows behind the header, at least one, in increasing order."""
    if count < 2:
        return []
    hit = 1 + np.flatnonzero(rng.random(count - 1) < DAMAGED_SHARE)
    return hit.tolist() or [int(rng.integers(1, count))]


def in_some_lines(change: Callable[[bytes, np.random.Generator], bytes]) -> Corruption:
    """Damage some lines of the file, each by itself."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        lines = lines_of(content)
        for position in some_rows(len(lines), rng):
            lines[position] = change(lines[position], rng)
        return from_lines(lines)

    return damage


def in_one_line(change: Callable[[bytes, np.random.Generator], bytes]) -> Corruption:
    """Damage one line of the file behind the header."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        lines = lines_of(content)
        if len(lines) < 2:
            return content
        position = int(rng.integers(1, len(lines)))
        lines[position] = change(lines[position], rng)
        return from_lines(lines)

    return damage


def in_cells(values: list[str], is_hit: Callable[[str], bool]) -> Corruption:
    """Put `values` into some rows of one column whose name `is_hit`."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        rows = taken_apart(content)
        columns = [position for position, name in enumerate(rows[0]) if is_hit(name)] if rows else []
        if not columns:
            return content
        column = int(rng.choice(columns))
        for position in some_rows(len(rows), rng):
            if column < len(rows[position]):
                rows[position][column] = str(rng.choice(values))
        return put_together(rows)

    return damage


def in_header(change: Callable[[list[str], np.random.Generator], list[str]]) -> Corruption:
    """Damage the column names and leave the values."""

    def damage(content: bytes, rng: np.random.Generator) -> bytes:
        rows = taken_apart(content)
        return put_together([change(list(rows[0]), rng), *rows[1:]]) if rows and rows[0] else content

    return damage


# --- columns ----------------------------------------------------------------------------------------------------------


def swap_columns(content: bytes, rng: np.random.Generator) -> bytes:
    """Exchange the values of two columns in some rows."""
    rows = taken_apart(content)
    if not rows or len(rows[0]) < 2:
        return content
    a, b = rng.choice(len(rows[0]), size=2, replace=False).tolist()
    for position in some_rows(len(rows), rng):
        row = rows[position]
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return put_together(rows)


def drop_column(content: bytes, rng: np.random.Generator) -> bytes:
    rows = taken_apart(content)
    if not rows or len(rows[0]) < 2:
        return content
    dropped = int(rng.integers(len(rows[0])))
    return put_together([row[:dropped] + row[dropped + 1 :] for row in rows])


def repeat_column(content: bytes, rng: np.random.Generator) -> bytes:
    """Deliver one column twice, under the same name."""
    rows = taken_apart(content)
    if not rows or not rows[0]:
        return content
    repeated = int(rng.integers(len(rows[0])))
    return put_together([row + row[repeated : repeated + 1] for row in rows])


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
    """Repeat the header between the rows, as files that were strung together have it."""
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
    """Give each time of one column to another row."""
    rows = taken_apart(content)
    columns = [position for position, name in enumerate(rows[0]) if name.endswith("_at")] if rows else []
    if not columns:
        return content
    column = int(rng.choice(columns))
    positions = [position for position in range(1, len(rows)) if column < len(rows[position])]
    times = [rows[position][column] for position in positions]
    for position, source in zip(positions, rng.permutation(len(times)), strict=True):
        rows[position][column] = times[source]
    return put_together(rows)


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """Break the delivery off at any byte behind the header."""
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
    place = int(rng.integers(len(line) + 1))
    return line[:place] + b'"' + line[place:]


def swallowing_quotes(content: bytes, rng: np.random.Generator) -> bytes:
    """Open a quote in one row and close it in the same column of a later one: valid CSV that swallows rows."""
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
    """Nothing wrong: every value in quotes."""
    return put_together(taken_apart(content), quoting=csv.QUOTE_ALL)


def _more_values(line: bytes, rng: np.random.Generator) -> bytes:
    return line + b",surplus" * int(rng.integers(1, 4))


def _surplus_delimiter(line: bytes, rng: np.random.Generator) -> bytes:
    return line + b","


def _fewer_values(line: bytes, rng: np.random.Generator) -> bytes:
    return line.rpartition(b",")[0]


def semicolons(content: bytes, rng: np.random.Generator) -> bytes:
    return put_together(taken_apart(content), delimiter=";")


def _semicolons_in_a_line(line: bytes, rng: np.random.Generator) -> bytes:
    return line.replace(b",", b";")


# --- text -------------------------------------------------------------------------------------------------------------


def _latin_1(line: bytes, rng: np.random.Generator) -> bytes:
    return line + "é".encode("latin-1")


def _nul(line: bytes, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(len(line) + 1))
    return line[:place] + b"\x00" + line[place:]


def utf_16(content: bytes, rng: np.random.Generator) -> bytes:
    return content.decode("latin-1").encode(str(rng.choice(["utf-16", "utf-16-le", "utf-16-be"])))


def byte_order_mark(content: bytes, rng: np.random.Generator) -> bytes:
    return b"\xef\xbb\xbf" + content


def cut_character(content: bytes, rng: np.random.Generator) -> bytes:
    """End the file in the middle of a character of several bytes."""
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
    """Nothing wrong: the line ends of Windows."""
    return content.replace(b"\n", b"\r\n")


def carriage_returns(content: bytes, rng: np.random.Generator) -> bytes:
    return content.replace(b"\n", b"\r")


def _return_within(line: bytes, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(len(line) + 1))
    return line[:place] + b"\r" + line[place:]


NUMBERS = {"quantity", "unit_price", "price", "size", "age", "position", "propensity"}

CORRUPTIONS: dict[str, Corruption] = {
    "swap_columns": swap_columns,
    "drop_column": drop_column,
    "repeat_column": repeat_column,
    "rename_column": in_header(_rename),
    "duplicate_name": in_header(_call_one_as_another),
    "nameless_column": in_header(_lose_a_name),
    "repeat_header": repeat_header,
    "wrong_types": in_cells(WRONG_TYPES, lambda name: True),
    "odd_numbers": in_cells(ODD_NUMBERS, lambda name: name in NUMBERS),
    "extreme_numbers": in_cells(EXTREME_NUMBERS, lambda name: name in NUMBERS),
    "odd_words": in_cells(ODD_WORDS, lambda name: name in {"status", "is_available"}),
    "absurd_dates": in_cells(ABSURD_DATES, lambda name: name.endswith(("_at", "_date"))),
    "double_rows": double_rows,
    "shuffle_rows": shuffle_rows,
    "shuffle_times": shuffle_times,
    "truncate": truncate,
    "empty_file": empty_file,
    "header_only": header_only,
    "blank_lines": blank_lines,
    "leading_blank_line": leading_blank_line,
    "comment_lines": comment_lines,
    "open_quote": in_one_line(_open_quote),
    "stray_quotes": in_some_lines(_stray_quote),
    "swallowing_quotes": swallowing_quotes,
    "quote_everything": quote_everything,
    "more_values": in_some_lines(_more_values),
    "surplus_delimiter": in_some_lines(_surplus_delimiter),
    "fewer_values": in_some_lines(_fewer_values),
    "semicolons": semicolons,
    "some_semicolons": in_some_lines(_semicolons_in_a_line),
    "latin_1": in_some_lines(_latin_1),
    "utf_16": utf_16,
    "byte_order_mark": byte_order_mark,
    "nul_bytes": in_one_line(_nul),
    "cut_character": cut_character,
    "long_cell": in_one_line(_long_cell),
    "huge_cell": in_one_line(_huge_cell),
    "crlf": crlf,
    "carriage_returns": carriage_returns,
    "mixed_line_ends": in_some_lines(_carriage_return),
    "return_within": in_one_line(_return_within),
}
