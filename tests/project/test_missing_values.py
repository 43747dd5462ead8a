"""Imputation of missing values follows the policies of a seed and uses no rows of the test period.

Invalid policies are refused by name.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import PROJECT, Run, run_dbt
from tests.project.test_bad_input import shop, some_lines, write_csv

POLICIES = PROJECT / "seeds" / "reference" / "core" / "missing_value_policies.csv"
COLUMNS = ["customer_id", "age", "gender", "acquisition_channel", "signed_up_at"]
BEFORE, AFTER = "2024-06-01", "2025-03-20"  # sign-ups before and after fit_until, two horizons before the last order


class Shop:
    """A shop with customers and changeable policies; the seeds are loaded once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = shop(folder, some_lines())
        self.variables["raw"]["customers"] = {"file": "<raw_path>/customers.csv"}
        self.deliver([])
        self.seeded = run_dbt(folder, "seed", variables=self.variables)
        assert self.seeded.succeeded, self.seeded.output

    def deliver(self, customers: list[list[Any]]) -> None:
        """Write the customer table. One customer without missing values is always added, because a file must not be empty."""
        write_csv(self.folder / "customers.csv", COLUMNS, [*customers, ["somebody", 40, "male", "post", BEFORE]])

    def decide(self, policies: dict[tuple[str, str], str]) -> None:
        """Load the seed from the project, with other policies for some columns."""
        with POLICIES.open(encoding="utf-8") as file:
            rows = [list(row.values()) for row in csv.DictReader(file)]
        with duckdb.connect(str(self.seeded.warehouse)) as connection:
            connection.execute("delete from reference.missing_value_policies")
            connection.executemany("insert into reference.missing_value_policies values (?, ?, ?, ?, ?)", rows)
            for (table, column), policy in policies.items():
                connection.execute(
                    "update reference.missing_value_policies set policy = ? where raw_table = ? and column_name = ?",
                    [policy, table, column],
                )

    def run(self, *arguments: str) -> Run:
        return run_dbt(self.folder, *arguments, variables=self.variables)


@pytest.fixture(scope="module")
def missing_values_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


def customers(late_age: int) -> list[list[Any]]:
    """Customers acquired by the store are about 30, those by the web about 60. Late sign-ups all have one other age."""
    known = [
        [f"{channel}{number}", age + number % 5 - 2, ["female", "male"][number % 2], channel, BEFORE]
        for channel, age in [("store", 30), ("web", 60)]
        for number in range(60)
    ]
    late = [[f"late{number}", late_age, "female", ["store", "web"][number % 2], AFTER] for number in range(60)]
    return [*known, *late, ["young", "", "female", "store", BEFORE], ["old", "", "", "web", AFTER]]


@pytest.mark.xdist_group("missing_values")
@pytest.mark.parametrize("policy", ["knn", "forest"])
def test_imputed_ages_depend_only_on_customers_before_the_cutoffs(policy: str, missing_values_shop: Shop) -> None:
    missing_values_shop.decide({("customers", "age"): policy})
    estimated = {}
    for late_age in (100, 18):
        missing_values_shop.deliver(customers(late_age))
        run = missing_values_shop.run("run", "--select", "+customer_dispositions")
        assert run.succeeded, run.output
        ages = run.query_raw_ids(
            "select customer_id, clean_age, age_rule from cleaning.customer_dispositions where is_age_imputed"
        )
        assert {customer: rule for customer, _, rule in ages} == {"young": "missing_age", "old": "missing_age"}
        estimated[late_age] = {customer: age for customer, age, _ in ages}
    assert estimated[100] == estimated[18]
    assert estimated[100] == pytest.approx({"young": 30, "old": 60}, abs=2)


