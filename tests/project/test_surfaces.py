"""What can't be bought, or a rule excludes for everybody, is offered in no published table."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.conftest import Run

# Published columns with ids of products that are facts and no offers, and why they may name any product.
FACTS = {
    ("bought_together", "product_id"): "the page that a companion is shown on",
    ("column_profile", "highest"): "values of raw columns",
    ("column_profile", "lowest"): "values of raw columns",
    ("context_lifts", "attribute_value"): "what was chosen in a situation",
    ("customer_history", "product_id"): "the customer's history",
    ("feature_embeddings", "attribute_value"): "vectors of features, the names of products among them",
    ("list_rule_report", "scope_value"): "what a rule is about",
    ("product_embeddings", "product_id"): "vectors of all products",
    ("product_features", "product_id"): "features of all products",
    ("products", "product_id"): "the catalogue",
    ("recommendation_evidence", "evidence_product_id"): "the customer's history",
    ("recommendation_reasons", "evidence_product_id"): "the customer's history",
    ("sales", "product_id"): "what was sold",
    ("similar_products", "product_id"): "the page that a similar product is shown on",
}


@pytest.fixture(scope="module")
def release(demo_build: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_build.published / "recommendations.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def product_columns(release: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Columns of published tables in which ids of products stand, found by their values, with a query of these."""
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


def test_every_fact_column_is_found(product_columns: dict[tuple[str, str], str]) -> None:
    """Catches a search for columns that finds too little, and reasons for columns that are gone."""
    assert FACTS.keys() <= product_columns.keys()
    assert {("recommendations", "product_id"), ("popular_products", "product_id"), ("similar_products", "similar_id")} <= (
        product_columns.keys() - FACTS.keys()
    )


def test_no_published_table_offers_what_is_excluded_or_not_available(
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


def test_what_is_excluded_was_chosen_and_would_have_been_offered(release: duckdb.DuckDBPyConnection) -> None:
    """Catches a rule that excludes what no list would have named anyway."""
    ((purchases, rank),) = release.execute(
        """select purchase_count, popularity_rank from marts.product_features join marts.list_rule_report
        on product_id = scope_value and action = 'exclude' and outcome = 'applied' where cutoff_id = 'test'"""
    ).fetchall()
    assert purchases >= 20
    assert rank <= 150
