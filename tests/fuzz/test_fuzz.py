"""A few fixed variants of the kind that ``make fuzz`` draws at random, and tests of the fuzzer itself."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from tests.fuzz.corruptions import CORRUPTIONS
from tests.fuzz.variants import (
    ACCOUNTED,
    LOST,
    REFUSED,
    SILENT,
    TRACEBACK,
    Damage,
    check_variant,
    judge,
    record_count,
    sample_store,
)

SEED = 11

# Per case: damages (corruption, table), the verdict, and a text that the message must contain.
FIXED = {
    "unreadable values": (
        [("wrong_types", "order_lines"), ("odd_numbers", "order_lines"), ("absurd_dates", "events"), ("long_cell", "customers")],
        ACCOUNTED,
        "",
    ),
    "implausible values": (
        [
            ("extreme_numbers", "order_lines"),
            ("extreme_numbers", "products"),
            ("odd_words", "order_lines"),
            ("odd_words", "products"),
        ],
        ACCOUNTED,
        "",
    ),
    "equivalent spellings of values and ids": (
        [
            ("float_ids", "order_lines"),
            ("blanks_around_ids", "products"),
            ("time_offsets", "events"),
            ("words_without_id", "events"),
            ("float_numbers", "impressions"),
        ],
        ACCOUNTED,
        "",
    ),
    "formats that the mapping does not state": (
        [("number_formats", "products"), ("time_formats", "impressions"), ("mixed_time_formats", "customers")],
        ACCOUNTED,
        "",
    ),
    "all order times in another format": ([("time_formats", "order_lines")], REFUSED, "can't be read as a time"),
    "damage to a large share of the rows": (
        [
            ("one_value", "products"),
            ("restarting_orders", "order_lines"),
            ("refund_lines", "order_lines"),
            ("one_guest", "events"),
            ("silent_season", "events"),
            ("odd_words", "feedback"),
        ],
        ACCOUNTED,
        "",
    ),
    "product ids in another form": ([("zeros_before_ids", "products")] * 5, REFUSED, "hardly overlap"),
    "duplicate and unordered rows": (
        [("double_rows", "order_lines"), ("repeat_header", "order_lines"), ("shuffle_times", "events"), ("crlf", "feedback")],
        ACCOUNTED,
        "",
    ),
    "moved columns": (
        [("swap_columns", "events"), ("nameless_column", "feedback")],
        REFUSED,
        "the required column 'product_id'",
    ),
    "rows merged by valid quotes": ([("swallowing_quotes", "events")], REFUSED, "holds a line break"),
    "incomplete lines": ([("fewer_values", "products")], REFUSED, "fewer values than the header has columns"),
    "another delimiter": ([("semicolons", "order_lines")], REFUSED, "state the delimiter"),
    "another encoding": ([("utf_16", "customers")], REFUSED, "is not UTF-8 text"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all variants, so that dbt parses the project only once."""
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def known() -> dict:
    """Results of the undamaged store, computed once."""
    return {}


@pytest.mark.xdist_group("fuzz")
@pytest.mark.parametrize("case", FIXED)
def test_damaged_store_is_accounted_for_or_refused_by_name(case: str, folder: Path, known: dict) -> None:
    pairs, verdict, message = FIXED[case]
    damages = [Damage(table, corruption) for corruption, table in pairs]
    outcome = check_variant(sample_store(), damages, [SEED], folder, known)
    assert outcome.verdict == verdict, outcome.explanation
    assert message in outcome.explanation


@dataclass(frozen=True)
class FinishedRun(Run):
    """A finished run with the given ledger rows: table, rule, rows in, kept, rejected."""

    ledger: tuple[tuple[str, str, int, int, int], ...] = ()

    def query(self, sql: str) -> list[tuple]:
        return list(self.ledger)


FEW = ("events", "missing_key", 1000, 0, 19)
MANY = ("events", "missing_key", 100, 0, 21)
SOME = ("events", "missing_time", 100, 0, 19)
WARNING = "Warning: {} % of the rows of events ({} of 100) are rejected {}"


@pytest.mark.parametrize(
    ("ledger", "output", "verdict"),
    [
        ([FEW, ("events", "all", 1000, 981, 19)], "", ACCOUNTED),
        ([MANY, ("events", "all", 100, 79, 21)], "", SILENT),
        ([MANY, ("events", "all", 100, 79, 21)], WARNING.format(21, 21, "as missing_key: …"), ACCOUNTED),
        ([MANY, ("events", "all", 100, 79, 21)], WARNING.format(21, 21, "as missing_time: …"), SILENT),
        ([SOME, ("events", "all", 100, 60, 40)], "", SILENT),
        ([SOME, ("events", "all", 100, 60, 40)], WARNING.format(40, 40, "by several rules together: …"), ACCOUNTED),
        ([("events", "all", 100, 99, 0)], "", LOST),
        ([("events", "all", 100, 100, 0)], "Traceback (most recent call last):", TRACEBACK),
    ],
)
def test_large_rejection_without_a_message_is_not_accepted(
    ledger: list[tuple], output: str, verdict: str, tmp_path: Path
) -> None:
    run = FinishedRun(True, output, tmp_path, tmp_path, tmp_path, tuple(ledger))
    files = {"events": b"a,b\n" + b"1,2\n" * ledger[-1][2]}
    assert judge(run, files, []).verdict == verdict


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_corruption_is_deterministic_and_accepts_damaged_input(corruption: str) -> None:
    damage = CORRUPTIONS[corruption]
    store = sample_store()
    contents = [store["order_lines"], *store.values()]
    content = next(content for content in contents if damage(content, np.random.default_rng(SEED)) != content)
    once, again = (damage(content, np.random.default_rng(SEED)) for _ in range(2))
    assert once == again
    for damaged in [b"\n", b"order_id", b"order_id,quantity\n", b'"', b"\x00\xff\r", content[:-5]]:
        assert isinstance(damage(damaged, np.random.default_rng(SEED)), bytes)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b"a,b\n1,2\n3,4\n", 2),
        (b"a,b\n1,2\n3,4", 2),
        (b"a,b\r\n1,2\r\n\r\n3,4\r\n", 2),
        (b"a,b\r1,2\r", 1),
        (b"a,b\n", 0),
        (b"a\n1\n\n3\n", 3),
    ],
)
def test_record_count_counts_lines_after_the_header(content: bytes, count: int) -> None:
    assert record_count(content) == count
