"""What is published identifies no customer: each test is an attack by somebody who has the published tables and nothing else."""

import json
from collections import defaultdict

import pytest

from tests.conftest import Run
from tests.project.conftest import HOSTILE_TEXTS, SINGLE, STRAY

LIMIT = 5  # customers, the var smallest_published_cell
CLASSES = {"general", "pseudonym", "customer", "count", "group", "quasi"}
# Columns that say nothing of which group a number is of, though they hold `all` or a place.
NO_ADDRESS = {"mode", "popularity_rank", "companion_rank", "similarity_rank", "parent_context", "parent_cell"}
# Rows whose numbers don't follow from counts of customers.
OTHER_NUMBERS = {"similar_products": "kind = 'content'", "representation_audit": "population = 'catalogue'"}


def public_models(run: Run) -> dict[str, dict]:
    """The published models of a run, by name."""
    nodes = json.loads((run.target / "manifest.json").read_text())["nodes"].values()
    found = {node["name"]: node for node in nodes if node["resource_type"] == "model" and node["config"]["access"] == "public"}
    assert len(found) > 50
    return found


def classes(node: dict) -> dict[str, list[str]]:
    return node["config"]["meta"].get("privacy", {})


def of_class(run: Run, name: str) -> list[tuple[str, str, str]]:
    """Schema, table and column of all published columns of a class."""
    return [
        (node["schema"], table, column) for table, node in public_models(run).items() for column in classes(node).get(name, [])
    ]