@pytest.mark.xdist_group("missing_values")
def test_rows_without_required_values_are_rejected_and_ledger_adds_up(missing_values_shop: Shop) -> None:
    missing_values_shop.deliver(
        [
            ["no age", "", "female", "store", BEFORE],
            ["no gender", 30, "", "store", BEFORE],
            ["neither", "", "", "store", BEFORE],
            ["neither", "", "", "store", BEFORE],
            ["complete", 30, "female", "store", BEFORE],
        ]
    )
    missing_values_shop.decide({("customers", "age"): "reject", ("customers", "gender"): "reject"})
    run = missing_values_shop.run("run", "--select", "+cleaning_ledger", "+clean_customers")
    assert run.succeeded, run.output
    assert run.query("select * from cleaning.age_estimates") == []
    ledger = run.query(
        """select rule, found_count, kept_count, rejected_count from marts.cleaning_ledger
        where raw_table = 'customers' and found_count > 0 order by 1"""
    )
    assert ledger == [
        ("age_required", 3, 0, 2),
        ("all", 6, 2, 4),
        ("exact_duplicate", 1, 0, 1),
        ("gender_required", 3, 0, 1),
    ]
    kept = run.query_raw_ids("select customer_id, gender, is_gender_imputed from cleaning.clean_customers where is_registered")
    assert sorted(kept) == [("complete", "female", False), ("somebody", "male", False)]
    empty = run.query("select * from marts.cleaning_ledger where raw_table = 'feedback' and rule = 'all'")
    assert empty == [("feedback", "all", "all", 0, 0, 0, 0, 0, None, None)]


REFUSED = {
    "knn for a text column": (
        "update {} set policy = 'knn' where column_name = 'gender'",
        "customers.gender: policy 'knn'. Accepted: unknown, mode, reject, leave.",
    ),
    "median for a text column": (
        "update {} set policy = 'median' where column_name = 'brand'",
        "products.brand: policy 'median'. Accepted: unknown, mode, reject, leave.",
    ),
    "unknown for a number": (
        "update {} set policy = 'unknown' where column_name = 'age'",
        "customers.age: policy 'unknown'. Accepted: median, knn, forest, reject, leave.",
    ),
    "forest for prices": (
        "update {} set policy = 'forest' where column_name = 'price'",
        "products.price: policy 'forest'. Accepted: median, reject, leave.",
    ),
    "misspelt policy": (
        "update {} set policy = 'medain' where column_name = 'age'",
        "customers.age: policy 'medain'. Accepted: median, knn, forest, reject, leave.",
    ),
    "group by the column itself": (
        "update {} set group_by = 'country age' where column_name = 'age'",
        "customers.age: group_by 'country age'. Accepted, separated by single blanks: country, gender, acquisition_channel.",
    ),
    "groups separated by a comma": (
        "update {} set group_by = 'country,gender' where column_name = 'age'",
        "customers.age: group_by 'country,gender'. Accepted, separated by single blanks: country, gender, acquisition_channel.",
    ),
    "group_by where none is accepted": (
        "update {} set group_by = 'country' where raw_table = 'events'",
        "events.customer_id: group_by 'country'. Accepted, separated by single blanks: none.",
    ),
    "column without a row": (
        "delete from {} where column_name = 'brand'",
        "products.brand: no row. Accepted policies: unknown, mode, reject, leave.",
    ),
    "row without a column": (
        "insert into {} values ('customers', 'city', 'mode', '', '')",
        "customers.city: this column has no policy. Columns: customers.age, customers.gender,",
    ),
}


@pytest.mark.xdist_group("missing_values")
@pytest.mark.parametrize("case", REFUSED)
def test_invalid_policy_is_refused_with_the_accepted_values(case: str, missing_values_shop: Shop) -> None:
    change, message = REFUSED[case]
    missing_values_shop.decide({})
    with duckdb.connect(str(missing_values_shop.seeded.warehouse)) as connection:
        connection.execute(change.format("reference.missing_value_policies"))
    run = missing_values_shop.run("test", "--select", "assert_missing_value_policies_are_accepted")
    assert not run.succeeded
    assert f"Seed missing_value_policies (seeds/reference/core/missing_value_policies.csv), {message}" in run.output


@pytest.mark.xdist_group("missing_values")
def test_default_policies_are_accepted(missing_values_shop: Shop) -> None:
    missing_values_shop.decide({})
    run = missing_values_shop.run("test", "--select", "assert_missing_value_policies_are_accepted")
    assert run.succeeded, run.output
