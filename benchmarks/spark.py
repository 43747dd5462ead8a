"""Measure the Python nodes on Spark in local mode against DuckDB: ``make benchmark-spark``.

The benchmark reads a built warehouse of the demo store and copies its customers until there are as many as asked for; products
stay as they are. Each Python node runs on the same Parquet files on both engines, on two cores. Spark's own counters give the
shuffles. The models in SQL are not measured.

A trace shows which nodes read rows of customers on the driver. It runs each node with the copies and without, with small samples,
and counts the rows that the driver reads. These may not grow with the number of customers, except in the nodes of ``GROWING``.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pyarrow as pa
from measuring import CORES, PROJECT
from nodes import Nodes

from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs

CUSTOMERS = 10_000
DRIVER_MEMORY = "3g"
TRACED_SAMPLE = 300  # customers and orders sampled on the driver during the trace
MOST_GROWTH = 2.0  # samples are drawn by a hash, so their size varies
BLOCK_VIEWS = {"ranking_features": "list_index", "reason_options": "customer_index"}  # read in blocks on DuckDB
# Tables whose number of customers the project bounds, by sampling or by the var customers_per_cutoff.
BOUNDED = frozenset(
    {
        *("tuning_histories", "tuning_pool", "tuning_labels", "ranking_examples", "blend_trials"),
        *("customer_metrics", "list_metrics", "customer_slices", "assembly_step_metrics"),
        *("fairness_terms", "mitigation_terms", "mitigation_lists", "mitigation_customers"),
    }
)
# Nodes of capabilities that read rows of all customers on the driver, and what these rows are.
GROWING = {
    "ablations": "ids of customers",
    "age_estimates": "traits of customers, if missing_value_policies estimates ages",
    "als_group_directions": "groups of customers",
    "als_mitigation_lists": "cells of als",
    "experiment_tests": "customers of the experiment",
    "private_releases": "contributions of customers",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = the driver reads no growing table, 1 = it does)."""
    options = _parser().parse_args(arguments)
    small = Nodes(options.warehouse, options.target, options.folder / "1", kept=BOUNDED)
    ((customers,),) = small.connection.query(f"select count(*) from {small.table('clean_customers')}").fetchall()
    copies = math.ceil(options.customers / customers)
    large = Nodes(options.warehouse, options.target, options.folder / str(copies), copies, BOUNDED)
    session = spark_session()
    grown = []
    print(f"{customers} customers copied {copies} times, {CORES} cores")
    print(f"{'node':28}{'DuckDB s':>10}{'Spark s':>10}{'shuffles':>10}{'MB':>8}{'rows on the driver':>22}{'growth':>8}")
    for name in options.nodes or large.python:
        read = [traced(nodes, name, session) for nodes in (small, large)]
        growth = read[1] / max(1, read[0])
        if growth > MOST_GROWTH and name not in GROWING:
            grown.append(name)
        times = (
            (0.0, 0.0, 0, 0.0) if options.trace else (*measured_on_duckdb(large, name), *measured_on_spark(large, name, session))
        )
        print(f"{name:28}{times[0]:10.1f}{times[1]:10.1f}{times[2]:10}{times[3]:8.1f}{read[1]:22,}{growth:8.2f}", flush=True)
    for name in grown:
        print(f"The driver reads rows that grow with the number of customers in {name}.", file=sys.stderr)
    return 1 if grown else 0


def spark_session() -> Any:
    """Start Spark in local mode."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.master": f"local[{CORES}]",
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.sql.shuffle.partitions": str(2 * CORES),
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else executors use the first python3 on the path
    builder = SparkSession.builder.appName("benchmark")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def traced(nodes: Nodes, name: str, session: Any) -> int:
    """Number of rows that the driver reads in a node, with small samples."""
    collected, counts = frames.collected, []

    def counted(frame: Any) -> Any:
        table = collected(frame)
        counts.append(len(table))
        return table

    with (
        mock.patch.object(frames, "collected", counted),
        mock.patch.object(frames, "MOST_SAMPLED", TRACED_SAMPLE),
        mock.patch.object(pairs, "MOST_SAMPLED_ORDERS", TRACED_SAMPLE),
    ):
        nodes.run(name, session, reader_of_files(nodes, session))
    return sum(counts)


def reader_of_files(nodes: Nodes, session: Any) -> Callable[[str], Any]:
    """Return a function that opens the Parquet file of a table in Spark."""
    return lambda name: session.read.parquet(str(nodes.file(name)))


def measured_on_spark(nodes: Nodes, name: str, session: Any) -> tuple[float, int, float]:
    """Seconds, shuffles, and megabytes written to shuffles of a node on Spark; its rows are computed and dropped."""
    with shuffles_of(session) as counts:
        start = time.perf_counter()
        found = nodes.run(name, session, reader_of_files(nodes, session))
        if isinstance(found, pa.RecordBatchReader):
            found = found.read_all()
        frame = session.createDataFrame(found) if isinstance(found, pa.Table) else found
        frame.write.format("noop").mode("overwrite").save()
        seconds = time.perf_counter() - start
    return seconds, counts["shuffles"], counts["bytes"] / 1e6


@contextmanager
def shuffles_of(session: Any) -> Any:
    """Count the shuffles of what runs inside, and their bytes, in a dictionary that is complete at the end."""
    known = {stage.stageId() for stage in stages(session)}
    counts: dict[str, int] = {}
    yield counts
    written = [stage.shuffleWriteBytes() for stage in stages(session) if stage.stageId() not in known]
    counts.update(shuffles=sum(size > 0 for size in written), bytes=sum(written))


def stages(session: Any) -> list[Any]:
    """Finished stages from Spark's status store, which Spark keeps even without its user interface."""
    context = session.sparkContext
    context._jsc.sc().listenerBus().waitUntilEmpty()
    store, gateway = context._jsc.sc().statusStore(), context._gateway
    quantiles, statuses = gateway.new_array(gateway.jvm.double, 0), gateway.jvm.java.util.ArrayList()
    found = store.stageList(None, False, False, quantiles, statuses)
    return [found.apply(place) for place in range(found.size())]


def measured_on_duckdb(nodes: Nodes, name: str) -> tuple[float]:
    """Seconds of a node on DuckDB."""
    with duckdb.connect(config={"threads": CORES, "memory_limit": "4GB"}) as connection:

        def ref(table: str) -> Any:
            rows = f"select * from '{nodes.file(table)}'"
            if table in BLOCK_VIEWS:
                first, last = "coalesce(getvariable('first_in_block'), 0)", "coalesce(getvariable('last_in_block'), 2147483647)"
                rows += f" where {BLOCK_VIEWS[table]} between {first} and {last}"
            return connection.query(rows)

        for table in nodes.nodes[name]["depends_on"]["nodes"]:
            nodes.file(table.rpartition(".")[2])
        start = time.perf_counter()
        found = nodes.run(name, connection, ref)
        if isinstance(found, pa.RecordBatchReader):
            for _ in found:
                pass
        return (time.perf_counter() - start,)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes", nargs="*", help="names of Python nodes (default: all)")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help=f"number of customers (default {CUSTOMERS:,})")
    parser.add_argument("--trace", action="store_true", help="count rows on the driver only, without measuring times")
    parser.add_argument("--warehouse", type=Path, default=PROJECT / "warehouse" / "demo.duckdb", help="a built demo store")
    parser.add_argument("--target", type=Path, default=PROJECT / "target", help="folder with the manifest of its build")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "benchmark_spark", help="folder of the Parquet files"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
