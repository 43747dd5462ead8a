"""Values as shops write them are parsed as the mapping states, and unreadable values are counted and reported by rule."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, run_dbt
from tests.project.test_bad_input import LINE_COLUMNS, write_csv

DAYS = range(1, 29)


def build(folder: Path, raw: dict[str, Any], *selected: str, **variables: Any) -> Run:
    """Build the selected nodes without any other test."""
    chosen = ("--select", *selected, "--indirect-selection", "empty", "--exclude-resource-type", "unit_test")
    return run_dbt(folder, "build", *chosen, variables={"dataset": "shop", "raw_path": str(folder), "raw": raw, **variables})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A shop with two-digit years, decimal commas, currency signs, statuses, refunds, a barcode and texts for availability.

    Prices are 1,010, and 20,200 on every fourth day, so that most amounts are equal.
    """
    folder = tmp_path_factory.mktemp("values")
    lines = [
        [
            f"o{day}-{customer}",
            f"c{customer}",
            f"p{customer}",
            1,
            "1.010,00 €" if day % 4 else "20.200,00 €",
            f"{day:02d}/06/25 10:30",
        ]
        for day in DAYS
        for customer in range(4)
    ]
    status = ["wc-completed"] * len(lines)
    for place, word in enumerate(["wc-failed", "wc-pending", "wc-refunded", "wc-cancelled", "in der Post", "Partially_Refunded"]):
        status[place] = word
    rows = [[*line, word] for line, word in zip(lines, status, strict=True)]
    rows += [
        ["r1", "c1", "p1", 2, "10,00", "01/06/25 09:00", "completed"],
        ["r1", "c1", "p1", -1, "10,00", "02/06/25 09:00", "completed"],
        ["r1", "c1", "p1", -1, "10,00", "03/06/25 09:00", "completed"],
        ["r2", "c2", "p2", 1, "11,00", "01/06/25 09:00", "completed"],
        ["r2-R", "c2", "p2", -1, "11,00", "04/06/25 09:00", "refund"],
        ["barcode", "c3", "p3", 5901234123457, "29,90", "05/06/25 09:00", "completed"],
        ["barcode price", "c3", "p3", 1, 5901234123457, "05/06/25 09:00", "completed"],
        ["word", "c3", "p3", "two", "10,00", "05/06/25 09:00", "completed"],
        ["old", "c3", "p3", 1, "10,00", "05/06/70 09:00", "completed"],
        ["iso", "c3", "p3", 1, "10,00", "2025-06-05 09:00", "completed"],
    ]
    write_csv(folder / "lines.csv", [*LINE_COLUMNS, "status"], rows)
    availability = ["in stock", "Out of Stock", "out_of_stock", "", "ask us", "InStock"]
    products = [[f"p{place}", word, "£1,892.00" if place == 2 else 12.5, "12/05/2020"] for place, word in enumerate(availability)]
    write_csv(folder / "products.csv", ["product_id", "is_available", "price", "launched_at"], products)
    customers = [["c0", "12/05/1990", "30-34"], ["c1", "31/12/1980", 44], ["c2", "", "44,5"], ["c3", "1/2/1970", 55]]
    write_csv(folder / "customers.csv", ["customer_id", "birth_date", "age"], customers)
    raw = {
        "order_lines": {
            "file": "<raw_path>/lines.csv",
            "time_format": "%d/%m/%y %H:%M",
            "number_format": {"unit_price": "1.234,56 €"},
        },
        "products": {"file": "<raw_path>/products.csv", "time_format": {"launched_at": "%d/%m/%Y"}},
        "customers": {"file": "<raw_path>/customers.csv", "time_format": "%d/%m/%Y"},
    }
    marts = ("+cleaning_ledger", "+corrections", "+flagged_records", "+outlier_report")
    run = build(folder, raw, *marts, "assert_raw_values_are_recognised")
    assert run.succeeded, run.output
    return run


def test_times_are_read_by_the_format_of_the_mapping(shop: Run) -> None:
    assert shop.query("select cast(as_of as string) from cleaning.as_of") == [("2025-06-28 10:30:00",)]
    dates = shop.query("select cast(clean_birth_date as string) from cleaning.customer_dispositions order by customer_id")
    assert sorted(date for (date,) in dates if date) == ["1970-02-01", "1980-12-31", "1990-05-12"]


def test_numbers_are_read_by_the_format_of_the_mapping(shop: Run) -> None:
    prices = shop.query("select distinct unit_price from staging.stg_order_lines where order_id like 'o%-%' order by 1")
    assert [float(price) for (price,) in prices] == [1010, 20200]


