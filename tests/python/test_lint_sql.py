"""SQL lint gives the same findings when layout rules share their reflow sequences."""

import pytest
import sqlfluff
from sqlfluff.utils.reflow import ReflowSequence

from tests.lint_sql import build_sequences_once

LONG_LINE = "select " + ", ".join(f"column_number_{number}" for number in range(20)) + "\nfrom a\n"
FAULTS = {
    "LT01": "select  a+b as c\nfrom d\n",
    "LT02": "select\n  a,\n        b\nfrom c\n",
    "LT05": LONG_LINE,
    "LT14": "select a from b where c\ngroup by a\n",
}


def test_shared_sequences_do_not_change_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [sqlfluff.lint(text, dialect="duckdb") for text in FAULTS.values()]
    for code, found in zip(FAULTS, expected, strict=True):
        assert code in {finding["code"] for finding in found}, code
    monkeypatch.setattr(ReflowSequence, "from_root", ReflowSequence.__dict__["from_root"])
    build_sequences_once()
    assert [sqlfluff.lint(text, dialect="duckdb") for text in FAULTS.values()] == expected
