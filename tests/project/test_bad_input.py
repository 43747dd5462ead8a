"""Faults in a company's data end in one clear message before anything is built, or in a documented fallback."""

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.conftest import FAST, Run, run_dbt
from warehouse_operations.checking import report

UNTESTED = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
LINE_COLUMNS = ["order_id", "customer_id", "product_id", "quantity", "unit_price", "ordered_at"]
HEADER = ",".join(LINE_COLUMNS).encode()


def write_csv(path: Path, columns: list[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


def shop(folder: Path, lines: Iterable[Iterable[Any]]) -> dict[str, Any]:
    """A shop that maps only order lines; returns the vars that map it."""
    write_csv(folder / "lines.csv", LINE_COLUMNS, lines)
    return {"dataset": "shop", "raw_path": str(folder), "raw": {"order_lines": {"file": "<raw_path>/lines.csv"}}}


def some_lines(customer_count: int = 6, days: int = 90) -> list[list[Any]]:
    """Order lines of a small regular shop: every ten days, each customer buys one of twelve products."""
    return [
        [
            f"o{customer}-{day}",
            f"c{customer}",
            f"p{(customer + day // 10) % 12:02d}",
            1,
            2.5,
            f"2025-{1 + day // 30:02d}-{1 + day % 30:02d}",
        ]
        for customer in range(customer_count)
        for day in range(customer, days, 10)
    ]


REFUSED = {
    "unknown table": (
        lambda v, _: v["raw"].update(orders={"file": "x.csv"}),
        ["datasets/shop.yml", "unknown table 'orders'", "order_lines, events"],
    ),
    "unknown column": (
        lambda v, _: v["raw"]["order_lines"].update(columns={"sku": "product_id"}),
        ["datasets/shop.yml", "table 'order_lines'", "unknown column 'sku'", "product_id, quantity"],
    ),
    "column the file does not have": (
        lambda v, _: v["raw"]["order_lines"].update(columns={c: c for c in LINE_COLUMNS} | {"quantity": "pieces"}),
        ["table 'order_lines'", "column 'quantity' reads 'pieces'", "It has: order_id, customer_id"],
    ),
    "identity by a column the file does not have": (
        lambda v, _: v["raw"]["order_lines"].update(identity=["order_id", "line_no"]),
        ["table 'order_lines'", "identity names 'line_no'", "It has: order_id, customer_id"],
    ),
    "identity by a name with a space that the file does not have": (
        lambda v, _: v["raw"]["order_lines"].update(identity="Line No"),
        ["table 'order_lines'", "identity names 'Line No', which", "lines.csv does not have. It has: order_id, customer_id"],
    ),
    "column misspelt within an expression": (
        lambda v, _: v["raw"]["order_lines"].update(columns={c: c for c in LINE_COLUMNS} | {"product_id": "upper(sku)"}),
        ["table 'order_lines', column 'product_id' reads `upper(sku)`", '"sku" not found', "It has: order_id, customer_id"],
    ),
    "column misspelt in a condition": (
        lambda v, _: v["raw"]["order_lines"].update(where="state = 'paid'"),
        ["table 'order_lines', `where` reads `state = 'paid'`", '"state" not found', "It has: order_id, customer_id"],
    ),
    "expression that is not valid SQL": (
        lambda v, _: v["raw"]["order_lines"].update(columns={c: c for c in LINE_COLUMNS} | {"order_id": "order no"}),
        ["table 'order_lines', column 'order_id' reads `order no`", "syntax error", "in double quotes"],
    ),
    "id_case set for only one of two tables": (
        lambda v, folder: v["raw"].update(
            products={"file": str(folder / "lines.csv")}, order_lines={"file": "<raw_path>/lines.csv", "id_case": "lower"}
        ),
        ["table 'order_lines': id_case is 'lower'", "the same for each table"],
    ),
    "workbook called CSV": (
        lambda v, folder: (folder / "lines.csv").write_bytes(b"PK\x03\x04 a workbook"),
        ["table 'order_lines'", "lines.csv is an Excel workbook or another zip archive", "Save it as CSV or Parquet"],
    ),
    "truncated Parquet": (
        lambda v, folder: (
            duckdb.sql(
                f"copy (select * from read_csv('{folder / 'lines.csv'}', all_varchar = true)) to '{folder / 'lines.parquet'}'"
            ),
            (folder / "lines.parquet").write_bytes((folder / "lines.parquet").read_bytes()[:500]),
            v["raw"]["order_lines"].update(file="<raw_path>/lines.parquet"),
        ),
        ["table 'order_lines': a file that matches", "is damaged or truncated", "lines.parquet", "Deliver it again."],
    ),
    "no folder of raw files": (
        lambda v, _: v.pop("raw_path"),
        ["table 'order_lines': the file is <raw_path>/lines.csv", "make build DATASET=shop RAW=<folder>"],
    ),
    "tabs without a delimiter setting": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER.replace(b",", b"\t") + b"\no\tc\tp\t1\t2\t2025-01-01\n"),
        ["table 'order_lines'", "required column 'order_id'", "`delimiter: '\\t'` beside `file`"],
    ),
    "identity together with group_by": (
        lambda v, _: v["raw"]["order_lines"].update(
            identity=["order_id"], group_by="order_id", columns={c: f"min({c})" for c in LINE_COLUMNS}
        ),
        ["table 'order_lines'", "identity and group_by exclude each other"],
    ),
    "required column not mapped": (
        lambda v, _: v["raw"]["order_lines"].update(columns={"order_id": "order_id", "product_id": "product_id"}),
        ["table 'order_lines'", "required column 'quantity'", "The raw table has: order_id"],
    ),
    "required column missing in the file": (
        lambda v, folder: write_csv(folder / "lines.csv", LINE_COLUMNS[:-1], [["o", "c", "p", 1, 2]]),
        ["table 'order_lines'", "required column 'ordered_at'"],
    ),
    "missing file": (
        lambda v, folder: (folder / "lines.csv").unlink(),
        ["table 'order_lines'", "no file matches", "lines.csv", "make build RAW=<folder>"],
    ),
    "web page called CSV": (
        lambda v, folder: (folder / "lines.csv").write_bytes(b"<html><table><tr><td>order_id"),
        ["table 'order_lines'", "lines.csv is an HTML or XML file", "Save it as CSV or Parquet"],
    ),
    "empty file": (
        lambda v, folder: (folder / "lines.csv").write_text(""),
        ["table 'order_lines'", "lines.csv is empty (0 bytes)"],
    ),
    "file with a header only": (
        lambda v, folder: write_csv(folder / "lines.csv", LINE_COLUMNS, []),
        ["table 'order_lines' is empty", "leave the table out"],
    ),
    "another encoding": (
        lambda v, folder: (folder / "lines.csv").write_bytes(",".join(LINE_COLUMNS).encode() + b"\no,c,caf\xe9,1,2,2025-01-01\n"),
        ["table 'order_lines'", "lines.csv is not UTF-8", "encoding: latin-1"],
    ),
    "two kinds of line breaks": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER + b"\no,c,p,1,2,2025-01-01\r\no,c,p,1,2,2025-01-01\n"),
        ["table 'order_lines'", "lines.csv end in different ways", "line_breaks: true"],
    ),
    "NUL bytes": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER + b"\no,c\x00,p,1,2,2025-01-01\n"),
        ["table 'order_lines'", "lines.csv holds NUL bytes", "encoding: utf-16"],
    ),
    "unknown encoding": (
        lambda v, _: v["raw"]["order_lines"].update(encoding="ebcdic"),
        ["table 'order_lines'", "unknown encoding 'ebcdic'", "Accepted: utf-8, utf-16, latin-1"],
    ),
    "blank line before the header": (
        lambda v, folder: (folder / "lines.csv").write_bytes(b"\n" + HEADER + b"\no,c,p,1,2,2025-01-01\n"),
        ["table 'order_lines'", "first line of the file", "lines.csv is blank"],
    ),
    "unclosed quote in the header": (
        lambda v, folder: (folder / "lines.csv").write_bytes(b'"' + HEADER + b"\no,c,p,1,2,2025-01-01\n"),
        ["table 'order_lines'", "lines.csv has a quote that is not closed"],
    ),
    "duplicate column": (
        lambda v, folder: write_csv(folder / "lines.csv", [*LINE_COLUMNS, "Quantity"], [["o", "c", "p", 1, 2, "2025-01-01", 3]]),
        ["table 'order_lines'", "lines.csv has the column 'Quantity' twice"],
    ),
    "another delimiter": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER.replace(b",", b";") + b"\no;c;p;1;2;2025-01-01\n"),
        ["table 'order_lines'", "lines.csv", "required column 'order_id'", "delimiter: ';'"],
    ),
    "line with too few values": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER + b"\no,c,p,1,2,2025-01-01\no,c,p,1,2\n"),
        ["table 'order_lines'", "lines.csv, line 3, column 'ordered_at'", "fewer values than the header has columns"],
    ),
    "line with too many values": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER + b"\no,c,p,1,2,2025-01-01,x\n"),
        ["table 'order_lines'", "lines.csv, line 2", "more values than the header has columns"],
    ),
    "unclosed quote": (
        lambda v, folder: (folder / "lines.csv").write_bytes(HEADER + b'\no,c,"p,1,2,2025-01-01\no,c,p,1,2,2025-01-01\n'),
        ["table 'order_lines'", "lines.csv, line 2, column 'product_id'", "a quote is not closed"],
    ),
    "quotes that swallow rows": (
        lambda v, folder: (folder / "lines.csv").write_bytes(
            HEADER + b'\no,c,"p,1,2,2025-01-01\no,c,p,1,2,2025-01-01\no,c,p",1,2,2025-01-01\n'
        ),
        ["table 'order_lines'", "column 'product_id' holds a line break", "lines.csv", "line_breaks: true"],
    ),
    "line longer than the limit": (
        lambda v, folder: write_csv(folder / "lines.csv", LINE_COLUMNS, [["o" * 16_000_001, "c", "p", 1, 2, "2025-01-01"]]),
        ["table 'order_lines'", "lines.csv, line 2", "longer than 16000000 bytes"],
    ),
    "unknown setting": (
        lambda v, _: v["raw"]["order_lines"].update(fil="x"),
        ["table 'order_lines'", "unknown setting 'fil'", "Accepted: file, relation"],
    ),
    "time format for a column that is not a time": (
        lambda v, _: v["raw"]["order_lines"].update(time_format={"quantity": "%d/%m/%y"}),
        ["table 'order_lines'", "time_format names 'quantity', which is not a time column of the table", "Columns: ordered_at"],
    ),
    "invalid time format": (
        lambda v, _: v["raw"]["order_lines"].update(time_format="dd/mm/yy"),
        ["table 'order_lines'", "time_format is 'dd/mm/yy'", "%d/%m/%Y %H:%M"],
    ),
    "invalid number format": (
        lambda v, _: v["raw"]["order_lines"].update(number_format="comma"),
        ["table 'order_lines'", "number_format is 'comma'", "1.234,56"],
    ),
    "file and relation together": (
        lambda v, _: v["raw"]["order_lines"].update(relation="shop.lines"),
        ["table 'order_lines'", "exactly one of file, relation, source or ref"],
    ),
    "neither order lines nor events": (
        lambda v, folder: v.update(raw={"customers": {"file": str(folder / "lines.csv")}}),
        ["maps neither order_lines nor events"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_faulty_input_is_refused_with_a_helpful_message(case: str, tmp_path: Path) -> None:
    change, expected = REFUSED[case]
    variables = shop(tmp_path, some_lines())
    change(variables, tmp_path)
    run = run_dbt(tmp_path, "run", variables=variables, is_parsed_without=True)
    assert not run.succeeded
    assert "Traceback" not in run.output
    assert " OK created " not in run.output
    message = " ".join(run.output.split())
    for part in expected:
        assert part in message, run.output


def test_faulty_mappings_can_be_parsed(tmp_path: Path) -> None:
    """Fails if parsing cannot read such a mapping: the messages above come from projects parsed without one."""
    faults = {
        "orders": {"file": "x.csv"},
        "customers": {"file": "x.csv", "columns": {"sku": "product_id"}},
        "products": {"file": "x.csv", "identity": ["line_no"], "group_by": "product_id", "columns": {"product_id": "min(id)"}},
        "order_lines": {"file": "x.csv", "columns": {"order_id": "order_id", "product_id": "product_id"}},
        "events": {"file": "x.csv", "encoding": "ebcdic"},
        "feedback": {"fil": "x"},
        "impressions": {"file": "x.csv", "relation": "shop.lines"},
        "consents": {},
    }
    run = run_dbt(tmp_path, "parse", variables={"dataset": "shop", "raw_path": str(tmp_path), "raw": faults})
    assert run.succeeded, run.output


def build(folder: Path, lines: Iterable[Iterable[Any]], **variables: Any) -> Run:
    variables = {**shop(folder, lines), **FAST, "list_length": 5, **variables}
    run = run_dbt(folder, "build", "--exclude-resource-type", "unit_test", variables=variables)
    assert "Traceback" not in run.output
    return run


@pytest.fixture(scope="module")
def dirty_shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A shop with unreadable values and a customer id of ten million characters, in which most products are unavailable."""
    dirt = [
        ["x1", "c0", "p00", "NaN", 1, "2025-01-05"],
        ["x2", "c0", "p00", "inf", 1, "2025-01-05"],
        ["x3", "c0", "p00", 1, "Infinity", "2025-01-05"],
        ["x4", "c0", "p00", 1, 1, "infinity"],
        ["x5", "c0", "p00", 1, 1, "yesterday"],
        ["x6", "c0", "ümläut 中 😀", 1, 1, "2025-01-05"],
        ["x7", "y" * 10_000_000, "p00", 1, 1, "2025-01-05"],
    ]
    folder = tmp_path_factory.mktemp("dirty")
    products = [[f"p{number:02d}", "candle" if number % 2 else "lamp", number < 6] for number in range(12)]
    products[0][1] = "\x1b[31mla\x07mp\u202e\tof\x7f glass"
    write_csv(folder / "products.csv", ["product_id", "name", "is_available"], [*products, ["ümläut 中 😀", "lamp", False]])
    raw = {"order_lines": {"file": "<raw_path>/lines.csv"}, "products": {"file": "<raw_path>/products.csv"}}
    run = build(folder, some_lines() + dirt, raw=raw, repeat_policy="never", list_length=3)
    assert run.succeeded, run.output
    return run


def test_unreadable_values_are_rejected_by_rule_and_other_rows_are_kept(dirty_shop: Run) -> None:
    run = dirty_shop
    assert run.query("select rule, rejected_count from marts.cleaning_ledger where rejected_count > 0 order by 1") == [
        ("all", 5),
        ("unreadable_number", 3),
        ("unreadable_time", 2),
    ]
    assert run.query("select kept_count from marts.cleaning_ledger where rule = 'all' and raw_table = 'order_lines'") == [
        (len(some_lines()) + 2,)
    ]
    rejected = run.query("select record_values from restricted.rejected_records where rule = 'unreadable_time' order by 1")
    assert "ordered_at=infinity" in rejected[0][0]
    assert "ordered_at=yesterday" in rejected[1][0]
    assert run.query("select max(length(raw_customer_id)) from restricted.customer_identities") == [(10_000,)]
    assert run.query("select min(length(customer_id)), max(length(customer_id)) from marts.recommendations") == [(12, 12)]
    assert run.query("select count(*) from cleaning.clean_products where product_id = 'ümläut 中 😀'") == [(1,)]
    assert run.query("select name from cleaning.clean_products where product_id = 'p00'") == [("[31mlamp of glass",)]


def test_lists_hold_only_available_products_and_short_lists_are_reported(dirty_shop: Run) -> None:
    run = dirty_shop
    shown = run.query("select distinct product_id from marts.recommendations")
    assert {product for (product,) in shown} <= {f"p{number:02d}" for number in range(6)}
    reports = run.query("select customer_id, product_count, short_reason from marts.short_lists")
    assert reports
    assert {reason for _, _, reason in reports} == {"catalogue_exhausted"}
    lists = "select customer_id from marts.recommendations union select customer_id from marts.short_lists"
    assert len(run.query(lists)) == 7


whole_shops = pytest.mark.xdist_group("whole_shops")  # the tests share vars, so that one worker parses the project once


@whole_shops
@pytest.mark.parametrize("customer_count", [1, 2])
def test_one_or_two_customers_get_full_lists(customer_count: int, tmp_path: Path) -> None:
    run = build(tmp_path, some_lines(customer_count))
    assert run.succeeded, run.output
    lists = run.query_raw_ids("select customer_id, count(*) from marts.recommendations group by 1")
    assert sorted(lists) == [(f"c{customer}", 5) for customer in range(customer_count)]


@whole_shops
def test_cutoff_without_history_warns_and_lists_are_still_built(tmp_path: Path) -> None:
    run = build(tmp_path, some_lines(days=20))
    assert run.succeeded, run.output
    assert "assert_cutoffs_have_history" in run.output
    assert run.query("select count(*) from marts.model_performance") == [(0,)]
    ((weight,),) = run.query("select distinct weight from ranking.blend_weights where source = 'als' and tier = 'history'")
    assert weight == pytest.approx(0.2 / 0.95)  # the default weights without survey, which has no candidates for this tier
    assert run.query("select count(distinct customer_id) from marts.recommendations") == [(6,)]


def test_strength_shares_of_a_single_brand_equal_one(tmp_path: Path) -> None:
    """Fails if rounding makes a share exceed 1: strengths are sums of decaying weights, and a sum of sums can be smaller."""
    variables = shop(tmp_path, some_lines(customer_count=60))
    variables["raw"]["products"] = {"file": "<raw_path>/products.csv"}
    products = [[f"p{number:02d}", "tea", "Acme"] for number in range(12)]
    write_csv(tmp_path / "products.csv", ["product_id", "category", "brand"], products)
    run = run_dbt(tmp_path, "build", "--select", "+customer_tastes", *UNTESTED, variables=variables)
    assert run.succeeded, run.output
    assert run.query("select distinct strength_share from features.customer_tastes") == [(1.0,)]


@whole_shops
def test_build_fails_with_column_and_example_when_no_row_is_readable(tmp_path: Path) -> None:
    run = build(tmp_path, [["o", "c", "p", 1, 1, "soon"]])
    assert not run.succeeded
    assert "1 of 1 values of column 'ordered_at' can't be read as a time, for example 'soon'" in run.output
    assert " OK created sql table model marts.recommendations" not in run.output


def test_rows_that_differ_only_in_separator_position_are_not_copies(tmp_path: Path) -> None:
    line = ["o", "c", "p", 1, 2, "2025-01-01"]
    lookalikes = [["o|c", "p", "q", *line[3:]], ["o", "c|p", "q", *line[3:]], ["", *line[1:]], ["<null>", *line[1:]]]
    run = run_dbt(
        tmp_path, "build", "--select", "+stg_order_lines", *UNTESTED, variables=shop(tmp_path, [line, *lookalikes, line])
    )
    assert run.succeeded, run.output
    copies = run.query("select copy_number, count(*) from staging.stg_order_lines group by copy_number order by copy_number")
    assert copies == [(1, 5), (2, 1)]


def test_identity_can_include_columns_that_are_not_mapped(tmp_path: Path) -> None:
    variables = shop(tmp_path, [])
    lines = [["o", "p", 1, "2025-01-01", note] for note in ("first", "second", "second")]
    write_csv(tmp_path / "lines.csv", ["order_id", "product_id", "quantity", "ordered_at", "note"], lines)
    copies = "select max(copy_number) from staging.stg_order_lines"
    for identity, most in ((None, 3), (["order_id", "note"], 2)):
        if identity:
            variables["raw"]["order_lines"]["identity"] = identity
        run = run_dbt(tmp_path, "build", "--select", "+stg_order_lines", *UNTESTED, variables=variables)
        assert run.succeeded, run.output
        assert run.query(copies) == [(most,)]


def test_identity_accepts_any_column_name_and_expressions(tmp_path: Path) -> None:
    names = ["Line No", " Pad ", 'line"s', "line's", "Größe", "select", "a,b", "2024", "{line}", "a.b", "raw_identity", "part no"]
    variables, mapped = shop(tmp_path, []), ["order_id", "product_id", "quantity", "ordered_at"]
    lines = [["o", "p", 1, "2025-01-01", *("x" if place == other else "" for other in range(12))] for place in range(13)]
    write_csv(tmp_path / "lines.csv", [*mapped, *names], [*lines, lines[12]])
    copies = "select count(*) filter (where copy_number = 1), max(copy_number) from staging.stg_order_lines"
    for identity, expected in (([*names[:11], 'upper("part no")'], (13, 2)), ("LINE NO", (2, 13))):
        variables["raw"]["order_lines"].update(identity=identity, columns={column: column for column in mapped})
        run = run_dbt(tmp_path, "build", "--select", "+stg_order_lines", *UNTESTED, variables=variables)
        assert run.succeeded, run.output
        assert run.query(copies) == [expected]


def test_build_with_few_labels_prints_advice(tmp_path: Path) -> None:
    selection = (
        "--select",
        "+assert_tuning_has_enough_labels",
        "--exclude",
        "test_type:generic",
        "--exclude-resource-type",
        "unit_test",
    )
    run = run_dbt(tmp_path, "build", *selection, variables=shop(tmp_path, some_lines()))
    assert run.succeeded, run.output
    said = " ".join(run.output.split())
    assert "Warning: horizon_days: 28 with tune_cutoffs: auto gives 6 tuning lists" in said
    assert "At least 100 lists and 112 days are needed. No horizon_days gives enough." in said


def test_csv_dialect_settings_of_the_mapping_are_applied(tmp_path: Path) -> None:
    variables = shop(tmp_path, [])
    (tmp_path / "lines.csv").write_bytes(
        "ordered_at;product_id;order_id;quantity\r\n2025-01-01;'a; b';o1;1\r\n2025-01-02;'it''s\nü';o2;2\r\n".encode("latin-1")
    )
    variables["raw"]["order_lines"].update(encoding="latin-1", delimiter=";", quote="'", line_breaks=True)
    run = run_dbt(tmp_path, "build", "--select", "+stg_order_lines", *UNTESTED, variables=variables)
    assert run.succeeded, run.output
    staged = run.query("select order_id, product_id, quantity from staging.stg_order_lines order by order_id")
    assert staged == [("o1", "a; b", 1), ("o2", "it's ü", 2)]  # a line break becomes a space


def test_first_and_later_builds_read_ids_and_expressions_alike(tmp_path: Path) -> None:
    """The file is gzipped and tab-separated. Some columns are named with a space or an SQL keyword. Ids need cleaning."""
    lines = ["order\tuser\tLineitem sku\tcount\ttimestamp\tstate"]
    for day in range(1, 29):
        user = ("C1", "C1\u00a0", " C1 ", "NULL")[day % 4]
        lines += [f"{day}.0\t{user}\t{product}.0\t1\t2025-01-{day:02d}\t{state}" for product, state in ((1, "paid"), (2, ""))]
    (tmp_path / "orders.csv").write_bytes(gzip.compress("\n".join(lines).encode()))
    write_csv(tmp_path / "products.csv", ["product_id", "name"], [[product, "tea"] for product in range(1, 4)])
    columns = {
        "order_id": "order",
        "customer_id": "user",
        "product_id": "Lineitem sku",
        "quantity": "count",
        "ordered_at": 'max("timestamp") over (partition by "order")',
        "status": 'max(state) over (partition by "order")',
    }
    identity = ["order", "Lineitem sku"]
    order_lines = {"file": "<raw_path>/orders.csv", "delimiter": "\\t", "columns": columns, "identity": identity}
    variables = shop(tmp_path, []) | {"raw": {"order_lines": order_lines, "products": {"file": "<raw_path>/products.csv"}}}
    staged = "select * from staging.stg_order_lines order by all"
    builds = []
    for _ in range(2):
        run = run_dbt(tmp_path, "build", "--select", "+as_of", "+stg_products", *UNTESTED, variables=variables)
        assert run.succeeded, run.output
        builds.append(run.query(staged))
    assert builds[0] == builds[1]
    found = run.query(
        "select count(*), count(customer_id), count(distinct customer_id), min(status) from staging.stg_order_lines"
    )
    assert found == [(56, 42, 1, "paid")]
    assert run.query("select raw_customer_id from restricted.customer_identities") == [("C1",)]
    joined = (
        "select order_id, product_id from staging.stg_order_lines inner join staging.stg_products using (product_id) order by all"
    )
    assert run.query(joined)[:2] == [("1", "1"), ("1", "2")]
    assert len(run.query(joined)) == 56


def test_build_stops_with_examples_when_ids_of_two_tables_do_not_match(tmp_path: Path) -> None:
    variables = shop(tmp_path, some_lines())
    variables["raw"] |= {"products": {"file": "<raw_path>/products.csv"}, "customers": {"file": "<raw_path>/customers.csv"}}
    write_csv(tmp_path / "products.csv", ["product_id"], [[f"P{number:02d}"] for number in range(12)])
    write_csv(tmp_path / "customers.csv", ["customer_id"], [[f"00{number}"] for number in range(6)])
    selection = ("--select", "+assert_ids_meet", "--exclude", "test_type:generic", "--exclude-resource-type", "unit_test")
    run = run_dbt(tmp_path, "build", *selection, variables=variables)
    assert not run.succeeded
    said = " ".join(run.output.split())
    assert "Failed: product_id of order_lines and of products hardly overlap: 0 ids are in both." in said
    assert "order_lines has 12, such as 'p00' and 'p11'; products has 12, such as 'P00' and 'P11'." in said
    assert "Compared in one case (state `id_case: lower` beside `file` of each table), 12 would be in both." in said
    assert "customer_id of customers and of order_lines hardly overlap" in said
    assert "customers has 6, such as '000' and '009'; order_lines has 6, such as 'a0' and 'a9'." in said
    for mapping in variables["raw"].values():
        mapping["id_case"] = "lower"
    variables["raw"]["customers"]["columns"] = {"customer_id": "concat('c', ltrim(customer_id, '0'))"}
    variables["raw"]["customers"]["where"] = "customer_id <> '000'"
    run = run_dbt(tmp_path, "build", *selection, variables=variables)
    assert run.succeeded, run.output


def test_unused_raw_rows_are_reported_with_a_likely_cause(tmp_path: Path) -> None:
    """Receipt numbers restart each day, all guests share one id, consents and erasures have unknown ids, and a clock is wrong."""
    lines = [
        [number, f"c{(3 * day + number) % 30}" if number > 4 else "guest", f"p{number}", 1, 2, f"2025-{month:02d}-{day:02d}"]
        for month in (1, 2)
        for day in range(1, 29)
        for number in range(8)
    ]
    variables = shop(tmp_path, [*lines, ["x", "c1", "p1", 1, 2, "2099-01-01"]])
    variables["raw"] |= {table: {"file": f"<raw_path>/{table}.csv"} for table in ("consents", "erasure_requests")}
    consents = [[f"member {number}", "analytics", "false", "2025-01-01"] for number in range(3)]
    for fault in (["cookies", "false", "2025-01-01"], ["analytics", "false", ""], ["analytics", "", "2025-01-01"]):
        consents += [[f"c{number}", *fault] for number in range(15)]
    consents += [[f"c{number % 15}", "marketing", "true", f"2025-01-{number // 4 + 1:02d}"] for number in range(60)]
    write_csv(tmp_path / "consents.csv", ["customer_id", "purpose", "is_granted", "changed_at"], consents)
    requests = [["C-1", "2025-01-01"], *(["", f"2025-01-{day:02d}"] for day in range(1, 31))]
    write_csv(tmp_path / "erasure_requests.csv", ["customer_id", "requested_at"], requests)
    selection = ("--select", "+assert_raw_rows_are_used", "cleaning_rules", "--exclude", "test_type:generic")
    run = run_dbt(tmp_path, "build", *selection, "--exclude-resource-type", "unit_test", variables=variables)
    assert run.succeeded, run.output
    said = " ".join(run.output.split())
    assert "Warning: 98 % of the rows of order_lines (440 of 449) are rejected as conflicting_duplicate: " in said
    assert (
        "Warning: 42 % of the rows of consents (45 of 108) are rejected by several rules together: "
        "missing_decision 15, missing_time 15, unknown_purpose 15."
    ) in said
    assert "Warning: 97 % of the rows of erasure_requests (30 of 31) are rejected as missing_key: Correct the mapping" in said
    assert "8 of 9 orders, with 448 of 449 rows of order_lines, have rows of several customers" in said
    assert "The customer_id 'guest' has more than half of the rows of order_lines or events." in said
    assert "3 rows of consents have a customer_id that no other table has" in said
    assert "1 customers who requested erasure have no row in any table." in said
    assert "1 rows of order_lines and events are ignored" in said
    assert run.query("select count(*), count(customer_id) from staging.stg_order_lines") == [(449, 169)]
    with duckdb.connect(str(run.warehouse), read_only=True) as connection:
        described = list(report(connection, list(variables["raw"])))  # as make check prints it
    assert "\norder_lines: 449 rows" in described
    assert any(line.startswith("  rejected by rule conflicting_duplicate: 440 (98.0%). ") for line in described)
    assert "  customer_id: consents has 18, order_lines has 30, 15 are in both" in described
    kept = "select count(*), count(customer_id) from cleaning.order_line_dispositions where rejection_reason is null"
    assert run.query(kept) == [(8, 3)]


def test_dbt_test_before_a_build_asks_for_a_build(tmp_path: Path) -> None:
    run = run_dbt(tmp_path, "test", is_parsed_without=True)
    assert not run.succeeded
    assert "Nothing is built yet, so there is nothing to test. Run dbt build first." in run.output
    assert len(run.output.splitlines()) < 30


def test_columns_of_files_in_one_glob_are_matched_by_name(tmp_path: Path) -> None:
    variables = shop(tmp_path, some_lines())
    write_csv(
        tmp_path / "lines-2.csv",
        ["ordered_at", "note", "quantity", "product_id", "order_id"],
        [["2025-01-05", "x", 3, "p00", "new"]],
    )
    variables["raw"]["order_lines"]["file"] = "<raw_path>/lines*.csv"
    run = run_dbt(tmp_path, "build", "--select", "+stg_order_lines", *UNTESTED, variables=variables)
    assert run.succeeded, run.output
    new = "select customer_id, product_id, quantity, ordered_at::text from staging.stg_order_lines where order_id = 'new'"
    assert run.query(new) == [(None, "p00", 3, "2025-01-05 00:00:00")]
    assert run.query("select count(*) from staging.stg_order_lines") == [(len(some_lines()) + 1,)]


def test_low_memory_limit_is_reported_when_a_model_runs_out_of_memory(tmp_path: Path) -> None:
    results = [
        {"node": {"name": "purchases"}, "message": "1 row"},
        {"node": {"name": "pool"}, "message": "Runtime Error\n  Out of Memory Error: failed to allocate data of size 64.0 KiB"},
        {"node": {"name": "lists"}, "message": None},
    ]
    for given, expected in ((results, True), (results[:1], False)):
        arguments = ["run-operation", "print_memory_limit", "--args", yaml.safe_dump({"results": given})]
        run = run_dbt(tmp_path, *arguments, is_parsed_without=True)
        assert run.succeeded, run.output
        assert ("pool: WAREHOUSE_MEMORY=4GB is not enough" in run.output) is expected