def test_unusable_lines_are_rejected_by_rule(shop: Run) -> None:
    rejected = shop.query(
        "select order_id, rejection_reason from cleaning.order_line_dispositions "
        "where rejection_reason is not null and order_id not like 'o%-%' and quantity is distinct from -1 order by 1"
    )
    assert rejected == [
        ("barcode", "implausible_number"),
        ("barcode price", "implausible_number"),
        ("iso", "unreadable_time"),
        ("old", "implausible_time"),
        ("r1", "netted_by_cancellation"),
        ("r2", "netted_by_cancellation"),
        ("word", "unreadable_number"),
    ]


def test_unbought_statuses_are_rejected_and_unknown_statuses_are_flagged(shop: Run) -> None:
    reasons = shop.query(
        "select status, rejection_reason from cleaning.order_line_dispositions "
        "where order_id like 'o1-%' or order_id in ('o2-0', 'o2-1') order by 1"
    )
    assert reasons == [
        ("in der post", None),
        ("partially_refunded", None),
        ("wc-cancelled", "cancelled"),
        ("wc-failed", "cancelled"),
        ("wc-pending", "pending"),
        ("wc-refunded", "refunded"),
    ]
    ledger = "select found_count, kept_count from marts.cleaning_ledger where rule = 'unknown_status'"
    assert shop.query(ledger) == [(1, 1)]
    assert shop.query("select count(*) from restricted.flagged_records where rule = 'unknown_status'") == [(1,)]


def test_refunds_reverse_a_purchase_when_no_piece_is_left(shop: Run) -> None:
    reversed_lines = (
        "select cast(cancelled_at as string) from cleaning.order_line_dispositions where order_id = '{}' and quantity > 0"
    )
    assert shop.query(reversed_lines.format("r1")) == [("2025-06-03 09:00:00",)]
    assert shop.query(reversed_lines.format("r2")) == [("2025-06-04 09:00:00",)]


def test_availability_texts_are_parsed_and_unknown_texts_mean_unavailable(shop: Run) -> None:
    available = shop.query("select product_id from cleaning.product_dispositions where clean_is_available order by 1")
    assert available == [("p0",), ("p3",), ("p5",)]


def test_unreadable_values_are_in_ledger_and_corrections(shop: Run) -> None:
    ledger = shop.query(
        "select raw_table, found_count from marts.cleaning_ledger "
        "where rule in ('unreadable_value', 'implausible_value') and found_count > 0 order by 1"
    )
    assert ledger == [("customers", 2), ("products", 2)]
    corrections = shop.query(
        "select raw_table, column_name, value_before, value_after from restricted.corrections "
        "where rule = 'unreadable_value' order by all"
    )
    assert corrections == [
        ("customers", "age", "30-34", "35.0"),
        ("customers", "age", "44,5", "44.0"),
        ("products", "is_available", "ask us", "false"),
        ("products", "price", "£1,892.00", "12.5000"),
    ]
    assert shop.query("select count(*) from marts.cleaning_ledger where rule = 'missing_price' and found_count > 0") == [(0,)]


def test_columns_with_several_unreadable_values_warn_with_examples(shop: Run) -> None:
    output = " ".join(shop.output.split())
    assert "table 'products': 1 of 6 values of column 'price' can't be read as a number, for example '£1,892.00'" in output
    assert "`number_format: {price: '£1,234.56'}`" in output
    said = [line for line in shop.output.splitlines() if "assert_raw_values_are_recognised" in line]
    assert any("WARN" in line for line in said), said


def test_mostly_equal_amounts_do_not_make_others_outliers(shop: Run) -> None:
    lines = "from cleaning.order_line_dispositions where rejection_reason is null"
    assert shop.query(f"select count(*) filter (where clean_amount <> amount) {lines}") == [(0,)]
    assert shop.query("select scale_source, highest_amount > 20200 from cleaning.outlier_bounds") == [("quantile", True)]


