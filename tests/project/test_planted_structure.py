"""Every source wins where its structure is planted, and popularity does not.

One small store holds several shops, each with its own customers and products. In each shop, purchases in the test horizon follow
one rule: the successor in a sequence, the other product of a pair, a product that is due again, products with similar text, and
so on. The matching source must find these products. The store's most popular products are others.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.conftest import Run, run_dbt
from tests.project.test_bad_input import write_csv

START = datetime(2024, 1, 1, 10)
CUTOFF = 168  # days from the start to the test cutoff
HORIZON = 28  # days
SEED = 5


@dataclass
class Store:
    """Rows of the raw tables, and a seeded random generator."""

    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    customers: list[list] = field(default_factory=list)
    products: list[list] = field(default_factory=list)
    lines: list[list] = field(default_factory=list)

    def add_customers(self, shop: str, count: int, country: str = "GB", tastes: str = "", joined: int = 0) -> list[str]:
        """Add customers, who may state tastes (categories) on the day they joined, counted from the start."""
        added = [f"{shop}-c{number:02d}" for number in range(count)]
        self.customers += [[customer, country, tastes, str(moment(joined))] for customer in added]
        return added

    def add_products(self, shop: str, count: int, name: str = "", launched: int | None = None) -> list[str]:
        """Add products in a category named after the shop; each has its own name unless `name` is given."""
        first = sum(product[0].startswith(f"{shop}-p") for product in self.products)
        added = [f"{shop}-p{first + number:02d}" for number in range(count)]
        launched_at = "" if launched is None else str(moment(launched))
        self.products += [[product, name or f"unlike{product[-2:]}{shop}", shop, launched_at] for product in added]
        return added

    def buy(self, customer: str, products: list[str], day: float) -> None:
        """Add one order on a day, counted from the start."""
        order = f"o{len(self.lines):05d}"
        self.lines += [[order, customer, product, 1, 5, str(moment(day))] for product in products]

    def horizon_day(self) -> float:
        return CUTOFF + 1 + self.rng.random() * (HORIZON - 2)


def moment(day: float) -> datetime:
    return (START + timedelta(days=day)).replace(microsecond=0)


def sequences(store: Store) -> None:
    """Each product has one successor. Before the horizon, customers choose it half of the time; in the horizon, always."""
    products = store.add_products("sequence", 24)
    successor = dict(zip(products, store.rng.sample(products, len(products)), strict=True))
    for customer in store.add_customers("sequence", 60):
        product = store.rng.choice(products)
        for day in range(store.rng.randrange(14), CUTOFF - 1, 14):
            store.buy(customer, [product], day)
            last, product = product, store.rng.choice([successor[product], store.rng.choice(products)])
        store.buy(customer, [successor[last]], store.horizon_day())


def pairs(store: Store) -> None:
    """Products are bought in pairs. A customer with one product of a pair buys the other one later."""
    products = store.add_products("pair", 24)
    couples = list(zip(products[::2], products[1::2], strict=True))
    for number, customer in enumerate(store.add_customers("pair", 50)):
        if number < 30:
            for day in (20, 60, 100, 140):
                store.buy(customer, [product for couple in store.rng.sample(couples, 2) for product in couple], day)
        else:
            one, other = store.rng.choice(couples)
            store.buy(customer, [one], 150)
            store.buy(customer, [other], store.horizon_day())


def cycles(store: Store) -> None:
    """Each customer has eight products and buys each again after eight weeks."""
    products = store.add_products("cycle", 20)
    for customer in store.add_customers("cycle", 30):
        for product in store.rng.sample(products, 8):
            for day in range(store.rng.randrange(56), CUTOFF + HORIZON - 1, 56):
                store.buy(customer, [product], day)


def descriptions(store: Store) -> None:
    """Customers buy products with similar text, and buy new ones among them in the horizon."""
    for kind, words in enumerate(["velvet crimson curtain", "oak garden bench", "steel kitchen knife", "paper birthday card"]):
        old = store.add_products("text", 4, name=words)
        new = store.add_products("text", 3, name=f"new {words}", launched=CUTOFF - 3)
        for customer in store.add_customers(f"text{kind}", 8):
            for day, product in zip((30, 70, 110, 150), store.rng.sample(old, 4), strict=True):
                store.buy(customer, [product], day)
            store.buy(customer, store.rng.sample(new, 2), store.horizon_day())


def trends(store: Store) -> None:
    """Six products rise in the last weeks, far below the steady bestsellers; new customers buy the rising ones."""
    steady, rising = store.add_products("trend", 12), store.add_products("trend", 6)
    for customer in store.add_customers("trend", 60):
        for day in range(store.rng.randrange(7), CUTOFF, 7):
            store.buy(customer, store.rng.sample(steady, 5), day)
    for customer in store.add_customers("rising", 25):
        store.buy(customer, store.rng.sample(rising, 3), CUTOFF - 2 - store.rng.random() * 20)
    for customer in store.add_customers("follower", 20):
        store.buy(customer, store.rng.sample(rising, 3), store.horizon_day())


def segments(store: Store) -> None:
    """A small group of customers has its own bestsellers."""
    best, rest = store.add_products("segment", 8), store.add_products("segment", 30)
    for customer in store.add_customers("segment", 24):
        own = store.rng.sample(best, 5)
        for day, product in zip((20, 60, 100, 140), own, strict=False):
            store.buy(customer, [product, store.rng.choice(rest)], day + store.rng.randrange(14))
        store.buy(customer, [product for product in best if product not in own[:4]][:3], store.horizon_day())


def contexts(store: Store) -> None:
    """One country has its own bestsellers; new customers from there buy them."""
    best, rest = store.add_products("context", 6), store.add_products("context", 20)
    for customer in store.add_customers("context", 20, country="FR"):
        for day in (20, 60, 100, 140, 160):
            store.buy(customer, [store.rng.choice(best), store.rng.choice(rest)], day)
    for customer in store.add_customers("newcomer", 20, country="FR"):
        store.buy(customer, store.rng.sample(best, 3), store.horizon_day())


def tastes(store: Store) -> None:
    """Four tastes have twelve products each. Only co-purchases reveal the tastes."""
    for taste in range(4):
        products = store.add_products("taste", 12)
        for customer in store.add_customers(f"taste{taste}", 20):
            chosen = store.rng.sample(products, 9)
            for product in chosen[:6]:
                store.buy(customer, [product], store.rng.randrange(CUTOFF - 1))
            store.buy(customer, chosen[6:], store.horizon_day())


def stated_tastes(store: Store) -> None:
    """A shop smaller than the others has its own bestsellers; customers who stated this taste buy them first."""
    best, rest = store.add_products("survey", 5), store.add_products("survey", 15)
    for customer in store.add_customers("survey", 10):
        for day in (30, 80, 130, 160):
            store.buy(customer, [store.rng.choice(best), store.rng.choice(rest)], day)
    for customer in store.add_customers("asked", 20, tastes="survey", joined=CUTOFF - 5):
        store.buy(customer, store.rng.sample(best, 3), store.horizon_day())


# Source: raw customer ids (LIKE pattern), mode, and the lowest mean nDCG@10 that it must exceed.
PLANTED = {
    "next_purchase": ("sequence-%", "discovery", 0.5),
    "bought_together": ("pair-%", "discovery", 0.8),
    "buy_again": ("cycle-%", "all", 0.8),
    "content": ("text%", "discovery", 0.6),
    "trending": ("follower-%", "discovery", 0.5),
    "segment_popularity": ("segment-%", "discovery", 0.3),
    "context_popularity": ("newcomer-%", "discovery", 0.5),
    "survey": ("asked-%", "discovery", 0.4),
    "als": ("taste%", "discovery", 0.4),
    "spectral": ("taste%", "discovery", 0.4),
    "neighbours": ("taste%", "discovery", 0.4),
    "ease": ("taste%", "discovery", 0.4),
}
# Sources whose structure no other source can use.
UNIQUE = {"next_purchase", "buy_again", "content", "trending", "context_popularity", "survey"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The store, built up to the evaluation of the test cutoff, without tuning."""
    folder = tmp_path_factory.mktemp("planted")
    store = Store()
    for plant in (sequences, pairs, cycles, descriptions, trends, segments, contexts, tastes, stated_tastes):
        plant(store)
    write_csv(folder / "customers.csv", ["customer_id", "country", "preferred_categories", "signed_up_at"], store.customers)
    write_csv(folder / "products.csv", ["product_id", "name", "category", "launched_at"], store.products)
    line_columns = ["order_id", "customer_id", "product_id", "quantity", "unit_price", "ordered_at"]
    write_csv(folder / "order_lines.csv", line_columns, store.lines)
    run = run_dbt(
        folder,
        "build",
        *("--select", "+customer_metrics"),
        *("--exclude-resource-type", "test", "unit_test"),
        variables={
            "dataset": "planted",
            "raw_path": str(folder),
            "raw": {table: {"file": f"<raw_path>/{table}.csv"} for table in ("customers", "products", "order_lines")},
            "as_of": str(moment(CUTOFF + HORIZON)),
            "tune_cutoffs": 0,
            "candidates_per_source": 50,
            "evaluation_ks": [10, 20],
            "als_regularization": 1.0,  # the defaults of these two vars suit shops with thousands of customers
            "spectral_largest_share": 0.5,
        },
    )
    assert run.succeeded, run.output
    return run


