"""Compare the cost of the whole build with a plain pandas script: ``make benchmark``.

The benchmark generates stores of 10,000, 30,000 and 100,000 customers with about a hundred interactions each, and keeps them.
On each store it makes four runs, one after another, each in a process of its own on the same two cores:

- `plain`: `plain_pandas.py`;
- `same`: the build of the same work (three sources, published lists and their metrics);
- `lists`: the scope `lists`, with all sources, the ranker and reasons;
- `whole`: the whole build, with all marts, intervals and quality tables.

No run includes tests. The benchmark prints wall time, CPU time and peak resident memory, their ratios to the script, and the
exponent with which each grows with the number of rows.
"""

import argparse
import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from measuring import PROJECT, Measurement, measured_build, measured_command, print_measurement, print_targets, remove_warehouse

from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import write_store

SIZES = (10_000, 30_000, 100_000)  # customers
PRODUCTS = 5_000
ORDERS_PER_CUSTOMER = 19.0  # gives about a hundred interactions per customer
TABLES = ("order_lines", "events", "products", "customers")
RAW = {table: {"file": f"<raw_path>/{table}.parquet"} for table in TABLES}
BUILD = ["build", "--exclude-resource-type", "test", "unit_test"]
SAME_LISTS = ["+recommendations", "+model_performance", "+customer_features", "+product_features"]
SAME_SOURCES = ("popularity", "als", "content")  # what plain_pandas.py blends
SCOPES = {"lists": ["--selector", "lists"], "whole": []}
PARTS = ("plain", "same", "lists", "whole")

# Per size and part: maximum wall time as a multiple of the script's, and maximum memory, in GB or as a share of the script's.
TARGETS = {
    10_000: {"same": (1.3, 1.0, "share")},
    100_000: {"same": (0.6, 0.6, "share"), "lists": (1.0, 8.0, "GB"), "whole": (2.0, 10.0, "GB")},
}
MOST_GROWTH = 1.05  # maximum exponent with which time and memory grow with the rows, from the smallest to the largest size


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    found: dict[int, dict[str, Measurement]] = {}
    rows: dict[int, int] = {}
    for size in sorted(options.sizes):
        store = options.store / str(size)
        prepare_store(store, size)
        rows[size] = sum(pq.read_metadata(store / f"{table}.parquet").num_rows for table in ("order_lines", "events"))
        found[size] = {part: measured(part, store, options.threads) for part in options.parts}
        for part, run in found[size].items():
            print_measurement(f"{part}, {size:,} customers, {rows[size]:,} order lines and events", run, rows[size], "rows")
    print_growth(found, rows)
    met = print_targets([*targets_met(found), *growth_met(found, rows)])
    return 0 if all(met) else 1


def targets_met(found: dict[int, dict[str, Measurement]]) -> list[tuple[str, float, float]]:
    """Apply TARGETS to the runs that were made: name, measured value, maximum."""
    targets = []
    for size, parts in found.items():
        for part, (most_times, most_memory, unit) in TARGETS.get(size, {}).items():
            if part in parts and "plain" in parts:
                times, memory = _ratios(parts[part], parts["plain"])
                targets.append((f"{size:,}: {part}, wall / plain", times, most_times))
                targets.append((f"{size:,}: {part}, {unit}", memory if unit == "share" else parts[part].gigabytes, most_memory))
    return targets


def growth_met(found: dict[int, dict[str, Measurement]], rows: dict[int, int]) -> list[tuple[str, float, float]]:
    """Return the growth of time and memory from the smallest to the largest size, in the form of :func:`targets_met`."""
    smallest, largest = min(found), max(found)
    if smallest == largest:
        return []
    spread = math.log(rows[largest] / rows[smallest])
    return [
        (f"growth of {name}, {part}", math.log(getattr(run, name) / getattr(found[smallest][part], name)) / spread, MOST_GROWTH)
        for part, run in found[largest].items()
        if part != "plain"
        for name in ("seconds", "gigabytes")
    ]


def measured(part: str, store: Path, threads: int) -> Measurement:
    """Run one of PARTS from the raw files alone."""
    print(f"\nRunning {part} on {store}", flush=True)
    if part == "plain":
        command = [sys.executable, str(PROJECT / "benchmarks/plain_pandas.py"), str(store.resolve())]
        return measured_command(command, {**os.environ, "OPENBLAS_NUM_THREADS": "1"})  # as implicit advises; slower otherwise
    remove_warehouse(store)
    if part in SCOPES:
        return measured_build(store, RAW, [*BUILD, *SCOPES[part]], threads)
    return measured_build(store, RAW, [*BUILD, "--select", *SAME_LISTS], threads, same_work())


def same_work() -> dict[str, Any]:
    """Return the vars of a build with the script's sources, its single blend method and one list length."""
    rows = (PROJECT / "macros" / "core" / "candidates" / "candidate_sources.sql").read_text()
    others = [name for name in re.findall(r"'source': '(\w+)'", rows) if name not in SAME_SOURCES]
    return {"excluded_sources": others, "ranking_method": "weighted", "evaluation_ks": [10]}


def prepare_store(store: Path, customers: int) -> None:
    """Generate the store unless it exists."""
    if not (store / "expected.json").exists():
        print(f"Generating a store of {customers:,} customers in {store}")
        write_store(Settings(customers, PRODUCTS, ORDERS_PER_CUSTOMER), store, "parquet", show_progress=True)


def print_growth(found: dict[int, dict[str, Measurement]], rows: dict[int, int]) -> None:
    """Print a line per size and part: time and memory, their ratio to the script's, and their growth from the next smaller size.

    Growth is the exponent e of cost ~ rows ** e: 1 = proportional, 0 = constant.
    """
    print(f"\n{'customers':>10}{'rows':>13}  {'part':8}{'s':>9}{'to plain':>9}{'GB':>8}{'to plain':>9}{'growth s':>10}{'GB':>6}")
    sizes = sorted(found)
    for number, size in enumerate(sizes):
        for part, run in found[size].items():
            plain = found[size].get("plain")
            ratios = [f"{value:9.2f}" if plain else f"{'':9}" for value in _ratios(run, plain)]
            line = f"{size:10,}{rows[size]:13,}  {part:8}{run.seconds:9.1f}{ratios[0]}{run.gigabytes:8.2f}{ratios[1]}"
            if number:
                before, times = found[sizes[number - 1]][part], math.log(rows[size] / rows[sizes[number - 1]])
                line += f"{math.log(run.seconds / before.seconds) / times:10.2f}"
                line += f"{math.log(run.gigabytes / before.gigabytes) / times:6.2f}"
            print(line)


def _ratios(run: Measurement, plain: Measurement | None) -> tuple[float, float]:
    return (run.seconds / plain.seconds, run.gigabytes / plain.gigabytes) if plain else (math.nan, math.nan)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/whole.py",
        description="Compare the whole build with a plain script of pandas and implicit, at several sizes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--store", type=Path, default=Path("warehouse/benchmark_whole"), metavar="DIR", help="folder of the stores"
    )
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="N", help="number of customers of each store")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="runs to make")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="dbt threads; DuckDB always uses both cores")
    return parser


if __name__ == "__main__":
    sys.exit(main())
