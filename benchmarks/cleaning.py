"""Measure staging and cleaning of all order lines, and of a day's new ones: ``make benchmark-cleaning``.

The benchmark generates a store of about ten million order lines and keeps it. dbt builds staging and cleaning up to the ledger,
in a process of its own on two cores. The first build reads the whole store. The second build adds one per cent of new order
lines, in a second file of the same glob. The benchmark prints wall time, peak resident memory and the slowest models, and
compares them with the targets below.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from measuring import CORES, measured_build, print_measurement, print_targets

from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import write_store

LINES_PER_CUSTOMER = 81.5  # order lines, measured with ORDERS_PER_CUSTOMER
ORDERS_PER_CUSTOMER = 40.0
PRODUCTS = 5_000
NEW_SHARE = 0.01  # new order lines of the second build, as a share of the first build's lines
NEW_LINES = "order_lines_new.parquet"
RAW = {
    "order_lines": {"file": "<raw_path>/order_lines*.parquet"},
    "products": {"file": "<raw_path>/products.parquet"},
    "customers": {"file": "<raw_path>/customers.parquet"},
}
BUILD = ["build", "--select", "+cleaning_ledger", "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"]

MOST_SECONDS = 60.0  # wall time of the first build, including the start of dbt
MOST_GIGABYTES = 4.0  # peak resident memory of the dbt process, 10^9 bytes
MOST_SHARE = 0.15  # wall time of the second build as a share of the first build's


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    line_count = prepare_store(options.store, options.lines)
    first = measured_build(options.store, RAW, BUILD, options.threads)
    print_measurement(f"First build, {line_count:,} order lines", first, line_count, "order lines")
    new_count = append_new_lines(options.store)
    second = measured_build(options.store, RAW, BUILD, options.threads)
    print_measurement(f"Second build, {new_count:,} new order lines", second, new_count, "order lines")
    targets = [
        ("first build, s", first.seconds, MOST_SECONDS),
        ("peak memory, GB", max(first.gigabytes, second.gigabytes), MOST_GIGABYTES),
        ("second build / first build", second.seconds / first.seconds, MOST_SHARE),
    ]
    return 0 if all(print_targets(targets)) else 1


def prepare_store(store: Path, lines: int) -> int:
    """Generate the store unless it exists, remove the files of an earlier run, and return the number of order lines."""
    if not (store / "expected.json").exists():
        customers = round(lines / LINES_PER_CUSTOMER)
        print(f"Generating a store of {customers:,} customers in {store}")
        write_store(Settings(customers, PRODUCTS, ORDERS_PER_CUSTOMER), store, "parquet", show_progress=True)
    for leftover in [store / NEW_LINES, *store.glob("warehouse.duckdb*")]:
        leftover.unlink(missing_ok=True)
    return pq.read_metadata(store / "order_lines.parquet").num_rows


def append_new_lines(store: Path) -> int:
    """Copy NEW_SHARE of the order lines to a second file, as orders of the day after as_of; return their number."""
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/cleaning.py",
        description="Measure staging and cleaning of many order lines, then of a few new ones.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--store", type=Path, default=Path("warehouse/benchmark"), metavar="DIR", help="folder of the store")
    parser.add_argument("--lines", type=int, default=10_000_000, metavar="N", help="approximate number of order lines")
    parser.add_argument("--threads", type=int, default=CORES, metavar="N", help="dbt threads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
