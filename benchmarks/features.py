"""Measure the features of customers and products: ``make benchmark-features``.

The benchmark generates a store of 200,000 customers with about ten million interactions and keeps it. It builds all models that
precede the features, without measuring them. dbt then builds baskets, the features and their marts, in a process of its own on
two cores. The benchmark prints wall time, peak resident memory and the slowest models, and compares them with the targets
below.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measuring import CORES, measured_build, print_measurement, print_targets

from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import write_store

CUSTOMERS = 200_000
PRODUCTS = 5_000
ORDERS_PER_CUSTOMER = 9.5  # gives about fifty interactions per customer (measured)
RAW = {table: {"file": f"<raw_path>/{table}.parquet"} for table in ("order_lines", "events", "products", "customers")}
BUILD = ["build", "--exclude-resource-type", "test", "unit_test", "--select"]
BEFORE = ["+path:models/core/interactions", "rfm_cells", "dayparts", "session_positions", "context_crosses"]
FEATURES = ["baskets", "path:models/core/features", "path:python_models/core/features", "path:models/capabilities/profiles"]

MOST_SECONDS = 90.0  # wall time of the features, including the start of dbt
MOST_GIGABYTES = 6.0  # peak resident memory of the dbt process, 10^9 bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    prepare_store(options.store, options.customers)
    run = measured_build(options.store, RAW, [*BUILD, *FEATURES], options.threads)
    with duckdb.connect(str(options.store / "warehouse.duckdb"), read_only=True) as connection:
        ((interactions, customers),) = connection.execute(
            "select count(*), count(distinct customer_id) from interactions.interactions"
        ).fetchall()
    title = f"Features of {interactions:,} interactions of {customers:,} customers"
    print_measurement(title, run, interactions, "interactions")
    targets = [("wall time, s", run.seconds, MOST_SECONDS), ("peak memory, GB", run.gigabytes, MOST_GIGABYTES)]
    return 0 if all(print_targets(targets)) else 1


def prepare_store(store: Path, customers: int) -> None:
    """Generate the store unless it exists, and build all models that precede the features."""
    if not (store / "expected.json").exists():
        print(f"Generating a store of {customers:,} customers in {store}")
        write_store(Settings(customers, PRODUCTS, ORDERS_PER_CUSTOMER), store, "parquet", show_progress=True)
    for leftover in store.glob("warehouse.duckdb*"):
        leftover.unlink()
    print("Building the models that precede the features")
    measured_build(store, RAW, [*BUILD, *BEFORE], CORES)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/features.py",
        description="Measure the features of many customers and interactions.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--store", type=Path, default=Path("warehouse/benchmark_features"), metavar="DIR", help="folder of the store"
    )
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N", help="number of customers to generate")
    parser.add_argument("--threads", type=int, default=CORES, metavar="N", help="dbt threads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
