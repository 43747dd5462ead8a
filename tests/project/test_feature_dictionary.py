"""Data tests enforce what the feature dictionary states."""

import shutil
from pathlib import Path

import duckdb

from tests.conftest import Run, run_dbt


def test_values_outside_the_stated_range_fail(demo_build: Run, tmp_path: Path) -> None:
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for change in (
            "recency_days = -1",  # below the lower bound
            "peak_month = 13",  # above the upper bound
            "hour_entropy = 'nan'",  # not a number
            "tenure_days = 'infinity'",  # not finite, although the range is open
            "expected_by = 'stars'",  # a label that is not listed
        ):
            connection.execute(
                f"update marts.customer_features set {change} where cutoff_id = 'live' and customer_id = "
                "(select min(customer_id) from marts.customer_features)"
            )
    broken = run_dbt(tmp_path, "test", "--select", "customer_features,test_name:within_stated_ranges")
    assert not broken.succeeded
    assert "Got 5 results" in broken.output, broken.output


def test_dictionary_equals_the_yaml(demo_build: Run) -> None:
    stated = demo_build.query(
        """select grain, data_type, unit, value_range, null_reason, is_leak_safe from marts.feature_dictionary
        where feature_table = 'customer_features' and feature = 'gap_mean_days'"""
    )
    reason = "fewer than two days with a kept purchase"
    assert stated == [("cutoff \u00d7 customer", "double", "days", "1 to open", reason, True)]
    rendered = demo_build.query(
        "select unit from marts.feature_dictionary where feature_table = 'product_features' and feature = 'price'"
    )
    assert rendered == [("EUR",)]