UNREADABLE = {
    "two-digit years": (
        {"ordered_at": "{day:02d}/06/25 10:30"},
        ["table 'order_lines': 28 of 28 values of column 'ordered_at' can't be read as a time", "'%d/%m/%y %H:%M'"],
    ),
    "seconds since 1970": (
        {"ordered_at": "17500000{day:02d}"},
        [
            "28 of 28 values of column 'ordered_at' can't be read as a time",
            '`ordered_at: to_timestamp(cast("ordered_at" as bigint))`',
        ],
    ),
    "spreadsheet dates": (
        {"ordered_at": "458{day:02d}.75"},
        ["Map an expression, as in `ordered_at: timestamp '1899-12-30' + interval '1' day * cast(\"ordered_at\" as double)`"],
    ),
    "years of the first century": (
        {"ordered_at": "0025-06-{day:02d}"},
        ["28 of 28 values of column 'ordered_at' lie outside 1990-01-01", "earliest_time"],
    ),
    "decimal commas": (
        {"quantity": "1,5"},
        ["values of column 'quantity' can't be read as a number", "`number_format: {quantity: '"],
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_mostly_unreadable_required_column_stops_the_build_with_advice(case: str, tmp_path: Path) -> None:
    written, expected = UNREADABLE[case]
    plain = {
        "order_id": "o{day}",
        "customer_id": "c",
        "product_id": "p",
        "quantity": "1",
        "unit_price": "2",
        "ordered_at": "2025-06-{day:02d}",
    }
    values = plain | written
    write_csv(tmp_path / "lines.csv", LINE_COLUMNS, [[values[column].format(day=day) for column in LINE_COLUMNS] for day in DAYS])
    run = build(tmp_path, {"order_lines": {"file": "<raw_path>/lines.csv"}}, "+as_of")
    assert not run.succeeded
    output = " ".join(run.output.split())
    for part in expected:
        assert part in output, run.output
    assert "Traceback" not in run.output


def test_unreadable_optional_column_warns_and_does_not_stop_the_build(tmp_path: Path) -> None:
    write_csv(tmp_path / "lines.csv", LINE_COLUMNS, [["o", "c", "p", 1, 2, "2025-06-01"]])
    write_csv(tmp_path / "products.csv", ["product_id", "price"], [[f"p{number}", "£1,892.00"] for number in range(20)])
    raw = {table: {"file": f"<raw_path>/{name}.csv"} for table, name in {"order_lines": "lines", "products": "products"}.items()}
    run = build(tmp_path, raw, "+stg_products")
    assert run.succeeded, run.output
    assert "20 of 20 values of column 'price' can't be read as a number" in " ".join(run.output.split())
    assert run.query("select count(*) from staging.stg_products where unreadable_values = 'price=£1,892.00'") == [(20,)]


def test_status_and_currency_of_the_first_line_apply_to_the_order(tmp_path: Path) -> None:
    """UTC offsets after a space are read, as shop systems write them. If only some orders have a status, others have none."""
    columns = ["order_id", "product_id", "quantity", "unit_price", "currency", "status", "ordered_at"]
    rows = []
    for number, status in enumerate(["paid", "refunded", "voided"] * 5):
        rows.append([f"#{number}", "p1", 1, 2, "USD", status, "2024-12-11 21:54:11 +0200"])
        rows.append([f"#{number}", "p2", 1, 2, "", "", "2024-12-11 21:54:11 +0200"])
    write_csv(tmp_path / "lines.csv", columns, rows)
    run = build(tmp_path, {"order_lines": {"file": "<raw_path>/lines.csv"}}, "+stg_order_lines")
    assert run.succeeded, run.output
    lines = "from staging.stg_order_lines group by all order by 1"
    staged = f"select status_meaning, currency, count(*), min(cast(ordered_at as string)) {lines}"
    at = "2024-12-11 19:54:11"
    assert run.query(staged) == [("bought", "USD", 10, at), ("cancelled", "USD", 10, at), ("refunded", "USD", 10, at)]
    for row in rows[6:]:
        row[5] = ""
    write_csv(tmp_path / "lines.csv", columns, rows)
    run = build(tmp_path, {"order_lines": {"file": "<raw_path>/lines.csv"}}, "+stg_order_lines", "--full-refresh")
    assert run.succeeded, run.output
    assert run.query("select count(status) from staging.stg_order_lines") == [(3,)]


def test_base_currency_without_a_rate_is_refused_if_another_currency_occurs(tmp_path: Path) -> None:
    """Lines in the base currency keep their price; lines that cannot be converted have none."""
    rows = [[f"o{day}", "c", "p", 1, 2, f"2025-06-{day:02d}", "USD" if day == 28 else "BRL"] for day in DAYS]
    write_csv(tmp_path / "lines.csv", [*LINE_COLUMNS, "currency"], rows)
    raw = {"order_lines": {"file": "<raw_path>/lines.csv"}}
    selected = ("+order_line_prices", "+stg_products", "assert_base_currency_has_a_rate")
    run = build(tmp_path, raw, *selected, base_currency="BRL")
    assert not run.succeeded
    assert "Var base_currency is BRL, but the seed currency_rates" in " ".join(run.output.split())
    prices = "select currency, count(*), count(base_unit_price) from cleaning.order_line_prices group by 1 order by 1"
    assert run.query(prices) == [("BRL", 27, 27), ("USD", 1, 0)]
