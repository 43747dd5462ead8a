"""Measure the learned candidate sources: ``make benchmark-candidates``.

The benchmark draws histories of 100,000 customers, 20,000 products and ten million interactions from a fixed seed. Each source
learns from them and proposes products to all customers, in a process of its own on two cores. `als` computes factors, and
candidates with and without repeats. It is compared with one fit and one `recommend` call of the bare library `implicit`, on the
same matrix with equal numbers of factors and sweeps. The benchmark prints wall time, CPU time and peak resident memory, and
compares them with the targets below.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from measuring import CORES, PROJECT, print_targets
from scipy import sparse

from warehouse_recommender.candidates import als, content, ease, learning_curve, neighbours, spectral, trials
from warehouse_recommender.candidates.solver import Settings

ALS_SIZE, ALPHA = {"factors": 64, "regularization": 40.0}, 5.0  # typical choices on the tuning cutoffs
CUSTOMERS, PRODUCTS, INTERACTIONS = 100_000, 20_000, 10_000_000
COMPARED = ["als", "implicit"]
OTHERS = ["spectral", "neighbours", "content", "ease"]
TASTES = 50  # groups of customers, each with its own part of the products
OWN_SHARE = 0.6  # share of interactions with products of the own group; the rest are with any product, by popularity
WORDS, WORDS_PER_PRODUCT = 5_000, 8
SEED = 1

MOST_TIMES = 1.3  # wall time of als, as a multiple of the library's
MOST_GIGABYTES = 6.0  # peak resident memory of als, 10^9 bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status (0 = all targets met, 1 = one was missed)."""
    options = _parser().parse_args(arguments)
    if options.run:
        print(json.dumps(run(options.run, options.interactions, dict(_variables()))))
        return 0
    found = {name: measured(name, options.interactions) for name in options.sources}
    for name, result in found.items():
        print(
            f"{name:12}{result['seconds']:8.1f} s wall {result['cpu_seconds']:8.1f} s CPU {result['gigabytes']:6.2f} GB peak  "
            f"{result['rows']:,} candidates; {result['parts']}"
        )
    if not set(COMPARED) <= set(found):
        return 0
    times = found["als"]["seconds"] / found["implicit"]["seconds"]
    print(f"\nCPU time of als / implicit: {found['als']['cpu_seconds'] / found['implicit']['cpu_seconds']:.2f}")
    targets = [
        ("wall time, als / implicit", times, MOST_TIMES),
        ("peak memory of als, GB", found["als"]["gigabytes"], MOST_GIGABYTES),
    ]
    return 0 if all(print_targets(targets)) else 1


def measured(name: str, interactions: int) -> dict[str, Any]:
    """Run one source in a process of its own. Its times exclude drawing the histories; its peak memory includes it."""
    command = [sys.executable, __file__, "--run", name, "--interactions", str(interactions)]
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{name} failed; its messages are above.")
    return json.loads(output.splitlines()[-1]) | {"gigabytes": usage.ru_maxrss * 1024 / 1e9}


def run(name: str, interactions: int, variables: dict[str, Any]) -> dict[str, Any]:
    """Learn and propose with the project's parameters; return times (s) and the number of rows."""
    matrix = histories(interactions)
    tables = warehouse_tables(matrix)
    parts: dict[str, float] = {}

    def timed(part: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        outcome = work()
        parts[part] = round(time.perf_counter() - began, 1)
        return outcome

    began, cpu_began = time.perf_counter(), time.process_time()
    rows = SOURCES[name](matrix, tables, variables, timed)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "rows": rows, "parts": parts}


