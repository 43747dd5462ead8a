"""How fast order lines are staged and cleaned, and how fast a day's new ones are: ``make benchmark-cleaning``.

A store of about ten million order lines is generated once and kept. dbt then builds staging and cleaning up to the ledger in
a process of its own, on two cores, first over the whole store and then again with one per cent of new order lines in a
further file of the same glob. Wall time, peak resident memory and the models that took longest are printed, and compared
with the targets below.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from warehouse_recommender.demo_store.settings import Settings
from warehouse_recommender.demo_store.store import write_store

PROJECT = Path(__file__).parent.parent
LINES_PER_CUSTOMER = 81.5  # order lines, measured, at ORDERS_PER_CUSTOMER
ORDERS_PER_CUSTOMER = 40.0
PRODUCTS = 5_000
CORES = 2
NEW_SHARE = 0.01  # order lines of the second run, as a share of the first one's
NEW_LINES = "order_lines_new.parquet"
BUILD = ["build", "--select", "+cleaning_ledger", "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"]

MOST_SECONDS = 60.0  # wall time of the first build, dbt's own start included
MOST_GIGABYTES = 4.0  # peak resident memory of the dbt process, 10^9 bytes
MOST_SHARE = 0.15  # wall time of the second build as a share of the first one's
SLOWEST_SHOWN = 12  # nodes listed per build


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
    line_count = prepare_store(options.store, options.lines)
    first = measured_build(options.store, options.threads)
    print_measurement(f"First build, {line_count:,} order lines", first, line_count)
    new_count = append_new_lines(options.store)
    second = measured_build(options.store, options.threads)
    print_measurement(f"Second build, {new_count:,} new order lines", second, new_count)
    return 0 if all(print_targets(first, second)) else 1


def prepare_store(store: Path, lines: int) -> int:
    """Generate the store unless it is there, take away what an earlier run added; returns its number of order lines."""
    if not (store / "expected.json").exists():
        customers = round(lines / LINES_PER_CUSTOMER)
        print(f"Generating a store of {customers:,} customers in {store}")
        write_store(Settings(customers, PRODUCTS, ORDERS_PER_CUSTOMER), store, "parquet", show_progress=True)
    for leftover in [store / NEW_LINES, *store.glob("warehouse.duckdb*")]:
        leftover.unlink(missing_ok=True)
    return pq.read_metadata(store / "order_lines.parquet").num_rows


def append_new_lines(store: Path) -> int:
    """Write NEW_SHARE of the order lines anew, as orders of the day after as_of, as one more file; returns their number."""
    delivered = pq.ParquetFile(store / "order_lines.parquet")
    count = round(delivered.metadata.num_rows * NEW_SHARE)
    lines = pa.Table.from_batches([next(delivered.iter_batches(batch_size=count))])
    newest = datetime.fromisoformat(json.loads((store / "expected.json").read_text())["as_of"])
    times = [str(newest + timedelta(days=number / count)) for number in range(count)]
    columns = {
        "order_id": pc.binary_join_element_wise("N", lines["order_id"].cast(pa.string()), ""),
        "ordered_at": pa.array(times),
    }
    for name, values in columns.items():
        lines = lines.set_column(lines.schema.get_field_index(name), name, values)
    pq.write_table(lines, store / NEW_LINES)
    return count


def measured_build(store: Path, threads: int) -> Measurement:
    """Build staging and cleaning in a process of its own, on CORES cores, in a database inside the store's folder."""
    raw = {
        "order_lines": {"file": "<raw_path>/order_lines*.parquet"},
        "products": {"file": "<raw_path>/products.parquet"},
        "customers": {"file": "<raw_path>/customers.parquet"},
    }
    variables = {"dataset": "benchmark", "raw_path": str(store.resolve()), "raw": raw}
    target = store.resolve() / "target"
    command = [str(Path(sys.executable).parent / "dbt"), *BUILD, "--threads", str(threads), "--vars", yaml.safe_dump(variables)]
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


def print_measurement(title: str, build: Measurement, line_count: int) -> None:
    print(
        f"\n{title}: {build.seconds:.1f} s wall, {build.cpu_seconds:.1f} s CPU, {build.gigabytes:.2f} GB peak, "
        f"{line_count / build.seconds:,.0f} order lines/s"
    )
    for name, seconds in build.nodes[:SLOWEST_SHOWN]:
        print(f"  {seconds:7.2f} s  {name}")


def print_targets(first: Measurement, second: Measurement) -> list[bool]:
    """Print each target with what was measured; returns which were met."""
    targets = [
        ("first build, s", first.seconds, MOST_SECONDS),
        ("peak memory, GB", max(first.gigabytes, second.gigabytes), MOST_GIGABYTES),
        ("second build / first build", second.seconds / first.seconds, MOST_SHARE),
    ]
    print()
    for name, value, most in targets:
        print(f"{name:28}{value:8.2f}  target {most:g}: {'met' if value <= most else 'MISSED'}")
    return [value <= most for _, value, most in targets]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/cleaning.py",
        description="Measure staging and cleaning of many order lines, and of a few new ones after them.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--store", type=Path, default=Path("warehouse/benchmark"), metavar="DIR", help="where the store is kept")
    parser.add_argument("--lines", type=int, default=10_000_000, metavar="N", help="about how many order lines to generate")
    parser.add_argument("--threads", type=int, default=CORES, metavar="N", help="dbt threads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
