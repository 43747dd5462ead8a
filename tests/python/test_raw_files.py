"""The kind of a file is detected from its first bytes, and a query's error is found without running the query."""

import bz2
import gzip
import lzma
from pathlib import Path

import duckdb
import pytest

from warehouse_operations.raw_files import error_finder, file_kind

CONTENTS = {
    "orders.csv": (b"order_id,product_id\n1,2\n", "text"),
    "orders.csv.gz": (gzip.compress(b"order_id\n1\n"), "gzip"),
    "orders.csv.zst": (b"\x28\xb5\x2f\xfd and more", "zstd"),
    "Orders.PARQUET": (b"PAR1 and more", "parquet"),
    "part-0": (b"PAR1 and more", "parquet"),
    "orders.parquet": (b"order_id\n1\n", "text"),
    "orders.xlsx": (b"PK\x03\x04 and more", "zip"),
    "orders.xls": (b"\xd0\xcf\x11\xe0 and more", "workbook"),
    "page.xls": (b"\xef\xbb\xbf<html><table>", "markup"),
    "orders.csv.bz2": (bz2.compress(b"order_id\n1\n"), "archive"),
    "orders.csv.xz": (lzma.compress(b"order_id\n1\n"), "archive"),
    "orders.json": (b'[{"order_id": 1}]', "json"),
    "orders.pdf": (b"%PDF-1.7", "document"),
    "brackets.csv": (b"[order_id],[product_id]\n1,2\n", "text"),
    "empty.csv": (b"", "text"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_kind_of_a_file_depends_on_its_first_bytes_and_not_its_name(name: str, tmp_path: Path) -> None:
    content, kind = CONTENTS[name]
    (tmp_path / name).write_bytes(content)
    assert file_kind(str(tmp_path / name)) == kind


def test_file_without_read_permission_is_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert file_kind(str(tmp_path / "orders.parquet")) == "forbidden"


def test_kind_of_a_remote_file_depends_on_its_extension() -> None:
    assert [file_kind(f"s3://shop/orders.{ending}") for ending in ("Parquet", "csv.gz", "csv")] == ["parquet", "gzip", "text"]


def test_sql_error_returns_the_first_lines_or_an_empty_string() -> None:
    connection = duckdb.connect()
    connection.execute("create table orders (sku integer)")
    connection.create_function("sql_error", error_finder(connection), ["VARCHAR"], "VARCHAR", side_effects=True)

    def error(query: str) -> str:
        return connection.execute("select sql_error(?)", [query]).fetchall()[0][0]

    assert error("select sku from orders") == ""
    assert error("select upper(skuu) from orders").startswith('Binder Error: Referenced column "skuu" not found')
    assert "LINE" not in error("select order from orders")
