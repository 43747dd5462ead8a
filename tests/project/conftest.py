"""Builds that several test files share."""

import csv
import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FAST, Run, run_dbt
from warehouse_operations.demo_store import Settings, write_store

STRAY = "stray.person@victim.example"  # personal text in columns that should not hold any
# Product texts that a web page, a spreadsheet, a terminal, SQL or a template might execute.
HOSTILE_TEXTS = (
    "<script>document.title = 'run'</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "'; drop table marts.recommendations; --",
    "{{ 7 * 7 }} {% raw %} {product} {days} {month}",
    "\x1b[31mred\x07 bell",
    "\u202egnirts desrever\u202c \u05e9\u05dc\u05d5\u05dd",
    "</style></title><svg onload=alert(1)>",
)
SINGLE = {"device": "kiosk", "country": "LU"}  # values that only one customer has
SHOP = Settings(customers=120, products=120, orders_per_customer=6.0, seed=5)


@pytest.fixture(scope="session")
def hostile_shop(shared: Path) -> Run:
    """A small shop with hostile text, personal text in wrong columns, and groups of one customer; built once for all workers.

    Its raw files are in the folder `raw` beside the database.
    """
    folder = shared / "hostile"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        output = folder / "output.txt"
        if not output.exists():
            raw = folder / "raw"
            raw.mkdir()
            write_store(SHOP, raw, "csv")
            spoil(raw)
            without_tests = ("--exclude-resource-type", "test", "unit_test")
            run = run_dbt(folder, "build", *without_tests, "--threads", "4", variables=hostile_variables(raw))
            output.write_text(run.output)
            (folder / "succeeded").write_text("yes" if run.succeeded else "")
    assert (folder / "succeeded").read_text(), output.read_text()
    return Run(True, output.read_text(), folder / "warehouse.duckdb", folder / "target", folder / "published")


def hostile_variables(raw: Path) -> dict:
    """Vars of the hostile shop: every minimum count is as low as possible, except the one for published counts."""
    return {
        "dataset": "hostile",
        "raw_path": str(raw),
        **FAST,
        "catalogue_smallest_cell": 1,
        "evaluation_fewest_customers": 1,
        "evaluation_gate_severity": "warn",
        "fairness_fewest_customers": 2,
    }


def spoil(raw: Path) -> None:
    """Write hostile text, stray personal text and single values into a shop's raw files."""

    def products(number: int, row: dict[str, str]) -> None:
        if number < 2 * len(HOSTILE_TEXTS):
            row["name" if number % 2 else "brand"] = HOSTILE_TEXTS[number // 2]

    def customers(number: int, row: dict[str, str]) -> None:
        strays = ("gender", "country", "city", "acquisition_channel", "preferred_categories", "postcode")
        if 10 <= number < 10 + len(strays):
            row[strays[number - 10]] = STRAY
        if row["customer_id"] == "C00007":
            row["country"] = SINGLE["country"]

    def single_values(table: str) -> Callable[[int, dict[str, str]], None]:
        strays = {"events": ("device", "country", "referrer"), "order_lines": ("channel", "device", "country", "status")}[table]

        def change(number: int, row: dict[str, str]) -> None:
            if number in range(40, 40 + len(strays)):
                row[strays[number - 40]] = STRAY
            if row["customer_id"] == "C00007":
                row.update(SINGLE)

        return change

    for table, change in (("products", products), ("customers", customers)):
        rewrite(raw / f"{table}.csv", change)
    for table in ("events", "order_lines"):
        rewrite(raw / f"{table}.csv", single_values(table))


def rewrite(file: Path, change: Callable[[int, dict[str, str]], None]) -> None:
    """Change the rows of a CSV file in place. `change` gets the row's number, from 0, and the row."""
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    for number, row in enumerate(rows):
        change(number, row)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
