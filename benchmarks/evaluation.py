"""Measure the evaluation: ``make benchmark-evaluation``.

The benchmark has two parts, each on generated tables and two cores. The first is the bootstrap of 100,000 customers: all
metrics of hits, 200 replicates, one source. The second is the whole evaluation of one test cutoff, from lists and labels to
intervals and comparisons. It has 20,000 customers, 16 sources, both modes, five list lengths and slices of six kinds of groups.
Seconds are those of the models, without the start of dbt.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measuring import CORES, PROJECT, Measurement, measured_build, print_measurement, print_targets

BOOTSTRAP_CUSTOMERS = 100_000
CUSTOMERS = 20_000
SOURCES = 16
PRODUCTS = 5_000
DEPTH = 100  # products per list
WORDS = 12  # terms per product
METRICS = [
    *("ndcg_at_k", "recall_at_k", "recall_capped_at_k", "precision_at_k", "hit_rate_at_k", "mrr_at_k", "map_at_k"),
    "customer_coverage_share",
]
LIST_METRICS = [
    *("novelty_at_k", "popularity_quantile_at_k", "long_tail_share", "serendipity_at_k", "intra_list_diversity", "auc_at_k"),
]
RAW = {"order_lines": {"file": str(PROJECT / "seeds" / "demo" / "order_lines.csv")}}  # a mapping is required but not read
BOOTSTRAP = ["bootstrap_means", "model_performance"]
LIST_MODELS = ["sampled_lists", "list_metrics"]
EVALUATION = ["catalogue_metrics", *LIST_MODELS, "customer_metrics", *BOOTSTRAP, "model_comparisons"]

MOST_BOOTSTRAP_SECONDS = 30.0
MOST_SECONDS = 240.0
MOST_GIGABYTES = 6.0  # peak resident memory of the dbt process, 10^9 bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    targets = []
    for part in options.parts:
        store = options.store / part
        store.mkdir(parents=True, exist_ok=True)
        for leftover in store.glob("warehouse.duckdb*"):
            leftover.unlink()
        with duckdb.connect(str(store / "warehouse.duckdb")) as connection:
            connection.execute(f"set threads = {CORES}")
            rows = generate_metrics(connection) if part == "bootstrap" else generate_lists(connection, options.customers)
        models = BOOTSTRAP if part == "bootstrap" else EVALUATION
        run = measured_build(store, RAW, ["run", "--select", *models], options.threads)
        print_measurement(f"{part}, {rows:,} rows", run, rows, "rows")
        if part == "bootstrap":
            targets += [("bootstrap, s", model_seconds(run), MOST_BOOTSTRAP_SECONDS)]
        else:
            targets += [("evaluation, s", model_seconds(run), MOST_SECONDS), ("peak memory, GB", run.gigabytes, MOST_GIGABYTES)]
    return 0 if all(print_targets(targets)) else 1


def model_seconds(run: Measurement) -> float:
    """Return the sum of the models' seconds; with several threads, some of them ran in parallel."""
    return sum(seconds for name, seconds in run.nodes if not name.startswith("warehouse_recommender"))


def generate_metrics(connection: duckdb.DuckDBPyConnection) -> int:
    """Write customer_metrics of one source and the other inputs of the bootstrap; return the number of customers."""
    columns = ", ".join(f"case when hash(i, {n}) % 3 = 0 then (hash(i, {n}) % 1000000) / 1000000.0 else 0 end::double as {name}"
                        for n, name in enumerate(METRICS))  # fmt: skip
    empty = ", ".join(f"null::double as {name}" for name in LIST_METRICS)
    connection.execute(
        f"""
        create schema marts; create schema evaluation;
        create table evaluation.customer_metrics as
        select 'test' as cutoff_id, 'all' as mode, 'hybrid' as source, 'c' || i as customer_id, 10 as k, {columns}
        from range({BOOTSTRAP_CUSTOMERS}) as t(i);
        create table evaluation.customer_slices as
        select cutoff_id, customer_id, 'all' as slice, 'all' as slice_value from evaluation.customer_metrics;
        create table evaluation.list_metrics as
        select cutoff_id, mode, source, customer_id, k, {empty} from evaluation.customer_metrics where false;
        create table evaluation.catalogue_metrics as
        select cutoff_id, mode, source, k, 0.5::double as catalogue_coverage_share, 0.5::double as gini
        from evaluation.customer_metrics limit 1;
        create table evaluation.evaluated_lists as
        select cutoff_id, mode, source, 0 as customer_index, 1 as list_rank, 0 as product_index from evaluation.customer_metrics;
        """
    )
    return BOOTSTRAP_CUSTOMERS


