"""A fixed few of the variants that ``make fuzz`` draws at random, and checks of the fuzzer itself."""

from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.corruptions import CORRUPTIONS
from tests.fuzz.variants import ACCOUNTED, REFUSED, Damage, damaged, judge, record_count, run_variant, sample_store

SEED = 11

# damages (corruption, table), the verdict, and what the message must say
FIXED = {
    "values nobody can read": (
        [("wrong_types", "order_lines"), ("odd_numbers", "order_lines"), ("absurd_dates", "events"), ("long_cell", "customers")],
        ACCOUNTED,
        "",
    ),
    "values nobody has": (
        [
            ("extreme_numbers", "order_lines"),
            ("extreme_numbers", "products"),
            ("odd_words", "order_lines"),
            ("odd_words", "products"),
        ],
        ACCOUNTED,
        "",
    ),
    "delivered twice and in disorder": (
        [("double_rows", "order_lines"), ("repeat_header", "order_lines"), ("shuffle_times", "events"), ("crlf", "feedback")],
        ACCOUNTED,
        "",
    ),
    "columns that moved": (
        [("swap_columns", "events"), ("nameless_column", "feedback")],
        REFUSED,
        "the required column 'product_id'",
    ),
    "rows swallowed by valid quotes": ([("swallowing_quotes", "events")], REFUSED, "holds a line break"),
    "broken lines": ([("fewer_values", "products")], REFUSED, "fewer values than the header has columns"),
    "another delimiter": ([("semicolons", "order_lines")], REFUSED, "say what stands between them"),
    "another encoding": ([("utf_16", "customers")], REFUSED, "is not UTF-8 text"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all variants, so that dbt parses the project once."""
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.xdist_group("fuzz")
@pytest.mark.parametrize("case", FIXED)
def test_damage_is_accounted_for_or_refused_by_name(case: str, folder: Path) -> None:
    pairs, verdict, message = FIXED[case]
    damages = [Damage(table, corruption) for corruption, table in pairs]
    files = damaged(sample_store(), damages, np.random.default_rng(SEED))
    outcome = judge(run_variant(files, folder), files, damages)
    assert outcome.verdict == verdict, outcome.explanation
    assert message in outcome.explanation


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_damage_follows_from_the_seed_and_survives_what_another_one_left(corruption: str) -> None:
    damage = CORRUPTIONS[corruption]
    content = sample_store()["order_lines"]
    once, again = (damage(content, np.random.default_rng(SEED)) for _ in range(2))
    assert once == again
    assert once != content
    for leftover in [b"\n", b"order_id", b"order_id,quantity\n", b'"', b"\x00\xff\r", content[:-5]]:
        assert isinstance(damage(leftover, np.random.default_rng(SEED)), bytes)


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
def test_records_are_counted_line_by_line(content: bytes, count: int) -> None:
    assert record_count(content) == count
