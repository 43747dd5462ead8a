"""Exports to the CRM use the company's customer ids, pseudonyms can be looked up, and the audit log records who and why."""

import csv
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from tests.conftest import PROJECT, Run, run_dbt
from warehouse_operations.privacy.pseudonyms import pseudonym
from warehouse_operations.publishing.release import DATABASE

FORMULA = "=HYPERLINK(x)"
APOSTROPHE = "O'Brien; --"
LAST = "select operator, action, object, row_count, details from operations.audit_log order by entry_number desc limit 1"


@pytest.fixture(scope="module")
def copy(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the demo build and its release. Two customers with marketing consent have ids that are hard to handle."""
    folder = tmp_path_factory.mktemp("export")
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    shutil.copytree(demo_build.published, folder / "published", symlinks=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        agreeing = "select customer_id from marts.customers where is_marketing_granted order by customer_id limit 2"
        for (customer,), raw_id in zip(connection.execute(agreeing).fetchall(), (FORMULA, APOSTROPHE), strict=True):
            connection.execute(
                "update restricted.customer_identities set raw_customer_id = ? where customer_id = ?", [raw_id, customer]
            )
    return Run(True, "", folder / "warehouse.duckdb", folder / "target", folder / "published")


@pytest.fixture
def as_operator() -> Iterator[None]:
    with mock.patch.dict(os.environ, WAREHOUSE_OPERATOR="an operator"):
        yield


def export(copy: Run, **arguments: str) -> Run:
    asked = {"why": "the spring mailing", **arguments}
    return run_dbt(copy.warehouse.parent, "run-operation", "export_lists", "--args", json.dumps(asked))


def expected_lists(copy: Run, condition: str) -> list[tuple]:
    with duckdb.connect(str(copy.published / DATABASE), read_only=True) as connection:
        connection.execute(f"attach '{copy.warehouse}' as warehouse (read_only)")
        return connection.execute(
            f"""select raw_customer_id, rank, product_id, reason_text, list_id
            from marts.recommendations
            inner join warehouse.restricted.customer_identities using (customer_id)
            inner join marts.customers using (customer_id)
            where {condition}
            order by all"""
        ).fetchall()


@pytest.mark.usefixtures("as_operator")
def test_export_has_raw_ids_of_consenting_customers_and_is_logged(copy: Run, tmp_path: Path) -> None:
    file = tmp_path / "lists.csv"
    file.write_text("an earlier export with wide permissions")
    file.chmod(0o644)
    exported = export(copy, to=str(file))
    assert exported.succeeded, exported.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["lists.csv"]
    with file.open(newline="", encoding="utf-8") as opened:
        header, *rows = csv.reader(opened)
    assert header == ["customer_id", "rank", "product_id", "reason_text", "list_id"]
    expected = expected_lists(copy, "is_marketing_granted")
    assert sorted(rows) == sorted(
        [f"'{customer}" if customer == FORMULA else customer, str(rank), *texts] for customer, rank, *texts in expected
    )
    assert 0 < len(expected) < len(expected_lists(copy, "true"))
    assert "1 customer ids begin like a formula." in exported.output
    (row,) = copy.query(LAST)
    assert row[:4] == ("an operator", "export", str(file), len(rows))
    ((release,),) = copy.query("select release from marts.publication")
    assert json.loads(row[4]) == {
        "why": "the spring mailing",
        "columns": "customer_id, rank, product_id, reason_text, list_id",
        "consent": "marketing",
        "release": release,
        "customers": len({customer for customer, *_ in expected}),
    }
    assert run_dbt(copy.warehouse.parent, "test", "--select", "audit_log", "assert_audit_log_is_unbroken").succeeded


def test_parquet_export_has_the_requested_columns_of_all_customers(copy: Run, tmp_path: Path) -> None:
    file = tmp_path / "it's the lists.parquet"
    columns = "name, customer_id,rank , is_exploration"
    exported = export(copy, to=str(file), columns=columns, consent="none")
    assert exported.succeeded, exported.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with duckdb.connect() as connection:
        found = connection.execute("select customer_id, rank from read_parquet(?) order by all", [str(file)])
        assert found.fetchall() == [row[:2] for row in expected_lists(copy, "true")]
        found = connection.execute("select * from read_parquet(?) limit 0", [str(file)])
        assert [column[0] for column in found.description] == ["name", "customer_id", "rank", "is_exploration"]


REFUSED = {
    "no reason": ({"why": ""}, "State a file and the reason"),
    "no file": ({"to": ""}, "State a file and the reason"),
    "unknown column": ({"columns": "email"}, "There is no column 'email' to export. Accepted: "),
    "unknown purpose": ({"consent": "everything"}, "Accepted: personalisation, analytics, marketing, or none"),
    "another file extension": ({"to": "lists.xlsx"}, "a name that ends in .csv or .parquet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_export_is_refused_and_writes_nothing(case: str, copy: Run, tmp_path: Path) -> None:
    change, said = REFUSED[case]
    entries = copy.query("select count(*) from operations.audit_log")
    asked = {"to": "lists.csv", **change}
    refused = export(copy, **{**asked, "to": asked["to"] and str(tmp_path / asked["to"])})
    assert not refused.succeeded
    assert said in " ".join(refused.output.split())
    assert not list(tmp_path.iterdir())
    assert copy.query("select count(*) from operations.audit_log") == entries


def look_up(copy: Run, customer: str = "", **arguments: str) -> Run:
    asked = json.dumps({"why": "a request for access", **arguments})
    with mock.patch.dict(os.environ, CUSTOMER=customer):
        return run_dbt(copy.warehouse.parent, "run-operation", "reidentify", "--args", asked)


def test_lookup_leaves_no_raw_id_in_dbt_files(copy: Run) -> None:
    ((customer,),) = copy.query(f"select customer_id from restricted.customer_identities where raw_customer_id = '{FORMULA}'")
    for asked in (FORMULA, customer):
        assert f"customer {FORMULA} is {customer}" in look_up(copy, asked).output
    folder = copy.warehouse.parent
    left = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".duckdb" and path.parent.name != "marts"]
    assert folder / "target" / "run_results.json" in left
    assert not [path for path in left if FORMULA.encode() in path.read_bytes()]


@pytest.mark.parametrize("customer", [APOSTROPHE, "x' or 1=1 --", '"; {{ 7 * 7 }} %'])
def test_lookup_takes_the_id_literally(customer: str, copy: Run) -> None:
    looked = look_up(copy, customer)
    assert looked.succeeded, looked.output
    is_known = customer == APOSTROPHE
    assert (f"customer {customer} is " if is_known else f"No customer has the id {customer}.") in looked.output
    assert copy.query(LAST)[0][3] == int(is_known)


@pytest.mark.usefixtures("as_operator")
def test_lookup_reads_ids_from_a_file_and_writes_answers_to_another(copy: Run, tmp_path: Path) -> None:
    known = copy.query("select raw_customer_id, customer_id from restricted.customer_identities order by 1")
    asked, answers = tmp_path / "it's asked.txt", tmp_path / "answers.csv"
    lines = ["nobody", *(customer for _, customer in known), *(raw_id for raw_id, _ in known)]
    asked.write_text("\ufeff" + "\r\n\r\n".join(lines) + "\r\n", encoding="utf-8")
    looked = look_up(copy, file=str(asked), to=str(answers))
    assert looked.succeeded, looked.output
    assert f"{2 * len(known)} answers to {len(lines)} ids are in {answers}." in looked.output
    assert stat.S_IMODE(answers.stat().st_mode) == 0o600
    safe = {raw_id: f"'{raw_id}" if raw_id == FORMULA else raw_id for raw_id, _ in known}
    with answers.open(newline="", encoding="utf-8") as opened:
        header, *rows = csv.reader(opened)
    assert header == ["asked", "raw_customer_id", "customer_id"]
    by_pseudonym = [[customer, safe[raw_id], customer] for raw_id, customer in known]
    assert rows == [["nobody", "", ""], *by_pseudonym, *([safe[raw_id], safe[raw_id], customer] for raw_id, customer in known)]
    assert copy.query(LAST) == [
        ("an operator", "reidentify", "restricted.customer_identities", 2 * len(known), '{"why": "a request for access"}')
    ]


def test_lookup_is_refused_when_a_log_would_keep_the_answer(copy: Run) -> None:
    with mock.patch("tests.conftest.WITHOUT_LOG", ()):
        refused = look_up(copy, FORMULA)
    assert not refused.succeeded
    assert "The log of dbt would keep the answer." in refused.output


def test_documented_code_computes_the_pseudonym() -> None:
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    (text,) = re.findall(r"```python\n([^`]*?def pseudonym.*?)```", "\n".join(page.read_text() for page in pages), re.DOTALL)
    assert len([line for line in text.splitlines() if line]) == 5
    names: dict = {}
    with mock.patch.dict(os.environ, WAREHOUSE_PSEUDONYM_KEY="a key of more than thirty-two characters"):
        exec(text, names)
        for raw_id in ("C00001", "O'Brien", "ümläut 中 😀", "100021"):
            assert names["pseudonym"](raw_id) == pseudonym(raw_id, os.environ["WAREHOUSE_PSEUDONYM_KEY"])