def run_als(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    """Compute factors and candidates as the warehouse models do, with as many sweeps as the library."""
    names = ("iterations", "start", "device")
    settings = Settings(**ALS_SIZE, **{name: variables[f"als_{name}"] for name in names}, seed=variables["seed"])
    weights = pa.array(ALPHA * tables[0]["strength"].to_numpy())
    cells = tables[0].drop_columns("strength").append_column("weight", weights)
    cutoffs = pa.table({"cutoff_id": ["live"], "cutoff_at": pa.array([0], pa.timestamp("us"))})
    no_curve, previous = learning_curve.CURVE_SCHEMA.empty_table(), als.PRODUCT_SCHEMA.empty_table()
    products = timed("product factors", lambda: als.product_factors(cutoffs, cells, no_curve, previous, settings=settings))
    none, penalty = als.DIRECTION_SCHEMA.empty_table(), settings.regularization
    customers = timed("customer factors", lambda: als.customer_factors(cells, products, none, regularization=penalty))
    top_k = variables["candidates_per_source"]
    return len(timed("candidates", lambda: als.candidates(*tables, customers, products, top_k=top_k)))


def run_implicit(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    """Run the bare library as its documentation shows; one list per customer."""
    from implicit.cpu.als import AlternatingLeastSquares

    confidences = sparse.csr_matrix(matrix, dtype=np.float32)
    confidences.data = 1 + np.float32(ALPHA) * confidences.data
    model = AlternatingLeastSquares(
        factors=ALS_SIZE["factors"],
        regularization=ALS_SIZE["regularization"],
        iterations=variables["als_iterations"],
        random_state=variables["seed"],
        calculate_training_loss=False,
    )
    timed("fit", lambda: model.fit(confidences, show_progress=False))
    all_customers, top_k = np.arange(matrix.shape[0]), variables["candidates_per_source"]
    ids, _ = timed("recommend", lambda: model.recommend(all_customers, confidences, N=top_k, filter_already_liked_items=True))
    return ids.size


def run_spectral(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    parameters = {name: variables[f"spectral_{name}"] for name in ("factors", "largest_share")} | {
        "pattern_share": trials.PATTERN_SHARES[0],
        "customer_exponent": spectral.CUSTOMER_EXPONENT,
        "product_exponent": spectral.PRODUCT_EXPONENT,
        "seed": variables["seed"],
    }
    filters = timed("filters", lambda: spectral.filters(tables[0], tables[2], **parameters))
    return len(timed("candidates", lambda: spectral.candidates(*tables, filters, top_k=variables["candidates_per_source"])))


def run_neighbours(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    parameters = {
        "neighbours": variables["neighbours_count"],
        "shrinkage": neighbours.SHRINKAGE,
        "asymmetry": neighbours.ASYMMETRY,
        "weighting": neighbours.WEIGHTING,
    }
    top_k = variables["candidates_per_source"]
    nearest = timed("neighbours", lambda: neighbours.nearest(tables[0], tables[2], **parameters))
    return len(timed("candidates", lambda: neighbours.candidates(*tables, nearest, top_k=top_k)))


def run_ease(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    parameters = {"penalty_share": trials.PENALTY_SHARES[0], "memory": ease.MEMORY}
    learned = timed("weights", lambda: [pa.Table.from_batches([batch]) for batch in ease.weights(tables[0], **parameters)])
    return len(timed("candidates", lambda: ease.candidates(*tables, learned, top_k=variables["candidates_per_source"])))


def run_content(matrix: sparse.csr_array, tables: list[pa.Table], variables: dict, timed: Callable) -> int:
    """Propose products that have eight words each, drawn by Zipf's law."""
    draws = np.exp(np.random.default_rng(SEED).random((matrix.shape[1], WORDS_PER_PRODUCT)) * np.log(WORDS)).astype(int) - 1
    words = sparse.csr_array(
        (np.ones(draws.size), (np.repeat(np.arange(len(draws)), WORDS_PER_PRODUCT), draws.ravel())),
        shape=(matrix.shape[1], WORDS),
    ).tocoo()
    idf = np.log(matrix.shape[1] / np.maximum(1, np.bincount(words.col, minlength=WORDS)))
    terms = pa.table(
        {
            "cutoff_id": ["live"] * words.nnz,
            "product_index": words.row,
            "term_index": words.col,
            "weight": idf[words.col],
        }
    )
    return len(content.candidates(*tables, terms, top_k=variables["candidates_per_source"]))


SOURCES: dict[str, Callable[..., int]] = {
    "als": run_als,
    "implicit": run_implicit,
    "spectral": run_spectral,
    "neighbours": run_neighbours,
    "content": run_content,
    "ease": run_ease,
}


def histories(interactions: int) -> sparse.csr_array:
    """Draw strengths, customers × products, CSR, with skewed lengths and popularity and groups of taste."""
    generator = np.random.default_rng(SEED)
    lengths = generator.gamma(1.0, 1.0, CUSTOMERS)
    lengths = np.maximum(1, (lengths * interactions / lengths.sum()).astype(np.int64))
    customers = np.repeat(np.arange(CUSTOMERS, dtype=np.int32), lengths)
    ranks = (np.exp(generator.random(len(customers)) * np.log(PRODUCTS)) - 1).astype(np.int32)
    own = generator.random(len(customers)) < OWN_SHARE
    group = generator.integers(0, TASTES, CUSTOMERS).astype(np.int32)[customers]
    products = np.where(own, (ranks // TASTES * TASTES + group) % PRODUCTS, ranks)
    strengths = generator.random(len(customers)).astype(np.float32)
    return sparse.csr_array((strengths, (customers, products)), shape=(CUSTOMERS, PRODUCTS))


def warehouse_tables(matrix: sparse.csr_array) -> list[pa.Table]:
    """Return strengths, customers and products of the cutoff `live`, in the warehouse's format."""
    cells = matrix.tocoo()
    rows, columns = cells.row.astype(np.int64), cells.col.astype(np.int64)

    def table(**columns: np.ndarray) -> pa.Table:
        (count,) = {len(column) for column in columns.values()}
        return pa.table({"cutoff_id": pa.repeat("live", count), **columns})

    customers, products = (np.arange(count) for count in matrix.shape)
    return [
        table(customer_index=rows, product_index=columns, strength=cells.data.astype(float)),
        table(customer_index=customers, customer_id=np.char.add("C", customers.astype(str))),
        table(product_index=products, product_id=np.char.add("P", products.astype(str))),
    ]


def _variables() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/candidates.py",
        description="Measure the learned sources on many customers and interactions.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--interactions", type=int, default=INTERACTIONS, metavar="N", help="number of interactions to draw")
    parser.add_argument(
        "--sources", nargs="+", default=[*COMPARED, *OTHERS], choices=SOURCES, metavar="NAME", help="sources to measure"
    )
    parser.add_argument("--run", choices=SOURCES, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