@pytest.fixture(params=["demo_build", "hostile_shop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.getfixturevalue(request.param)


# --- Which columns may be published -----------------------------------------------------------------------------------


def test_every_published_column_has_one_class(demo_build: Run) -> None:
    """Catches a column that is published before anybody has decided whether it may be."""
    for table, node in public_models(demo_build).items():
        assert classes(node).keys() <= CLASSES, table
        listed = [column for columns in classes(node).values() for column in columns]
        assert sorted(listed) == sorted(node["columns"]), table
        if classes(node).get("customer"):
            assert classes(node).get("pseudonym") == ["customer_id"], table
    assert of_class(demo_build, "quasi") == [("marts", "customers", "country")]


def test_nobodys_country_is_published_unless_that_is_wanted(demo_build: Run) -> None:
    assert demo_build.query("select count(country) from marts.customers") == [(0,)]
    assert demo_build.query("select publishes_country from marts.publication") == [(False,)]


def test_single_raw_rows_are_not_published(demo_build: Run) -> None:
    """Catches raw rows with the age, the city or the second of a sign-up of somebody whose pseudonym stands beside them."""
    columns = {column for node in public_models(demo_build).values() for column in node["columns"]}
    assert not columns & {"record_id", "record_values", "value_before", "raw_customer_id"}
    for table in ("rejected_records", "corrections", "flagged_records"):
        ((count,),) = demo_build.query(f"select count(*) from restricted.{table}")
        assert count > 0
        assert table not in public_models(demo_build)


def test_days_since_a_customer_did_something_are_whole(demo_build: Run) -> None:
    for column in ("tenure_days", "recency_days", "days_since_interaction"):
        assert demo_build.query(f"select count(*) from marts.customer_features where {column} <> floor({column})") == [(0,)]


# --- Counts of few, and what they follow from -------------------------------------------------------------------------


def test_no_count_of_few_customers_is_published(run: Run) -> None:
    counts = of_class(run, "count")
    assert len(counts) > 20
    few = f"between 1 and {LIMIT - 1} and not"
    shown = {
        (table, column): run.query(
            f'select count(*) from {schema}.{table} where "{column}" {few} ({OTHER_NUMBERS.get(table, "false")})'
        )[0][0]
        for schema, table, column in counts
    }
    assert {name: count for name, count in shown.items() if count} == {}


def test_rows_without_a_count_have_no_number_that_follows_from_it(run: Run) -> None:
    for table, node in public_models(run).items():
        counts, numbers = classes(node).get("count", []), classes(node).get("group", [])
        types = {name: column["data_type"] for name, column in node["columns"].items()}
        numbers = [name for name in numbers if types[name] not in ("string", "boolean")]
        if counts and numbers:
            hidden = " and ".join(f'"{name}" is null' for name in counts)
            found = " or ".join(f'"{name}" is not null' for name in numbers)
            other = OTHER_NUMBERS.get(table, "false")
            query = f"select count(*) from {node['schema']}.{table} where {hidden} and ({found}) and not ({other})"
            assert run.query(query) == [(0,)], table


def test_no_count_of_few_follows_from_a_total(run: Run) -> None:
    """Subtracts the groups of a kind from the row of `all` in every table that has one."""
    attacked = set()
    for table, node in public_models(run).items():
        keys = [name for name in classes(node).get("general", []) if name not in NO_ADDRESS]
        for count in classes(node).get("count", []):
            columns = ", ".join(f'cast("{name}" as varchar)' for name in keys)
            rows = run.query(f'select {columns}, "{count}" from {node["schema"]}.{table}') if keys else []
            address = [i for i, _ in enumerate(keys) if any(row[i] == "all" for row in rows)]
            totals, sums = {}, defaultdict(int)
            for *values, number in rows:
                rest = tuple(value for i, value in enumerate(values) if i not in address)
                kind = values[address[0]] if len(address) > 1 else "parts"
                if all(values[i] == "all" for i in address):
                    totals[rest] = number
                else:
                    sums[rest, "parts" if kind in ("with_history", "without_history") else kind] += number or 0
            left = {key: totals[key[0]] - number for key, number in sums.items() if totals.get(key[0]) is not None}
            attacked |= {table} if left else set()
            assert {key: number for key, number in left.items() if 0 < number < LIMIT} == {}, (table, count)
    assert attacked >= {"model_performance", "model_comparisons", "context_lifts", "popular_products"}


@pytest.mark.parametrize("table", ["segment_profiles", "tier_performance"])
def test_no_count_of_few_follows_from_the_number_of_customers(run: Run, table: str) -> None:
    """Catches a single NULL among counts whose sum anybody knows: it is what the others leave over."""
    ((left, hidden),) = run.query(
        f"""select (select count(*) from marts.customers) - coalesce(sum(customer_count), 0), count(*) - count(customer_count)
        from marts.{table} where cutoff_id = 'live'"""
    )
    assert (left == 0 and hidden == 0) or (left >= LIMIT and hidden > 1)


def test_groups_of_an_attribute_do_not_leave_over_the_share_of_a_small_one(run: Run) -> None:
    """Catches shares that sum to less than 1: the rest is what the suppressed group has."""
    sums = run.query(
        """select attribute, population, sum(share) from marts.representation_audit
        where side = 'customer' and attribute not like '%&%' group by all having count(share) > 0"""
    )
    assert sums
    assert [row for row in sums if abs(row[2] - 1) > 1e-6] == []


# --- Text that hardly anybody has -------------------------------------------------------------------------------------


def test_text_of_single_customers_is_in_no_published_table(hostile_shop: Run) -> None:
    """Catches an e-mail address that somebody typed into a wrong column, and the device and the country of one customer."""
    words = (STRAY, SINGLE["device"])
    staged = hostile_shop.query("select count(*) from staging.stg_events as t where device in ('kiosk', 'KIOSK')")
    assert staged[0][0] > 0
    found = {
        (table, word): count
        for table, node in public_models(hostile_shop).items()
        for word in words
        if (
            count := hostile_shop.query(
                f"select count(*) from {node['schema']}.{table} as t where contains(lower(cast(to_json(t) as varchar)), '{word}')"
            )[0][0]
        )
    }
    assert found == {}
    country = f"""select 'popular_products' from marts.popular_products where scope_value like '%{SINGLE["country"]}%'
        union select 'contextual_recommendations' from marts.contextual_recommendations where cell like '%{SINGLE["country"]}%'
        union select 'context_lifts' from marts.context_lifts where cell like '%{SINGLE["country"]}%'
        union select 'model_performance' from marts.model_performance where slice_value = '{SINGLE["country"]}'
        union select 'representation_audit' from marts.representation_audit where protected_group like '{SINGLE["country"]}%'"""
    assert hostile_shop.query(country) == []


def test_hostile_text_of_products_reaches_what_shows_it(hostile_shop: Run) -> None:
    """Otherwise the tests of pages and files that read this shop prove nothing."""
    names = {name for row in hostile_shop.query("select name, brand from marts.products") for name in row if name}
    assert sum(any(text[:12].strip() in name for name in names) for text in HOSTILE_TEXTS) >= len(HOSTILE_TEXTS) - 2


# --- Inference --------------------------------------------------------------------------------------------------------


def test_contextual_lists_do_not_tell_where_a_customer_shops(demo_build: Run) -> None:
    """Catches cells that a customer doesn't have, and lists that are the usual one where the customer usually is."""
    ((cells, lowest, highest),) = demo_build.query(
        """select (select count(*) from (select distinct context, cell from marts.contextual_recommendations)),
            min(cell_count), max(cell_count)
        from (select count(distinct context || cell) as cell_count from marts.contextual_recommendations group by customer_id)"""
    )
    assert cells == lowest == highest > 5
    several = "group by context, cell, product_id having count(distinct lift) > 1"
    assert demo_build.query(f"select product_id from marts.contextual_recommendations {several}") == []
    ((guessed, customers, commonest),) = demo_build.query(
        """with orders as (
            select customer_id, cell, sum(abs(rank - usual_rank)) as distance from marts.contextual_recommendations
            where context = 'country' group by all
        ), guesses as (
            select customer_id, arg_min(cell, (distance, cell)) as guess from orders group by all
        ), known as (
            select customer_id, guess, country from guesses
            inner join cleaning.clean_customers using (customer_id) where country in (select cell from orders)
        )
        select count(*) filter (guess = country), count(*), max(of_country) from known
        inner join (select country, count(*) as of_country from known group by all) using (country)"""
    )
    assert guessed / customers < 1.2 * commonest / customers


def test_no_published_value_names_those_who_refuse(demo_build: Run) -> None:
    """Catches a tier or another label that exactly those have who refused to be profiled."""
    refusing = {
        customer
        for (customer,) in demo_build.query(
            "select customer_id from cleaning.customer_consents where not is_personalisation_granted"
        )
    } & {customer for (customer,) in demo_build.query("select customer_id from marts.customers")}
    assert len(refusing) > 10
    for schema, table, column in of_class(demo_build, "customer"):
        place = f"{schema}.{table}"
        if demo_build.query(f'select approx_count_distinct("{column}") from {place}')[0][0] <= 50:
            owners = defaultdict(set)
            for customer, value in demo_build.query(f'select distinct customer_id, cast("{column}" as varchar) from {place}'):
                owners[value].add(customer)
            assert refusing not in owners.values(), (table, column)
