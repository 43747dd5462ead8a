"""Profiles keep the counts of the previous build: drift in the raw data is found, and nothing else is reported."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, run_dbt
from tests.project.test_bad_input import shop, some_lines
from tests.project.test_determinism import fingerprints

QUANTITY, PRICE = 3, 4  # positions of the columns in an order line


def profile(folder: Path, lines: Iterable[Iterable[Any]], *arguments: str) -> Run:
    """Build the profiles of a shop, with the tests that warn and fail on drift."""
    return run_dbt(
        folder,
        "build",
        "--select",
        "+column_profile,resource_type:model",
        "+column_profile,resource_type:seed",
        "assert_drift_stays_below_fail_thresholds",
        "assert_drift_stays_below_warn_thresholds",
        "--indirect-selection",
        "empty",
        "--exclude-resource-type",
        "unit_test",
        *arguments,
        variables=shop(folder, lines),
    )


def drift(run: Run, column: str) -> tuple[float, float, str]:
    """Return PSI, change of the NULL share, and drift status of a column of order_lines."""
    [row] = run.query(
        f"""select psi, null_share_change, drift_status from marts.column_profile
        where raw_table = 'order_lines' and column_name = '{column}'"""
    )
    return row


def with_column(lines: list[list[Any]], place: int, value: Any, of_ten: int) -> list[list[Any]]:
    """Return the lines with one column changed in the first `of_ten` of every ten lines."""
    return [[*line[:place], value, *line[place + 1 :]] if number % 10 < of_ten else line for number, line in enumerate(lines)]


@pytest.fixture(scope="module")
def lines() -> list[list[Any]]:
    return some_lines()


def test_first_build_is_new_and_unchanged_data_has_no_drift(lines: list[list[Any]], tmp_path: Path) -> None:
    first = profile(tmp_path, lines)
    assert first.succeeded, first.output
    assert first.query("select distinct psi, drift_status from marts.column_profile") == [(None, "new")]
    second = profile(tmp_path, lines)
    assert second.succeeded, second.output
    assert second.query("select distinct null_share_change, drift_status from marts.column_profile") == [(0.0, "ok")]
    assert second.query("select distinct psi from marts.column_profile where null_share < 1") == [(0.0,)]
    settled = fingerprints(second)
    assert fingerprints(profile(tmp_path, lines)) == settled


def test_moderate_drift_warns_once(lines: list[list[Any]], tmp_path: Path) -> None:
    profile(tmp_path, lines)
    changed = with_column(with_column(lines, QUANTITY, 2, of_ten=1), PRICE, "", of_ten=1)
    run = profile(tmp_path, changed)
    assert run.succeeded, run.output
    assert "assert_drift_stays_below_warn_thresholds" in run.output
    share = run.query("select avg(case when quantity = 2 then 1 else 0 end) from staging.stg_order_lines")[0][0]
    # Every quantity was 1, so two of the ten bins are used: up to 1, and above. The second was empty; 0.0001 is assumed for it.
    expected_psi = -share * math.log(1 - share) + (share - 0.0001) * math.log(share / 0.0001)
    assert drift(run, "quantity") == (pytest.approx(expected_psi, rel=1e-9), 0.0, "warn")
    psi, null_share_change, status = drift(run, "unit_price")
    assert (psi, null_share_change, status) == (0.0, pytest.approx(share, rel=1e-9), "warn")
    assert drift(run, "product_id") == (0.0, 0.0, "ok")
    again = profile(tmp_path, changed)
    assert "assert_drift_stays_below_warn_thresholds" not in " ".join(
        line for line in again.output.splitlines() if "WARN" in line
    )
    assert drift(again, "quantity") == (0.0, 0.0, "ok")


def test_failing_drift_fails_again_when_the_build_is_repeated(lines: list[list[Any]], tmp_path: Path) -> None:
    profile(tmp_path, lines)
    broken = with_column(lines, QUANTITY, 1000, of_ten=10)
    for _ in range(2):
        run = profile(tmp_path, broken)
        assert not run.succeeded
        assert "assert_drift_stays_below_fail_thresholds" in run.output
        assert drift(run, "quantity")[2] == "fail"
    repaired = profile(tmp_path, lines)
    assert repaired.succeeded, repaired.output
    assert drift(repaired, "quantity") == (0.0, 0.0, "ok")


def test_full_refresh_accepts_an_intended_change(lines: list[list[Any]], tmp_path: Path) -> None:
    profile(tmp_path, lines)
    changed = with_column(lines, QUANTITY, 1000, of_ten=10)
    assert not profile(tmp_path, changed).succeeded
    accepted = profile(tmp_path, changed, "--full-refresh")
    assert accepted.succeeded, accepted.output
    assert drift(accepted, "quantity") == (None, None, "new")
    assert drift(profile(tmp_path, changed), "quantity") == (0.0, 0.0, "ok")


def test_kinds_agree_with_staging_types(demo_build: Run) -> None:
    kinds = {"VARCHAR": "text", "BOOLEAN": "truth", "TIMESTAMP": "time", "DATE": "time", "BIGINT": "number", "DOUBLE": "number"}
    built = demo_build.query(
        """select counts.raw_table, counts.column_name, columns.data_type, counts.kind
        from quality.column_counts as counts
        left join duckdb_columns() as columns
            on columns.table_name = 'stg_' || counts.raw_table and columns.column_name = counts.column_name"""
    )
    assert len(built) > 50
    assert [row for row in built if kinds.get(row[2], "number" if row[2].startswith("DECIMAL") else "") != row[3]] == []


def test_personal_values_are_counted_but_not_shown_in_profiles(demo_build: Run) -> None:
    shown = demo_build.query(
        """select column_name, distinct_count > 0, lowest, highest, top_values from marts.column_profile
        where raw_table = 'customers' and column_name in ('full_name', 'email', 'postcode', 'birth_date') order by 1"""
    )
    assert shown == [(column, True, None, None, None) for column in ("birth_date", "email", "full_name", "postcode")]
    columns = "('customer_id', 'full_name', 'email', 'postcode')"
    bins = demo_build.query(f"select count(value) from quality.column_bins where column_name in {columns}")
    assert bins == [(0,)]