def mean_ndcg(run: Run, source: str, customers: str, mode: str) -> float:
    ((value,),) = run.query(
        f"""select avg(ndcg_at_k) from evaluation.customer_metrics inner join restricted.customer_identities using (customer_id)
        where source = '{source}' and raw_customer_id like '{customers}' and mode = '{mode}' and k = 10"""
    )
    return value


@pytest.mark.parametrize("source", PLANTED)
def test_source_beats_popularity_where_its_structure_is_planted(planted: Run, source: str) -> None:
    customers, mode, least = PLANTED[source]
    found = {name: mean_ndcg(planted, name, customers, mode) for name in (*PLANTED, "popularity")}
    assert found[source] > least
    assert found[source] > 2 * found["popularity"]
    if source in UNIQUE:
        assert max(found, key=found.get) == source


def test_every_source_has_a_planted_structure(planted: Run) -> None:
    sources = {source for (source,) in planted.query("select source from ranking.candidate_sources")}
    assert sources - {"popularity"} == set(PLANTED)


def test_survey_serves_only_customers_with_stated_tastes_and_no_history(planted: Run) -> None:
    """Customers with stated tastes are in the survey tier and find products of that shop in their first ten positions. Newcomers
    with only a known country get no candidates from the survey."""
    tiers = dict(
        planted.query_raw_ids(
            """select customer_id, tier from ranking.customer_tiers inner join cleaning.clean_customers using (customer_index)
            where cutoff_id = 'test'"""
        )
    )
    assert {tier for customer, tier in tiers.items() if customer.startswith("asked-")} == {"survey"}
    assert {tier for customer, tier in tiers.items() if customer.startswith(("newcomer-", "follower-"))} == {"context"}
    assert {tier for customer, tier in tiers.items() if customer.startswith(("taste", "pair-"))} == {"history"}
    named = planted.query_raw_ids(
        """select distinct customer_id from candidates.candidate_lists inner join cleaning.clean_customers using (customer_index)
        inner join ranking.candidate_sources using (place) where source = 'survey'"""
    )
    surveyed = {customer for (customer,) in named}
    assert {customer.split("-")[0] for customer in surveyed} == {"asked"}
    ((own_count,),) = planted.query(
        """select min(own_count) from (
            select count(*) filter (where product_id like 'survey-%') as own_count
            from ranking.ranked_pool inner join ranking.lists using (list_index)
            inner join cleaning.clean_products using (product_index) inner join cleaning.clean_customers using (customer_index)
            inner join restricted.customer_identities using (customer_id)
            where is_chosen and cutoff_id = 'test' and mode = 'all' and raw_customer_id like 'asked-%' and list_rank <= 10
            group by customer_id)"""
    )
    assert own_count >= 3
