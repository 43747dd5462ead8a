"""Published tables identify no customer. Each test is an attack by a person who has only the published tables."""

import json
from collections import defaultdict

import pytest

from tests.conftest import Run
from tests.project.conftest import HOSTILE_TEXTS, SINGLE, STRAY

LIMIT = 5  # customers, the default of smallest_published_cell
CLASSES = {"general", "pseudonym", "customer", "count", "group", "quasi"}
# General columns that do not identify the group of a number, although they contain `all` or a rank.
NO_ADDRESS = {"mode", "popularity_rank", "companion_rank", "similarity_rank", "parent_context", "parent_cell"}
# Rows whose numbers do not depend on counts of customers.
OTHER_NUMBERS = {"similar_products": "kind = 'content'", "representation_audit": "population = 'catalogue'"}


def public_models(run: Run) -> dict[str, dict]:
    """Return the published models of a run by name."""
    nodes = json.loads((run.target / "manifest.json").read_text())["nodes"].values()
    found = {node["name"]: node for node in nodes if node["resource_type"] == "model" and node["config"]["access"] == "public"}
    assert len(found) > 50
    return found


def classes(node: dict) -> dict[str, list[str]]:
    return node["config"]["meta"].get("privacy", {})


def of_class(run: Run, name: str) -> list[tuple[str, str, str]]:
    """Return schema, table and name of all published columns of a privacy class."""
    return [
        (node["schema"], table, column) for table, node in public_models(run).items() for column in classes(node).get(name, [])
    ]


@pytest.fixture(params=["demo_build", "hostile_shop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.getfixturevalue(request.param)


# --- Which columns may be published -----------------------------------------------------------------------------------


def test_every_published_column_has_one_privacy_class(demo_build: Run) -> None:
    """Fails if a column is published without a decision on its privacy class."""
    for table, node in public_models(demo_build).items():
        assert classes(node).keys() <= CLASSES, table
        listed = [column for columns in classes(node).values() for column in columns]
        assert sorted(listed) == sorted(node["columns"]), table
        if classes(node).get("customer"):
            assert classes(node).get("pseudonym") == ["customer_id"], table
    assert of_class(demo_build, "quasi") == [("marts", "customers", "country")]


def test_country_is_not_published_by_default(demo_build: Run) -> None:
    assert demo_build.query("select count(country) from marts.customers") == [(0,)]
    assert demo_build.query("select publishes_country from marts.publication") == [(False,)]


def test_raw_rows_are_not_published(demo_build: Run) -> None:
    """Fails if a raw row shows a customer's age, city or sign-up time beside the pseudonym."""
    columns = {column for node in public_models(demo_build).values() for column in node["columns"]}
    assert not columns & {"record_id", "record_values", "value_before", "raw_customer_id"}
    for table in ("rejected_records", "corrections", "flagged_records"):
        ((count,),) = demo_build.query(f"select count(*) from restricted.{table}")
        assert count > 0
        assert table not in public_models(demo_build)


def test_published_day_counts_are_whole_numbers(demo_build: Run) -> None:
    for column in ("tenure_days", "recency_days", "days_since_interaction"):
        assert demo_build.query(f"select count(*) from marts.customer_features where {column} <> floor({column})") == [(0,)]


# --- Small counts, and totals that would reveal them ------------------------------------------------------------------


def test_small_customer_counts_are_not_published(run: Run) -> None:
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


def test_rows_with_a_suppressed_count_have_no_dependent_numbers(run: Run) -> None:
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


def test_small_counts_cannot_be_derived_from_totals(run: Run) -> None:
    """In every table with a row `all`, subtracts the groups of each kind from that row."""
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
def test_small_counts_cannot_be_derived_from_the_number_of_customers(run: Run, table: str) -> None:
    """Fails if exactly one count is NULL while the total is known: the difference reveals it."""
    ((left, hidden),) = run.query(
        f"""select (select count(*) from marts.customers) - coalesce(sum(customer_count), 0), count(*) - count(customer_count)
        from marts.{table} where cutoff_id = 'live'"""
    )
    assert (left == 0 and hidden == 0) or (left >= LIMIT and hidden > 1)


def test_share_of_a_suppressed_group_cannot_be_derived(run: Run) -> None:
    """Fails if published shares sum to less than 1: the difference is the share of the suppressed group."""
    sums = run.query(
        """select attribute, population, sum(share) from marts.representation_audit
        where side = 'customer' and attribute not like '%&%' group by all having count(share) > 0"""
    )
    assert sums
    assert [row for row in sums if abs(row[2] - 1) > 1e-6] == []


# --- Rare texts -------------------------------------------------------------------------------------------------------


def test_texts_of_single_customers_are_not_published(hostile_shop: Run) -> None:
    """Fails if a table publishes an e-mail address from a wrong column, or the device or country of a single customer."""
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


def test_hostile_product_texts_reach_the_marts(hostile_shop: Run) -> None:
    """Shows that the hostile texts reach the marts; otherwise the tests of pages and files that read this shop prove nothing."""
    names = {name for row in hostile_shop.query("select name, brand from marts.products") for name in row if name}
    assert sum(any(text[:12].strip() in name for name in names) for text in HOSTILE_TEXTS) >= len(HOSTILE_TEXTS) - 2


# --- Inference --------------------------------------------------------------------------------------------------------


def test_contextual_lists_do_not_reveal_a_customers_country(demo_build: Run) -> None:
    """Fails if a customer has only some cells, or if lists of the usual cell are recognisable as the usual list."""
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


def test_no_published_value_identifies_customers_without_consent(demo_build: Run) -> None:
    """Fails if a tier or another label is shared by exactly the customers who refused personalisation."""
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
