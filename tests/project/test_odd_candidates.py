"""The candidates of every source on odd data, including the sources that must propose none."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run, run_dbt
from tests.project.test_bad_input import LINE_COLUMNS, some_lines, write_csv

# Sources with candidates for a customer without any data.
WITHOUT_CUSTOMER_DATA = {"popularity", "trending", "context_popularity"}
SELECTED = (
    "--select",
    "+path:models/core/candidates",
    "+path:python_models/core/candidates",
    "--exclude-resource-type",
    "test",
    "unit_test",
)


def build(folder: Path, lines: list, customers: list, products: list, **variables: object) -> Run:
    write_csv(folder / "order_lines.csv", LINE_COLUMNS, lines)
    write_csv(folder / "customers.csv", ["customer_id"], [[customer] for customer in customers])
    write_csv(folder / "products.csv", ["product_id", "name"], products)
    raw = {table: {"file": f"<raw_path>/{table}.csv"} for table in ("order_lines", "customers", "products")}
    run = run_dbt(
        folder,
        "build",
        *SELECTED,
        variables={"dataset": "odd", "raw_path": str(folder), "raw": raw, **variables},
    )
    assert run.succeeded, run.output
    return run


def proposed(run: Run, cutoff: str) -> dict[str, dict[str, set[str]]]:
    """Return products by source and customer at a cutoff; fail if a score is not an ordinary number or a product is repeated."""
    sources = sorted({file.name.split("_candidates.")[0] for file in PROJECT.glob("*models/core/candidates/*_candidates.*")})
    found: dict[str, dict[str, set[str]]] = {source: {} for source in sources}
    rows = run.query_raw_ids(
        f"""select customer_id, source, product_id, score from candidates.candidates
        inner join cleaning.clean_customers using (customer_index) inner join cleaning.clean_products using (product_index)
        where cutoff_id = '{cutoff}'"""
    )
    for customer, source, product, score in rows:
        assert abs(score) < 1e12
        assert product not in found[source].setdefault(customer, set())
        found[source][customer].add(product)
    return found


@pytest.fixture(scope="module")
def odd_shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Regular customers, and customers with no product, one and all products; a twin product and a product without text."""
    lines = some_lines()
    catalogue = [[f"p{number:02d}", f"{('red', 'green', 'blue')[number % 3]} lamp"] for number in range(12)]
    catalogue += [["twin", "red lamp"], ["mute", ""]]
    for customer in ("everything", "c0"):
        products = [product for product, _ in catalogue if customer == "everything" or product in ("twin", "mute")]
        lines += [[f"{customer}-{product}", customer, product, 1, 2.5, "2025-03-20"] for product in products]
    lines += [["single", "single", "p03", 1, 2.5, "2025-03-21"]]
    customers = ["newcomer", "single", "everything", *(f"c{number}" for number in range(6))]
    return build(tmp_path_factory.mktemp("odd"), lines, customers, catalogue)


def test_customer_without_history_gets_candidates_of_unpersonalised_sources(odd_shop: Run) -> None:
    found = proposed(odd_shop, "live")
    assert {source for source, lists in found.items() if "newcomer" in lists} == WITHOUT_CUSTOMER_DATA
    assert len(found["popularity"]["newcomer"]) == 14
    assert found["popularity"]["newcomer"] == found["context_popularity"]["newcomer"]


def test_customer_with_every_product_gets_repeats(odd_shop: Run) -> None:
    found = proposed(odd_shop, "live")
    everything = {product for (product,) in odd_shop.query("select product_id from cleaning.clean_products")}
    for source in ("popularity", "context_popularity", "segment_popularity", "buy_again", "als", "spectral"):
        assert found[source]["everything"] == everything
    assert all(lists.get("everything", set()) <= everything for lists in found.values())


def test_one_product_is_enough_for_every_source_that_reads_histories(odd_shop: Run) -> None:
    found = proposed(odd_shop, "live")
    assert found["buy_again"]["single"] == {"p03"}
    assert {source for source, lists in found.items() if "single" not in lists} <= {"bought_together", "survey"}
    assert found["survey"] == {}  # no customer stated a taste


def test_product_without_text_has_no_content_candidates_and_twins_stay_apart(odd_shop: Run) -> None:
    found = proposed(odd_shop, "live")
    assert not any("mute" in products for products in found["content"].values())
    assert any("mute" in products for products in found["als"].values())
    assert {"p00", "twin"} <= found["content"]["single"]


@pytest.fixture(scope="module")
def silent_shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One product, sold on two days. Strengths decay to zero within a week, and the horizon of `tune_1` has no events."""
    lines = [["o1", "early", "only", 1, 2.5, "2025-01-01"], ["o2", "late", "only", 1, 2.5, "2025-03-02"]]
    decay = {"strength_half_life_days": 0.1, "popularity_half_life_days": 0.1}
    return build(tmp_path_factory.mktemp("silent"), lines, ["early", "late", "newcomer"], [["only", "lamp"]], **decay)


def test_catalogue_of_one_product_is_proposed_once_without_padding(silent_shop: Run) -> None:
    found = proposed(silent_shop, "live")
    assert {product for lists in found.values() for products in lists.values() for product in products} == {"only"}
    assert found["popularity"] == {customer: {"only"} for customer in ("early", "late", "newcomer")}
    assert found["buy_again"] == {"late": {"only"}}
    assert found["trending"] == found["bought_together"] == found["next_purchase"] == {}


def test_zero_strengths_give_no_personal_candidates(silent_shop: Run) -> None:
    ((strength,),) = silent_shop.query(
        """select strength
        from interactions.customer_product_strengths inner join cleaning.clean_customers using (customer_index)
        inner join restricted.customer_identities using (customer_id)
        where cutoff_id = 'live' and raw_customer_id = 'early'"""
    )
    assert strength == 0
    found = proposed(silent_shop, "live")
    proposing = {source for source, lists in found.items() if "early" in lists}
    assert proposing <= {"popularity", "context_popularity", "segment_popularity"}
    at_test = {source for source, lists in proposed(silent_shop, "test").items() if lists}
    assert at_test == {"popularity", "context_popularity"}


def test_horizon_without_events_needs_no_lists(silent_shop: Run) -> None:
    assert not any(proposed(silent_shop, "tune_1").values())
