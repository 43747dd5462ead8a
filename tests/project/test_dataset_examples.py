"""With the mapping files in datasets/examples, cleaning keeps and rejects the expected rows of each export."""

import contextlib
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.conftest import PROJECT, run_dbt

EXAMPLES = PROJECT / "datasets" / "examples"
EXPORTS = PROJECT / "tests" / "exports"  # not in tests/fixtures, whose files dbt reads for unit tests
DISPOSITIONS = {
    table: f"{table.removesuffix('s')}_dispositions" for table in ("order_lines", "events", "products", "customers", "consents")
}
KEPT = "kept"
# Row count by table and disposition, counted by hand in the exports.
EXPECTED = {
    "shopify": {"order_lines": {KEPT: 27, "cancelled": 4}, "products": {KEPT: 10}, "consents": {KEPT: 17}},
    "woocommerce": {"order_lines": {KEPT: 25, "cancelled": 6}, "products": {KEPT: 7}},
    "magento": {"order_lines": {KEPT: 24, "cancelled": 4}, "products": {KEPT: 12}},
    "olist": {"order_lines": {KEPT: 16, "cancelled": 2}, "products": {KEPT: 6}, "customers": {KEPT: 6}},
    "ga4": {
        "order_lines": {KEPT: 13, "cancelled": 1, "netted_by_cancellation": 1},
        "events": {KEPT: 19, "exact_duplicate": 1},
        "products": {KEPT: 6},
    },
}


def test_every_example_has_an_export() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.yml")} == EXPECTED.keys() == {folder.name for folder in EXPORTS.iterdir()}


@pytest.mark.parametrize("name", EXPECTED)
def test_export_rows_have_the_expected_dispositions(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    shutil.copytree(EXPORTS / name, folder)
    if (EXAMPLES / f"{name}.sql").exists():
        with contextlib.chdir(folder), duckdb.connect() as connection:
            connection.execute((EXAMPLES / f"{name}.sql").read_text())
    variables = yaml.safe_load((EXAMPLES / f"{name}.yml").read_text())
    variables.pop("base_currency", None)  # no cleaning rule reads it, and a further set of vars costs another parse
    models = [f"+{DISPOSITIONS[table]}" for table in EXPECTED[name]]
    left_out = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    run = run_dbt(tmp_path, "build", "--select", *models, *left_out, variables={**variables, "raw_path": str(folder)})
    assert run.succeeded, run.output
    counts = "select coalesce(rejection_reason, '{kept}'), count(*) from cleaning.{model} group by all"
    found = {table: dict(run.query(counts.format(kept=KEPT, model=DISPOSITIONS[table]))) for table in EXPECTED[name]}
    assert found == EXPECTED[name]
