"""Measure the assembly of lists: ``make benchmark-assembly``.

The benchmark builds the demo store. It then replaces the inputs of assembly with generated rows: 100,000 customers with fifty
candidates, thirty purchases and ten impressions each, and four thousand products. dbt assembles the lists in a process of its
own on two cores. The benchmark prints wall time, peak resident memory and the slowest models, and compares them with the
targets below.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measuring import CORES, PROJECT, measured_build, print_measurement, print_targets

CUSTOMERS = 100_000
CANDIDATES = 50
PRODUCTS = 4_000
TABLES = ("customers", "products", "order_lines", "events", "feedback", "impressions")
RAW = {table: {"file": str(PROJECT / "seeds" / "demo" / f"{table}.csv")} for table in TABLES}
RUN = ["run", "--select", "eligibility_signals", "path:models/core/assembly", "recommendations"]
CUSTOMER = "'C' || lpad(cast(c as varchar), 7, '0')"
PRODUCT = f"(c * 7919 + k * k * 31 + k) % {PRODUCTS}"
ONE_PRODUCT = "'P' || lpad(cast(p as varchar), 5, '0')"
SIMILAR = f"(p * 31 + k * k * 17 + k) % {PRODUCTS}"

MOST_SECONDS = 60.0  # wall time, including the start of dbt; scoring and assembly together have 120 s
MOST_GIGABYTES = 8.0  # peak resident memory of the dbt process, 10^9 bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    parser = argparse.ArgumentParser(prog="python benchmarks/assembly.py", description=__doc__)
    parser.add_argument("--store", type=Path, default=PROJECT / "warehouse" / "benchmark_assembly", help="folder of the database")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="number of lists to assemble")
    parser.add_argument("--threads", type=int, default=CORES, help="dbt threads")
    options = parser.parse_args(arguments)
    options.store.mkdir(parents=True, exist_ok=True)
    for leftover in options.store.glob("warehouse.duckdb*"):
        leftover.unlink()
    print("Building the demo store")
    measured_build(options.store, RAW, ["build", "--exclude-resource-type", "test", "unit_test"], CORES)
    print(f"Generating the candidates of {options.customers:,} customers")
    replace_tables(options.store / "warehouse.duckdb", options.customers)
    run = measured_build(options.store, RAW, RUN, options.threads)
    print_measurement(f"Lists of {options.customers:,} customers", run, options.customers, "customers")
    targets = [("wall time, s", run.seconds, MOST_SECONDS), ("peak memory, GB", run.gigabytes, MOST_GIGABYTES)]
    return 0 if all(print_targets(targets)) else 1


def replace_tables(database: Path, customers: int) -> None:
    """Replace the inputs of assembly with generated rows; columns without an expression are NULL."""
    live = {"cutoff_id": "'live'", "customer_index": "c"}
    everybody = f"range({customers}) as a(c)"
    per_customer = f"range({customers}) as a(c), range(1, {{}} + 1) as b(k)"
    tables = {
        "ranking.lists": (
            live | {"list_index": "c", "purpose": "'live'", "mode": "'all'", "tier": "'history'", "has_history": "true"},
            everybody,
        ),
        "ranking.ranked_pool": (
            {"list_index": "c", "method": "'weighted'", "is_chosen": "true"}
            | {"product_index": PRODUCT, "score": "1.0 / k", "list_rank": "k"},
            per_customer.format(CANDIDATES) + f" qualify row_number() over (partition by c, {PRODUCT} order by k) = 1",
        ),
        "features.cutoff_customers": (live, everybody),
        "cleaning.clean_customers": ({"customer_id": CUSTOMER, "customer_index": "c", "country": "'DE'"}, everybody),
        "cleaning.clean_products": (
            {"product_id": ONE_PRODUCT, "product_index": "p", "category": "'category ' || (p % 20)"},
            f"range({PRODUCTS}) as a(p)",
        ),
        "interactions.cutoff_products": ({"cutoff_id": "'live'", "product_index": "p"}, f"range({PRODUCTS}) as a(p)"),
        "interactions.customer_product_strengths": (
            live | {"product_index": PRODUCT, "strength": "1"},
            per_customer.format(30) + f" qualify row_number() over (partition by c, {PRODUCT} order by k) = 1",
        ),
        "features.purchase_gaps": (
            live | {"product_index": PRODUCT, "purchased_at": "timestamp '2026-01-01 12:00:00'", "is_last": "true"},
            per_customer.format(30) + f" qualify row_number() over (partition by c, {PRODUCT} order by k) = 1",
        ),
        "cleaning.clean_impressions": (
            {"customer_id": CUSTOMER, "product_id": f"'P' || lpad(cast({PRODUCT} as varchar), 5, '0')"}
            | {"shown_at": "timestamp '2026-03-30 12:00:00'"},
            per_customer.format(10),
        ),
        "features.content_pairs": (
            {"cutoff_id": "'live'", "product_index": "p", "similar_product_index": SIMILAR, "similarity": "0.2 + 0.01 * k"},
            f"range({PRODUCTS}) as a(p), range(60) as b(k) qualify row_number() over (partition by p, {SIMILAR} order by k) = 1",
        ),
    }
    with duckdb.connect(str(database)) as connection:
        for table, (values, rows) in tables.items():
            columns = connection.execute(f"describe {table}").fetchall()
            selected = ", ".join(f"cast({values.get(name, 'null')} as {kind}) as {name}" for name, kind, *_ in columns)
            connection.execute(f"create table generated as select {selected} from {rows}")
            connection.execute(f"drop table {table}")
            connection.execute(f"create table {table} as from generated")
            connection.execute("drop table generated")


if __name__ == "__main__":
    sys.exit(main())
