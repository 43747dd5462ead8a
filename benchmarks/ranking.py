"""Measure the ranking: ``make benchmark-ranking``.

The benchmark writes all inputs of ranking at `live` directly into a database: customers with a history, all sources with a
hundred products each, and their features. The rows are always the same. The personal lists of a customer have three hundred
different products; lists shared by a cell of customers add others. A learned ranker of the usual size is trained on noise,
because its predictions don't affect its cost. dbt blends the candidates and orders the pool by that ranker, the most expensive
method, in a process of its own on two cores. The largest number of customers is compared with the targets below; the smaller
ones show how the cost grows.
"""

import argparse
import csv
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import yaml
from measuring import CORES, PROJECT, Measurement, measured_build, print_measurement, print_targets

from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import Lists

CUSTOMERS = [25_000, 50_000, 100_000]
PRODUCTS = 20_000
POOL = 300  # different products in the personal lists of a customer
SHARED = 1_000  # products of a shared list beyond candidates_per_source
STRIDES = [stride for stride in range(7, POOL) if math.gcd(stride, POOL) == 1]  # one per source: step through the pool
HISTORY = 40  # products of a customer's history; the first half is in the pool
RANKER_LISTS = 500  # random lists that train the ranker
RANKER_TREES = 100
SEED = 1
RAW = {"order_lines": {"file": "<raw_path>/order_lines.parquet"}}  # a mapping is required but not read
MODELS = [
    "ranker_features",
    "candidate_sources",
    "lists",
    "candidate_lists",
    "blend_weights",
    "customer_weights",
    "pool",
    "ranking_features",
    "ranking_methods",
    "ranker_scores",
    "ranked_pool",
]

MOST_SECONDS = 60.0  # wall time, including the start of dbt
MOST_GIGABYTES = 4.0  # peak resident memory of the dbt process, 10^9 bytes
MOST_GROWTH = 1.15  # time per customer of the largest run, as a multiple of the previous run's


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    runs: list[tuple[int, Measurement]] = []
    for customers in options.customers:
        prepare_database(options.store, customers)
        build = ["build", "--exclude-resource-type", "test", "unit_test", "--select", *MODELS]
        run = measured_build(options.store, RAW, build, options.threads, {"ranking_method": options.method})
        variables = _variables()
        proposals = customers * len(sources()) * variables["candidates_per_source"]
        print_measurement(f"Lists of {customers:,} customers out of {proposals:,} proposals", run, proposals, "proposals")
        check_lists(options.store, customers)
        runs.append((customers, run))
    customers, last = runs[-1]
    targets = [("wall time, s", last.seconds, MOST_SECONDS), ("peak memory, GB", last.gigabytes, MOST_GIGABYTES)]
    if len(runs) > 1:
        before, earlier = runs[-2]
        growth = (node_seconds(last) / customers) / (node_seconds(earlier) / before)
        targets.append(("growth of time per customer", growth, MOST_GROWTH))
    return 0 if all(print_targets(targets)) else 1


def node_seconds(run: Measurement) -> float:
    """Return the seconds of the models, without the start of dbt, which doesn't grow with the customers."""
    return sum(seconds for _, seconds in run.nodes)


def prepare_database(store: Path, customers: int) -> None:
    """Write all inputs of ranking at `live` into a new database."""
    store.mkdir(parents=True, exist_ok=True)
    for leftover in store.glob("warehouse.duckdb*"):
        leftover.unlink()
    variables = _variables()
    with duckdb.connect(str(store / "warehouse.duckdb")) as connection:
        connection.execute("set preserve_insertion_order = false")
        for folder in ("cleaning", "interactions", "features", "candidates", "ranking"):
            connection.execute(f"create schema {folder}")
        for name, query in tables(customers, variables):
            connection.execute(f"create table {name} as {query}")
        fits = trained_on_noise(variables)
        connection.register("fits", fits)
        connection.execute("create table ranking.ranker_fits as from fits")
        mapped = str(store / "order_lines.parquet").replace("'", "''")
        connection.execute(
            "copy (select 'o1' as order_id, 'c1' as customer_id, 'p1' as product_id, 1 as quantity, now() as ordered_at) "
            f"to '{mapped}'"
        )


