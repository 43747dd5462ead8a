"""Products that are unavailable, or excluded by a rule for everyone, are not offered in any published table."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.conftest import Run

# Published columns whose product ids are facts, not offers, and why they may name any product.
FACTS = {
    ("bought_together", "product_id"): "the page that a companion is shown on",
    ("column_profile", "highest"): "values of raw columns",
    ("column_profile", "lowest"): "values of raw columns",
    ("context_lifts", "attribute_value"): "products chosen in a context",
    ("customer_history", "product_id"): "the customer's history",
    ("feature_embeddings", "attribute_value"): "vectors of features, the names of products among them",
    ("list_rule_report", "scope_value"): "the scope of a rule",
    ("product_embeddings", "product_id"): "vectors of all products",
    ("product_features", "product_id"): "features of all products",
    ("products", "product_id"): "the catalogue",
    ("recommendation_evidence", "evidence_product_id"): "the customer's history",
    ("recommendation_reasons", "evidence_product_id"): "the customer's history",
    ("sales", "product_id"): "products sold",
    ("similar_products", "product_id"): "the page that a similar product is shown on",
}


@pytest.fixture(scope="module")
def release(demo_build: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_build.published / "recommendations.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def product_columns(release: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Return the published columns that contain product ids, found by their values, each with a query for its ids."""
    columns = release.execute(
        "select table_schema, table_name, column_name from information_schema.columns where data_type = 'VARCHAR'"
    ).fetchall()
    named = {
        (table, column): f"""select distinct products.product_id from "{schema}"."{table}" as facts
        inner join marts.products as products on facts."{column}" = products.product_id"""
        for schema, table, column in columns
    }
    return {name: query for name, query in named.items() if release.execute(f"{query} limit 1").fetchall()}


def withdrawn(release: duckdb.DuckDBPyConnection, condition: str) -> set[str]:
    return {product for (product,) in release.execute(f"select product_id from marts.products where {condition}").fetchall()}


def test_product_columns_include_all_known_columns(product_columns: dict[tuple[str, str], str]) -> None:
    """Fails if the search misses columns, or if FACTS names a column that no longer exists."""
    assert FACTS.keys() <= product_columns.keys()
    assert {("recommendations", "product_id"), ("popular_products", "product_id"), ("similar_products", "similar_id")} <= (
        product_columns.keys() - FACTS.keys()
    )


def test_published_tables_offer_no_excluded_or_unavailable_product(
    release: duckdb.DuckDBPyConnection, product_columns: dict[tuple[str, str], str]
) -> None:
    excluded = withdrawn(
        release,
        """product_id in (select scope_value from marts.list_rule_report where action = 'exclude' and scope = 'product'
        and outcome = 'applied' and segment is null and country is null)""",
    )
    not_available = withdrawn(release, "not is_available")
    assert excluded
    assert not_available
    for name in product_columns.keys() - FACTS.keys():
        offered = {product for (product,) in release.execute(product_columns[name]).fetchall()}
        assert not offered & (excluded | not_available), name


def test_excluded_product_is_popular_enough_to_be_offered(release: duckdb.DuckDBPyConnection) -> None:
    """Fails if the rule excludes a product that no list would offer anyway."""
    ((purchases, rank),) = release.execute(
        """select purchase_count, popularity_rank from marts.product_features join marts.list_rule_report
        on product_id = scope_value and action = 'exclude' and outcome = 'applied' where cutoff_id = 'test'"""
    ).fetchall()
    assert purchases >= 20
    assert rank <= 150
