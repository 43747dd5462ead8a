"""How fast the features of customers and products are computed: ``make benchmark-features``.

A store of 200,000 customers with about ten million interactions is generated once and kept, and everything before the features is
built from it, which is not measured. dbt then builds the features, their marts and what only they read, in a process of its own,
on two cores. Wall time, peak resident memory and the models that took longest are printed and compared with the targets below.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from warehouse_recommender.demo_store.settings import Settings
from warehouse_recommender.demo_store.store import write_store

PROJECT = Path(__file__).parent.parent
CUSTOMERS = 200_000
PRODUCTS = 5_000
ORDERS_PER_CUSTOMER = 9.5  # gives about fifty interactions per customer, measured
CORES = 2
BEFORE = ["+path:models/interactions", "rfm_cells"]
FEATURES = ["baskets", "path:models/features", "path:python_models/features", "path:models/marts/features"]

MOST_SECONDS = 90.0  # wall time of the features, dbt's own start included
MOST_GIGABYTES = 6.0  # peak resident memory of the dbt process, 10^9 bytes
SLOWEST_SHOWN = 12  # nodes listed


@dataclass(frozen=True)
class Measurement:
    """One build: wall time (s), peak resident memory (10^9 bytes), CPU time (s), and the seconds of each node, longest first."""

    seconds: float
    gigabytes: float
    cpu_seconds: float
    nodes: list[tuple[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    prepare_store(options.store, options.customers)
    run = measured_build(options.store, FEATURES, options.threads)
    with duckdb.connect(str(options.store / "warehouse.duckdb"), read_only=True) as connection:
        ((interactions, customers),) = connection.execute(
            "select count(*), count(distinct customer_id) from interactions.interactions"
        ).fetchall()
    print_measurement(f"Features of {interactions:,} interactions of {customers:,} customers", run, interactions)
    return 0 if all(print_targets(run)) else 1


def prepare_store(store: Path, customers: int) -> None:
    """Generate the store and build what comes before the features, unless that was done for the present models."""
    if not (store / "expected.json").exists():
        print(f"Generating a store of {customers:,} customers in {store}")
        write_store(Settings(customers, PRODUCTS, ORDERS_PER_CUSTOMER), store, "parquet", show_progress=True)
    for leftover in store.glob("warehouse.duckdb*"):
        leftover.unlink()
    print("Building what comes before the features")
    measured_build(store, BEFORE, CORES)


def measured_build(store: Path, selection: list[str], threads: int) -> Measurement:
    """Build a selection in a process of its own, on CORES cores, in a database inside the store's folder, without tests."""
    tables = ("order_lines", "events", "products", "customers")
    raw = {table: {"file": f"<raw_path>/{table}.parquet"} for table in tables}
    variables = {"dataset": "benchmark", "raw_path": str(store.resolve()), "raw": raw}
    target = store.resolve() / "target"
    command = [str(Path(sys.executable).parent / "dbt"), "build", "--exclude-resource-type", "test", "unit_test"]
    command += ["--select", *selection, "--threads", str(threads), "--vars", yaml.safe_dump(variables)]
    command += ["--target-path", str(target), "--log-path", str(target), "--profiles-dir", str(PROJECT), "--quiet"]
    environment = {**os.environ, "WAREHOUSE_PATH": str(store.resolve() / "warehouse.duckdb")}
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=PROJECT, env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit("The build failed; its messages are above.")
    results = json.loads((target / "run_results.json").read_text())["results"]
    nodes = sorted(((r["unique_id"].split(".", 2)[2], r["execution_time"]) for r in results), key=lambda node: -node[1])
    kibibyte = 1024
    return Measurement(seconds, usage.ru_maxrss * kibibyte / 1e9, usage.ru_utime + usage.ru_stime, nodes)


def print_measurement(title: str, build: Measurement, row_count: int) -> None:
    print(
        f"\n{title}: {build.seconds:.1f} s wall, {build.cpu_seconds:.1f} s CPU, {build.gigabytes:.2f} GB peak, "
        f"{row_count / build.seconds:,.0f} interactions/s"
    )
    for name, seconds in build.nodes[:SLOWEST_SHOWN]:
        print(f"  {seconds:7.2f} s  {name}")


def print_targets(build: Measurement) -> list[bool]:
    """Print each target with what was measured; returns which were met."""
    targets = [("wall time, s", build.seconds, MOST_SECONDS), ("peak memory, GB", build.gigabytes, MOST_GIGABYTES)]
    print()
    for name, value, most in targets:
        print(f"{name:20}{value:8.2f}  target {most:g}: {'met' if value <= most else 'MISSED'}")
    return [value <= most for _, value, most in targets]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/features.py",
        description="Measure the features of many customers and interactions.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--store", type=Path, default=Path("warehouse/benchmark_features"), metavar="DIR", help="where the store is kept"
    )
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N", help="customers to generate")
    parser.add_argument("--threads", type=int, default=CORES, metavar="N", help="dbt threads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