def tables(customers: int, variables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and query of each input table."""
    customer, product = "printf('C%07d', c)", "printf('P%06d', p)"
    everybody, catalogue = f"range({customers}) as customers(c)", f"range({PRODUCTS}) as products(p)"
    own = f"(c * 7919 + {{place}} * 61) % {PRODUCTS}"  # product at a place of a customer's pool
    yield (
        "interactions.cutoffs",
        "select 'live' as cutoff_id, 'live' as purpose, timestamp '2024-07-01' as cutoff_at, "
        "timestamp '2024-07-29' as horizon_ends_at",
    )
    yield "cleaning.clean_customers", f"select {customer} as customer_id, c as customer_index from {everybody}"
    yield (
        "features.cutoff_customers",
        f"select 'live' as cutoff_id, c as customer_index, cast({HISTORY} as hugeint) "
        f"as interaction_count, '20+' as activity_band, true as has_history, 4.3 as strength from {everybody}",
    )
    yield (
        "ranking.customer_tiers",
        "select *, 'history' as tier, cast(null as varchar) as neighbour_band, 0.0 as neighbour_share "
        "from features.cutoff_customers",
    )
    yield (
        "interactions.relevant_products",
        "select 'live' as cutoff_id, 0 as customer_index, 0 as product_index, false as is_repeat where false",
    )
    yield (
        "interactions.cutoff_products",
        f"select 'live' as cutoff_id, p as product_index, 1.0 / (1 + p) as popularity, p + 1 as popularity_rank from {catalogue}",
    )
    yield (
        "features.eligibility_signals",
        f"select 'live' as cutoff_id, c as customer_index, {own.format(place=3)} as product_index, "
        f"true as is_disliked from {everybody} where c % 50 = 0",
    )
    yield (
        "cleaning.clean_products",
        f"select {product} as product_id, p as product_index, 'category ' || p % 50 as category, 'brand ' || p % 400 as brand "
        f"from {catalogue}",
    )
    yield (
        "interactions.customer_product_strengths",
        f"select 'live' as cutoff_id, c as customer_index, p as product_index, 1 / (1.0 + h) as strength, "
        f"1 as interaction_count from (select c, h, "
        f"{own.format(place=f'(h * {2 * POOL} // {HISTORY})')} as p from {everybody}, range({HISTORY}) as history(h))",
    )
    yield (
        "features.purchase_gaps",
        "select cutoff_id, customer_index, product_index, "
        "date '2024-06-01' - cast(product_index % 90 as integer) as purchase_date, "
        "7 as gap_days, true as is_last from interactions.customer_product_strengths",
    )
    yield (
        "features.customer_tastes",
        "select s.cutoff_id, s.customer_index, attribute, attribute_value, sum(s.strength) as strength, "
        "sum(s.strength) / 4.3 as strength_share from (select * from interactions.customer_product_strengths) as s "
        "join (select product_index, 'category' as attribute, category as attribute_value from cleaning.clean_products union all "
        "select product_index, 'brand', brand from cleaning.clean_products) using (product_index) "
        "group by s.cutoff_id, s.customer_index, attribute, attribute_value",
    )
    yield (
        "features.customer_prices",
        f"select 'live' as cutoff_id, c as customer_index, c % 100 / 100.0 as price_level from {everybody}",
    )
    for name, columns in {
        "product_cycles": "7.0 + p % 60 as cycle_days",
        "product_prices": "p % 100 / 100.0 as price_percentile",
        "product_rhythm": "p % 10 / 10.0 as repeat_buyer_share, p % 400 as age_days, 1.0 + p % 7 as interaction_trend, "
        "p % 10 / 10.0 as new_buyer_share",
    }.items():
        yield f"features.{name}", f"select 'live' as cutoff_id, p as product_index, {columns} from {catalogue}"
    cells = {"country": ["DE", "FR", "GB", "IT"], "device": ["desktop", "mobile"], "daypart": ["evening", "morning"]}
    usual = ", ".join(f"{values}[1 + c % {len(values)}] as {dimension}" for dimension, values in cells.items())
    yield (
        "features.usual_contexts",
        f"select *, concat_ws('|', {', '.join(cells)}) as usual_cell "
        f"from (select 'live' as cutoff_id, c as customer_index, {usual} from {everybody})",
    )
    for name, column, count in [("features.customer_segments", "segment", 20), ("candidates.survey_cells", "survey_cell", 50)]:
        yield name, f"select 'live' as cutoff_id, c as customer_index, '{column} ' || c % {count} as {column} from {everybody}"
    yield (
        "features.context_products",
        " union all ".join(
            f"select 'live' as cutoff_id, '{dimension}' as context, '{cell}' as cell, p as product_index, "
            f"0.5 + p % 13 / 13.0 as lift from {catalogue} where p % 20 = 0"
            for dimension, values in cells.items()
            for cell in values
        ),
    )
    yield (
        "ranking.blend_trials",
        "select mode, true as has_history, 'history' as tier, 'all' as activity_band, 0 as trial, 'log_rank' as normalisation, "
        "source, "
        f"cast(1.0 / {len(sources())} as double) as weight, cast(0.5 as double) as ndcg_at_k, "
        "cast(null as double) as difference, cast(null as double) as standard_error, cast(2000 as bigint) as list_count, "
        "true as is_chosen "
        f"from (values ('all'), ('discovery')) as modes(mode), unnest({list(sources())}) as sources(source)",
    )
    yield "features.listed_strengths", "from interactions.customer_product_strengths"
    length = variables["als_factors"]
    for name, key, keys, count in [
        ("als_customer_factors", "customer_index", f"range({customers}) as keys(k)", length),
        ("als_product_factors", "product_index", f"range({PRODUCTS}) as keys(k)", length),
        ("spectral_filters", "product_index", f"range({PRODUCTS}) as keys(k)", 2 * variables["spectral_factors"]),
    ]:
        factors = f"list_transform(range({count}), lambda i: cast(sin(k * 0.7 + i * (1 + k % 13)) as float))"
        yield f"candidates.{name}", f"select 'live' as cutoff_id, k as {key}, {factors} as factors from {keys}"
    depth = variables["candidates_per_source"]
    for (source, members), stride in zip(sources().items(), STRIDES, strict=False):
        if members is None:
            arrays = candidate_arrays(own.format(place=f"((i * {stride} + {stride}) % {POOL})"), depth)
            query = f"select 'live' as cutoff_id, c as customer_index, {arrays} from {everybody}"
        else:
            arrays = candidate_arrays(own.format(place="i"), depth + SHARED)
            cells_of = f"(select distinct {members[1]} as cell from {members[0]})"
            numbered = f"(select cell, {stride} + row_number() over (order by cell) as c from {cells_of})"
            query = f"select 'live' as cutoff_id, cell, {arrays} from {numbered}"
        yield f"candidates.{source}_candidates", query


def candidate_arrays(product: str, count: int) -> str:
    """Return SQL of a source's two columns, best first; `product` is the expression of the product at position i."""
    scores = f"list_transform(range({count}), lambda i: cast(1.0 / (1 + i) + c % 1000 / 1e5 as float))"
    return f"list_transform(range({count}), lambda i: cast({product} as integer)) as product_indexes, {scores} as scores"


def trained_on_noise(variables: dict[str, Any]) -> pa.Table:
    """Return rows of ranker_fits: a ranker per mode with as many inputs as the real one, trained on noise."""
    generator = np.random.default_rng(SEED)
    with (PROJECT / "seeds" / "reference" / "core" / "ranker_features.csv").open(newline="") as file:
        features = list(csv.DictReader(file))
    width = sum(len(sources()) if row["is_per_source"] == "true" else 1 for row in features)
    depth = variables["pool_depth"]
    sizes = np.full(RANKER_LISTS, depth)
    labels = generator.random(sizes.sum()) < 0.03
    lists = Lists(sizes, labels, np.maximum(1, np.add.reduceat(labels, np.arange(0, len(labels), depth), dtype=np.int64)))
    data = generator.random((len(labels), width)).astype(np.float32)
    parameters = {"num_leaves": variables["ranker_leaves"], "seed": variables["seed"]}
    model = ranker.train(lists, np.zeros(len(labels)), data, [0] * width, RANKER_TREES, parameters).model_to_string()
    rows = [
        {"mode": mode, "method": method, "ndcg_at_k": 0.5, "difference": 0.0, "standard_error": 0.1, "list_count": RANKER_LISTS}
        | ({"model": model, "iterations": RANKER_TREES} if method == "stacked" else {})
        for mode in ("all", "discovery")
        for method in ("weighted", "stacked", "cascade")
    ]
    return pa.Table.from_pylist(rows, schema=ranker.FIT_SCHEMA)


def check_lists(store: Path, customers: int) -> None:
    """Check that every customer has a full list."""
    variables = _variables()
    depth = variables["pool_depth"]
    with duckdb.connect(str(store / "warehouse.duckdb"), read_only=True) as connection:
        ((found, shortest),) = connection.execute(
            "select count(*), min(depth) from ("
            "select count(*) as depth from ranking.ranked_pool where list_rank <= ? group by list_index)",
            [depth],
        ).fetchall()
    assert (found, shortest) == (customers, depth), f"{found} customers have a list, the shortest of {shortest} products"


def sources() -> dict[str, tuple[str, str] | None]:
    """Return the sources of the macro `candidate_sources`; for shared lists, the table and column of the cells, else None."""
    text = (PROJECT / "macros" / "core" / "candidates" / "candidate_sources.sql").read_text()
    found: dict[str, tuple[str, str] | None] = {}
    for source, row in re.findall(r"'source': '(\w+)'([^}]*)", text):
        members, cell = (re.search(rf"'{name}': '(\w+)'", row) for name in ("members", "cell"))
        if members is None:
            found[source] = None
            continue
        (file,) = PROJECT.glob(f"*models/core/*/{members[1]}.yml")
        found[source] = (f"{file.parent.name}.{members[1]}", cell[1] if cell else "'all'")
    return found


def _variables() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/ranking.py",
        description="Measure the cost of ranking candidates into lists.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--store", type=Path, default=Path("warehouse/benchmark_ranking"), metavar="DIR", help="folder of the database"
    )
    parser.add_argument(
        "--customers", type=int, nargs="+", default=CUSTOMERS, metavar="N", help="numbers of customers; one run each"
    )
    parser.add_argument("--method", default="stacked", choices=["weighted", "stacked"], help="method that orders the pools")
    parser.add_argument("--threads", type=int, default=CORES, metavar="N", help="dbt threads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