def generate_lists(connection: duckdb.DuckDBPyConnection, customers: int) -> int:
    """Write lists, labels, products and slices of one test cutoff; return the number of listed products."""
    slices = " union all ".join(
        f"select 'test' as cutoff_id, 'c' || i as customer_id, '{name}' as slice, "
        f"'{name}' || hash(i, '{name}') % {size} as slice_value from range({customers}) as t(i)"
        for name, size in {"all": 1, "with_history": 1, "tier": 2, "segment": 8, "activity_band": 4, "country": 20, "device": 3,
                           "daypart": 4}.items()
    )  # fmt: skip
    connection.execute(
        f"""
        create schema marts; create schema evaluation; create schema interactions; create schema features; create schema ranking;
        create schema cleaning;
        create table cleaning.clean_customers as
        select i::integer as customer_index, 'c' || i as customer_id from range({customers}) as t(i);
        create table interactions.cutoffs as
        select 'test' as cutoff_id, 'test' as purpose, timestamp '2024-01-01' as cutoff_at;
        create table ranking.candidate_sources as select 's' || i as source from range({SOURCES - 1}) as t(i);
        create table features.cutoff_customers as
        select 'test' as cutoff_id, i::integer as customer_index, 1::bigint as interaction_count from range({customers}) as t(i);
        create table interactions.customer_product_strengths as
        select distinct 'test' as cutoff_id, i::integer as customer_index,
            (hash(i, j, 'h') % {PRODUCTS})::integer as product_index
        from range({customers}) as t(i), range(20) as u(j);
        create table evaluation.customer_slices as {slices};
        create table evaluation.evaluation_labels as
        select distinct 'test' as cutoff_id, mode, i::integer as customer_index,
            (hash(i, j) % {PRODUCTS})::integer as product_index
        from range({customers}) as t(i), range(5) as u(j), (values ('all'), ('discovery')) as modes(mode);
        create table evaluation.evaluated_products as
        select 'test' as cutoff_id, i::integer as product_index, {PRODUCTS}::bigint as product_count,
            i + 1 as popularity_rank, i / {PRODUCTS}.0::double as popularity_quantile, i / {PRODUCTS}.0::double as novelty,
            i > 500 as is_long_tail
        from range({PRODUCTS}) as t(i);
        create table features.product_terms as
        select 'test' as cutoff_id, i::integer as product_index, hash(i, j) % 3000 as term_index,
            min(1.0 + hash(i, j, 't') % 5) as weight
        from range({PRODUCTS}) as t(i), range({WORDS}) as u(j) group by all;
        create table evaluation.evaluated_lists as
        select 'test' as cutoff_id, mode, case when s = {SOURCES - 1} then 'hybrid' else 's' || s end as source,
            i::integer as customer_index, j + 1 as list_rank,
            -- one in eight positions has a relevant product
            (case
                when j < 40 and hash(i, s, j // 8) % 8 = j % 8 then hash(i, j // 8) else hash(i, s, 0) + j * 7
            end % {PRODUCTS})::integer as product_index
        from range({customers}) as t(i), range({SOURCES}) as v(s), range({DEPTH}) as u(j),
            (values ('all'), ('discovery')) as modes(mode);
        """
    )
    return connection.execute("select count(*) from evaluation.evaluated_lists").fetchone()[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/evaluation.py",
        description="Measure the evaluation of many customers and sources.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--store", type=Path, default=Path("warehouse/benchmark_evaluation"), metavar="DIR", help="folder of the tables"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=["bootstrap", "evaluation"], default=["bootstrap", "evaluation"], help="parts to measure"
    )
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N", help="customers of the whole evaluation")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="dbt threads; DuckDB always uses both cores")
    return parser


if __name__ == "__main__":
    sys.exit(main())
