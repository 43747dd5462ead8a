"""A small shop with one fault of real exports at a time: the correct rows, amounts and texts are kept.

tests/trials has 2,072 order lines of 150 customers and 60 products. In addition to the raw columns, it has
columns with the values as other exports write them. Each test writes the files of one export.
"""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import PROJECT, Run, run_dbt
from tests.project.test_bad_input import LINE_COLUMNS, write_csv

SHOP = PROJECT / "tests" / "trials"  # not in tests/fixtures, whose files dbt reads for unit tests
Row = dict[str, str]
PRODUCT_COLUMNS = ["product_id", "name", "category", "price"]
REASONS = "select rejection_reason, count(*) from cleaning.order_line_dispositions group by 1 order by 2 desc, 1"
FLAGS = "select count(*) from cleaning.{} where concat(';', found_rules) like '%;{};%'"


def rows_of(file: str) -> list[Row]:
    with (SHOP / file).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of all builds, with the seeds loaded; each build replaces the tables of the previous one."""
    folder = tmp_path_factory.mktemp("trials")
    mapping = write(folder / "orders.csv", LINE_COLUMNS, rows_of("order_lines.csv"))
    run = run_dbt(folder, "seed", variables={"dataset": "trial", "raw": {"order_lines": mapping}})
    assert run.succeeded, run.output
    return folder


def write(path: Path, columns: list[str], rows: list[Row], **values: Callable[[Row], Any]) -> dict[str, str]:
    """Write rows as a CSV file, with some columns computed from the row; return the mapping of the file."""
    write_csv(path, columns, [[values[name](row) if name in values else row[name] for name in columns] for row in rows])
    return {"file": str(path)}


def build(folder: Path, order_lines: dict[str, Any], *selected: str, **settings: Any) -> Run:
    """Build the selected models and tests from a mapping of order lines, with the plain catalogue by default."""
    products = settings.pop("products", None) or write(folder / "products.csv", PRODUCT_COLUMNS, rows_of("products.csv"))
    chosen = [*settings.pop("options", ["--full-refresh"]), "--select", *selected, "--indirect-selection", "empty"]
    left_out = ["--exclude-resource-type", "seed", "--exclude-resource-type", "unit_test"]
    variables = {"dataset": "trial", "raw": {"order_lines": order_lines, "products": products}, **settings}
    run = run_dbt(folder, "build", *chosen, *left_out, variables=variables)
    assert "Traceback" not in run.output
    return run


def cleaned(folder: Path, order_lines: dict[str, Any], *more: str, **settings: Any) -> Run:
    run = build(folder, order_lines, "+order_line_dispositions", *more, **settings)
    assert run.succeeded, run.output
    return run


def test_compressed_and_tab_separated_files_are_read(folder: Path) -> None:
    plain = write(folder / "orders.csv", LINE_COLUMNS, rows_of("order_lines.csv"))["file"]
    (folder / "orders.csv.gz").write_bytes(gzip.compress(Path(plain).read_bytes()))
    packed = f"to '{folder}/products.tsv.zst' (format csv, delimiter '\t', compression zstd)"
    duckdb.sql(f"copy (from read_csv('{SHOP}/products.csv', all_varchar = true)) {packed}")
    products = {"file": str(folder / "products.tsv.zst"), "delimiter": "\\t"}
    run = build(folder, {"file": str(folder / "orders.csv.gz")}, "+stg_order_lines", "+stg_products", products=products)
    assert run.succeeded, run.output
    assert run.query("select count(*), count(ordered_at) from staging.stg_order_lines") == [(2072, 2072)]
    assert run.query("select count(*), count(price) from staging.stg_products") == [(60, 60)]


def test_columns_named_with_sql_keywords_or_spaces_are_read(folder: Path) -> None:
    names = {
        "order_id": "order",
        "customer_id": "user",
        "product_id": "Lineitem sku",
        "quantity": "count",
        "ordered_at": "timestamp",
    }
    lines = [{new: line[old] for old, new in names.items()} for line in rows_of("order_lines.csv")]
    mapping = write(folder / "orders.csv", list(names.values()), lines) | {"columns": names}
    run = build(folder, mapping, "+stg_order_lines")
    assert run.succeeded, run.output
    assert run.query("select count(*), count(distinct product_id) from staging.stg_order_lines") == [(2072, 60)]


def test_barcode_as_quantity_rejects_only_its_line(folder: Path) -> None:
    lines = rows_of("order_lines.csv")
    lines[999] |= {"quantity": "5901234123457", "unit_price": "29.90"}
    run = cleaned(folder, write(folder / "orders.csv", LINE_COLUMNS, lines))
    assert run.query(REASONS) == [(None, 2071), ("implausible_number", 1)]


def test_float_product_ids_match_the_catalogue(folder: Path) -> None:
    """Fails if ids are joined as text, 100021.0 and 100021. The missing product_id of 42 lines makes the column a float."""
    lines, products = folder / "orders.parquet", folder / "products.parquet"
    source = f"read_csv('{SHOP}/{{}}.csv', all_varchar = true)"
    number = "100000 + cast(substr(product_id, 2) as bigint)"
    duckdb.sql(
        f"""select order_id, customer_id,
            case when row_number() over () > 42 then cast({number} as double) end as product_id,
            quantity::bigint as quantity, unit_price::double as unit_price, ordered_at::timestamp as ordered_at
        from {source.format("order_lines")}"""
    ).write_parquet(str(lines))
    duckdb.sql(f"select {number} as product_id, name from {source.format('products')}").write_parquet(str(products))
    run = cleaned(folder, {"file": str(lines)}, products={"file": str(products)})
    assert run.query(REASONS) == [(None, 2030), ("missing_key", 42)]


def test_ids_that_differ_in_whitespace_are_one_and_null_words_are_missing(folder: Path) -> None:
    lines = rows_of("order_lines.csv")
    mapping = write(folder / "orders.csv", LINE_COLUMNS, lines, customer_id=lambda line: decoded(line["blank_id"]))
    run = cleaned(folder, mapping)
    assert run.query(REASONS) == [(None, 2072)]
    assert run.query("select count(*) from restricted.customer_identities") == [(150,)]
    assert run.query(FLAGS.format("order_line_dispositions", "missing_customer")) == [(104,)]


def decoded(text: str) -> str:
    """Return the text of an escape such as \\t or \\xa0 in the fixture."""
    return text.encode("ascii").decode("unicode_escape")


def test_unbought_woocommerce_statuses_are_rejected(folder: Path) -> None:
    lines = rows_of("order_lines.csv")
    columns = [*LINE_COLUMNS, "status"]
    run = cleaned(folder, write(folder / "orders.csv", columns, lines, status=lambda line: f"wc-{line['woo_status']}"))
    assert run.query(REASONS) == [(None, 1243), ("cancelled", 412), ("refunded", 218), ("pending", 199)]


def test_refunds_as_negative_lines_reverse_their_purchases(folder: Path) -> None:
    lines = [line | {"status": "completed"} for line in rows_of("order_lines.csv")]
    lines += [
        line
        | {
            "order_id": f"{line['order_id']}-R",
            "quantity": f"-{line['quantity']}",
            "ordered_at": line["refunded_at"],
            "status": "refund",
        }
        for line in lines
        if line["refunded_at"]
    ]
    run = cleaned(folder, write(folder / "orders.csv", [*LINE_COLUMNS, "status"], lines))
    assert run.query(f"with reasons as ({REASONS}) select * from reasons where rejection_reason is null") == [(None, 1813)]
    taken_back = "select count(*) from cleaning.order_line_dispositions where rejection_reason = 'netted_by_cancellation'"
    assert run.query(f"{taken_back} and quantity > 0") == [(259,)]


def test_order_numbers_that_restart_daily_warn_with_the_cause(folder: Path) -> None:
    lines = rows_of("order_lines.csv")
    mapping = write(folder / "orders.csv", LINE_COLUMNS, lines, order_id=lambda line: line["receipt"])
    run = build(folder, mapping, "+assert_raw_rows_are_used")
    assert run.succeeded, run.output
    said = " ".join(run.output.split())
    assert "Warning: 82 % of the rows of order_lines (1697 of 2072) are rejected as conflicting_duplicate: " in said
    assert "have rows of several customers" in said
    by_day = mapping | {
        "columns": {name: name for name in LINE_COLUMNS} | {"order_id": "left(ordered_at, 10) || '-' || order_id"}
    }
    assert cleaned(folder, by_day).query(REASONS) == [(None, 2072)]


def test_shopify_times_and_statuses_are_read(folder: Path) -> None:
    names = {
        **{"order_id": "Name", "customer_id": "Email", "status": "Financial Status", "currency": "Currency"},
        **{
            "ordered_at": "Created at",
            "quantity": "Lineitem quantity",
            "unit_price": "Lineitem price",
            "product_id": "Lineitem sku",
        },
    }
    lines = [
        {
            "Name": line["order_id"].replace("O", "#"),
            "Email": f"{line['customer_id'].lower()}@example.org",
            "Financial Status": line["shopify_status"],
            "Currency": "EUR" if line["shopify_status"] else "",  # only on the first line of an order
            "Created at": f"{line['ordered_at']} +0200",
            "Lineitem quantity": line["quantity"],
            "Lineitem price": line["unit_price"],
            "Lineitem sku": line["product_id"],
        }
        for line in rows_of("order_lines.csv")
    ]
    mapping = write(folder / "orders.csv", list(names.values()), lines) | {"columns": names}
    expected = [(None, 1747), ("refunded", 195), ("cancelled", 130)]
    run = cleaned(folder, mapping)
    assert run.query(REASONS) == expected
    assert run.query("select cast(max(ordered_at) as string), count(currency) from staging.stg_order_lines") == [
        ("2025-06-30 13:49:07", 2072)
    ]
    staged = run.query("select * exclude (record_id) from staging.stg_order_lines order by all")
    mapping["columns"] = names | {
        "currency": 'max("Currency") over (partition by "Name")',
        "ordered_at": """max(strptime("Created at", '%Y-%m-%d %H:%M:%S %z')) over (partition by "Name")""",
        "status": 'max("Financial Status") over (partition by "Name")',
    }
    for options in (["--full-refresh"], []):  # a second build reads only the newest rows
        run = cleaned(folder, mapping, options=options)
        assert run.query("select * exclude (record_id) from staging.stg_order_lines order by all") == staged
        assert run.query(REASONS) == expected


def test_two_digit_years_stop_the_build_until_a_format_is_set(folder: Path) -> None:
    def short(line: Row) -> str:
        return f"{line['ordered_at'][8:10]}/{line['ordered_at'][5:7]}/{line['ordered_at'][2:4]} {line['ordered_at'][11:16]}"

    mapping = write(folder / "orders.csv", LINE_COLUMNS, rows_of("order_lines.csv"), ordered_at=short)
    run = build(folder, mapping, "+as_of")
    assert not run.succeeded
    said = " ".join(run.output.split())
    assert "2072 of 2072 values of column 'ordered_at' can't be read as a time" in said
    assert "`time_format: {ordered_at: '%d/%m/%y %H:%M'}`" in said
    run = cleaned(folder, mapping | {"time_format": "%d/%m/%y %H:%M"})
    assert run.query(REASONS) == [(None, 2072)]
    assert run.query("select cast(as_of as string) from cleaning.as_of") == [("2025-06-30 15:49:00",)]


def test_mostly_equal_prices_are_not_changed(folder: Path) -> None:
    lines = [
        line | {"quantity": line["pound_quantity"], "unit_price": line["pound_price"]} for line in rows_of("order_lines.csv")
    ]
    products = [product | {"price": product["pound_price"]} for product in rows_of("products.csv")]
    catalogue = write(folder / "products.csv", PRODUCT_COLUMNS, products)
    run = cleaned(folder, write(folder / "orders.csv", LINE_COLUMNS, lines), products=catalogue)
    amounts = "select sum(amount), sum(clean_amount) from cleaning.order_line_dispositions where rejection_reason is null"
    assert [tuple(map(float, row)) for row in run.query(amounts)] == [(6499, 6499)]


def test_amounts_without_a_rate_are_flagged_and_stop_the_build(folder: Path) -> None:
    catalogue = write(folder / "products.csv", [*PRODUCT_COLUMNS, "currency"], rows_of("products.csv"))
    mapping = write(folder / "orders.csv", [*LINE_COLUMNS, "currency"], rows_of("order_lines.csv"))
    brazil = {"products": catalogue, "base_currency": "BRL"}
    run = cleaned(folder, mapping, **brazil)
    amounts = "select currency, count(*), count(clean_amount) from cleaning.order_line_dispositions group by 1 order by 1"
    assert run.query(amounts) == [("BRL", 1864, 1864), ("USD", 208, 0)]
    assert run.query(FLAGS.format("order_line_dispositions", "unknown_currency")) == [(208,)]
    assert run.query(FLAGS.format("product_dispositions", "unknown_currency")) == [(10,)]
    run = build(folder, mapping, "assert_base_currency_has_a_rate", **brazil)
    assert not run.succeeded
    assert "Var base_currency is BRL, but the seed currency_rates" in " ".join(run.output.split())


def test_catalogue_availability_and_prices_are_parsed_or_flagged(folder: Path) -> None:
    """test_bad_input.py tests that unavailable products are in no list."""
    products = [
        product | {"price": product["written_price"], "is_available": product["availability"]}
        for product in rows_of("products.csv")
    ]
    catalogue = write(folder / "products.csv", [*PRODUCT_COLUMNS, "is_available"], products)
    mapping = write(folder / "orders.csv", LINE_COLUMNS, rows_of("order_lines.csv"))
    run = build(folder, mapping, "+product_dispositions", products=catalogue)
    assert run.succeeded, run.output
    assert run.query("select count(*) from cleaning.product_dispositions where clean_is_available") == [(40,)]
    assert run.query(FLAGS.format("product_dispositions", "unreadable_value")) == [(9,)]
    assert run.query(FLAGS.format("product_dispositions", "missing_price")) == [(0,)]
    noted = "select count(*) from staging.stg_products where unreadable_values like 'price=£%'"
    assert run.query(noted) == [(9,)]


def test_strength_shares_of_one_brand_and_category_equal_one(folder: Path) -> None:
    products = [product | {"category": "Tea", "brand": "Acme"} for product in rows_of("products.csv")]
    catalogue = write(folder / "products.csv", [*PRODUCT_COLUMNS, "brand"], products)
    mapping = write(folder / "orders.csv", LINE_COLUMNS, rows_of("order_lines.csv"))
    run = build(folder, mapping, "+customer_tastes", products=catalogue)
    assert run.succeeded, run.output
    assert run.query("select distinct strength_share from features.customer_tastes") == [(1.0,)]
    assert run.query("select count(distinct customer_index) from features.customer_tastes") == [(150,)]
