"""Measure the accuracy of each source, each method and the whole on generated and public data: ``make accuracy``.

Each data set is built with its mapping and the defaults alone, in a database of its own. The figures come from the marts
``model_performance`` and ``model_comparisons``. They are kept in ``accuracy_figures.csv`` and written to ``docs/accuracy.md``,
beside the baseline's figures from ``accuracy_baseline.csv``. The stores of `planted_stores.py` have an upper bound: the oracle.
"""

import argparse
import csv
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.measuring import PROJECT, measured_build, remove_warehouse
from benchmarks.planted_stores import STORES, WINNERS, Store, mapping, write_store
from warehouse_operations.project import data_set

BUILD = ["build", "--exclude-resource-type", "test", "unit_test", "--select", "+model_performance", "+model_comparisons"]
MODES = ("all", "discovery")
METRICS = {"ndcg_at_k": ("nDCG@10", 10), "recall_at_k": ("recall@20", 20)}
CELLS = [(mode, metric) for mode in MODES for metric in METRICS]
METHODS = ("weighted", "stacked", "cascade")
SHOWN = {
    "hybrid": "hybrid: the chosen method",
    "assembled": "as shown, after business rules",
    "oracle": "upper bound: oracle",
}
FIGURES_FILE = PROJECT / "benchmarks" / "accuracy_figures.csv"
BASELINE = PROJECT / "benchmarks" / "accuracy_baseline.csv"
PUBLISHED = PROJECT / "benchmarks" / "published_figures.yml"
REPORT = PROJECT / "docs" / "accuracy.md"
CODE = ("models", "macros", "python_models", "seeds/reference", "dbt_project.yml")  # of the figures
SEED = 7
CUSTOMERS = 1_500  # customers of a generated store
CUTOFF = "test"  # the only test cutoff of the defaults
FIELDS = (
    *("data_set", "customers", "code", "slice", "mode", "metric", "source", "value", "ci_low", "ci_high"),
    *("difference", "difference_low", "difference_high", "customer_count", "is_chosen"),
)
FIGURES = """
select
    performance.slice,
    performance.mode,
    performance.metric,
    performance.source,
    performance.value,
    performance.ci_low,
    performance.ci_high,
    comparisons.difference,
    comparisons.ci_low as difference_low,
    comparisons.ci_high as difference_high,
    performance.customer_count,
    coalesce(methods.is_chosen, false) as is_chosen
from marts.model_performance as performance
left join marts.model_comparisons as comparisons
    on
        performance.cutoff_id = comparisons.cutoff_id
        and performance.source = comparisons.baseline
        and performance.slice = comparisons.slice
        and performance.slice_value = comparisons.slice_value
        and performance.mode = comparisons.mode
        and performance.metric = comparisons.metric
        and performance.k = comparisons.k
left join ranking.ranking_methods as methods
    on
        performance.mode = methods.mode
        and performance.source = methods.method
where
    performance.cutoff_id = ?
    and performance.metric = ?
    and performance.k = ?
    and performance.slice in ('with_history', 'without_history')
order by all
"""
INTRODUCTION = """\
`make accuracy` writes this page. Each data set is built with its mapping and the defaults alone. Labels are the products that
customers choose in the 28 days after the test cutoff, or, under `leave_last_out`, the last product of each customer. nDCG@10
and recall@20 are means over the customers with at least one relevant product. Lists are ranked from the whole catalogue, and a
customer without a list scores 0. Mode `all` counts repeats; mode `discovery` neither lists nor counts products of the
customer's history. `0.1 → 0.2` is before and after; a single figure did not change. Intervals are 95 % bootstrap intervals of
the paired difference. The best source is chosen on the same test customers, so the comparison favours the source.

The generated stores follow a planted law (`benchmarks/planted_stores.py`). The oracle ranks by the true probabilities: no
method can be better, except by chance."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A data set to measure: its heading, its file in ``datasets`` (None if generated), and vars besides those of the file."""

    title: str
    file: str | None = None
    variables: tuple[tuple[str, str], ...] = ()


DATA_SETS = {
    "sequence": Kind("Generated: walks over products"),
    "dense": Kind("Generated: dense tastes"),
    "repeat": Kind("Generated: regular repeats"),
    "online_retail": Kind("Online Retail", "online_retail"),
    "movielens_100k": Kind("MovieLens 100k by horizon", "movielens_100k"),
    "movielens_100k_leave_last_out": Kind(
        "MovieLens 100k, last film of each user", "movielens_100k", (("evaluation_protocol", "leave_last_out"),)
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the data sets and write the report; return the exit status."""
    options = parser().parse_args(arguments)
    names = [] if options.report_only else options.data_sets or list(DATA_SETS)
    for number, name in enumerate(names, start=1):
        print(f"{name}, {number} of {len(names)}", flush=True)
        measured = measure(name, options.store / name, options)
        if measured:
            kept = [row for row in read_rows(FIGURES_FILE) if row["data_set"] != name]
            write_rows(FIGURES_FILE, sorted([*kept, *measured], key=lambda row: [*DATA_SETS].index(row["data_set"])))
    rows = read_rows(FIGURES_FILE)
    if options.keep_as_baseline:
        write_rows(BASELINE, rows)
    REPORT.write_text(report(rows, read_rows(BASELINE)), encoding="utf-8")
    print(f"Wrote {REPORT.relative_to(PROJECT)}")
    return 0


def measure(name: str, scratch: Path, options: argparse.Namespace) -> list[Row]:
    """Build a data set and return its figures; if its raw files are missing, print the reason and return no rows."""
    kind = DATA_SETS[name]
    bounds: list[Row] = []
    if kind.file:
        variables = data_set(kind.file).variables
        folder = folder_of(variables["raw"], options.raw)
        if folder is None:
            print("  skipped: neither the folder RAW nor a folder in it has the raw files", flush=True)
            return []
        variables |= {"raw_path": str(folder), **dict(kind.variables)}
    else:
        store = STORES[name](options.customers, SEED)
        write_store(store, scratch)
        variables = {"raw": mapping(store)}
        bounds = [upper_bound(store, mode, metric) for mode, metric in CELLS]
    scratch.mkdir(parents=True, exist_ok=True)
    remove_warehouse(scratch)
    raw = variables.pop("raw")
    build = measured_build(scratch, raw, BUILD, options.threads, variables)
    with duckdb.connect(str(scratch / "warehouse.duckdb"), read_only=True) as connection:
        rows = [row for metric, (_, k) in METRICS.items() for row in figures(connection, metric, k)]
    known = {"data_set": name, "customers": "" if kind.file else options.customers, "code": code()}
    print(f"  {build.seconds:.0f} s; nDCG@10 of customers with a history: " + ", ".join(headlines(rows)), flush=True)
    return [{**known, **row} for row in [*rows, *bounds]]


def folder_of(raw: dict[str, Any], given: str) -> Path | None:
    """Return the folder, `given` or directly in it, that has all raw files of a mapping; None if there is none."""
    files = {Path(mapped["file"]).name for mapped in raw.values()}
    within = [Path(given), *sorted(part for part in Path(given).iterdir() if part.is_dir())] if given else []
    return next((folder.resolve() for folder in within if all((folder / file).is_file() for file in files)), None)


def figures(connection: duckdb.DuckDBPyConnection, metric: str, k: int) -> list[Row]:
    """Return the marts' rows of one metric."""
    found = connection.execute(FIGURES, [CUTOFF, metric, k])
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def upper_bound(store: Store, mode: str, metric: str) -> Row:
    """Return the oracle's mean as a row of figures."""
    values = store.oracle(mode, METRICS[metric][1])[metric]
    cell = {"slice": "with_history", "mode": mode, "metric": metric, "source": "oracle", "is_chosen": False}
    return {**cell, "value": float(values.mean()), "customer_count": len(values)}


def headlines(rows: list[Row]) -> list[str]:
    """Return the hybrid and the best source of each mode, in words."""
    found = []
    for mode in MODES:
        own = cells_of(rows, "with_history", mode, "ndcg_at_k")
        if "hybrid" in own:
            best = best_source(own)
            found.append(f"{mode} {own['hybrid']['value']:.4f} (best source {best}, {own[best]['value']:.4f})")
    return found


def cells_of(rows: Iterable[Row], part: str, mode: str, metric: str) -> dict[str, Row]:
    """Return the rows of one slice, mode and metric, by source."""
    return {row["source"]: row for row in rows if (row["slice"], row["mode"], row["metric"]) == (part, mode, metric)}


def best_source(cells: dict[str, Row]) -> str:
    """Return the source with the highest mean; among equals, the first by name."""
    return max((source for source in sorted(cells) if is_source(source)), key=lambda source: cells[source]["value"])


def is_source(name: str) -> bool:
    return name not in SHOWN and name not in METHODS


def report(rows: list[Row], baseline: list[Row]) -> str:
    """Return the page of all figures, with the baseline's figures where they differ."""
    parts = [
        "# Accuracy",
        INTRODUCTION,
        f"Before: code `{commits(baseline)}`. After: code `{commits(rows)}`.",
    ]
    published = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))
    for name, kind in DATA_SETS.items():
        after = [row for row in rows if row["data_set"] == name]
        if not after:
            parts += [f"## {kind.title}", "Not measured: the raw files were missing."]
            continue
        before = [row for row in baseline if (row["data_set"], row["customers"]) == (name, after[0]["customers"])]
        parts += [f"## {kind.title}", *section(name, before, after)]
        if name in published:
            parts += ["### Published by others", *others(published[name])]
    return "\n\n".join(parts) + "\n"


def commits(rows: list[Row]) -> str:
    return "`, `".join(sorted({row["code"] for row in rows})) or "none"


def section(name: str, before: list[Row], after: list[Row]) -> list[str]:
    """Return the tables of one data set."""
    first = cells_of(after, "with_history", *CELLS[0])
    texts = []
    if name in WINNERS:
        sources, mode = WINNERS[name]
        texts.append(f"Must be the best source in mode `{mode}`: {' or '.join(f'`{source}`' for source in sources)}.")
    chosen = {
        mode: [row["source"] for row in cells_of(after, "with_history", mode, "ndcg_at_k").values() if row["is_chosen"]]
        for mode in MODES
    }
    texts.append("Chosen method: " + ", ".join(f"`{chosen[mode][0]}` in mode `{mode}`" for mode in MODES if chosen[mode]) + ".")
    ordered = sorted((source for source in first if is_source(source)), key=lambda source: -first[source]["value"])
    listed = [*ordered, *METHODS, *SHOWN]
    texts.append("Customers with a history: " + counts(after, "with_history") + ".")
    texts.append(means(before, after, "with_history", listed))
    texts.append(differences(before, after))
    if cells_of(after, "without_history", *CELLS[0]):
        texts += [
            "Customers without a history: " + counts(after, "without_history") + ".",
            means(before, after, "without_history", list(SHOWN)),
        ]
    return texts


def counts(rows: list[Row], part: str) -> str:
    found = {mode: cells_of(rows, part, mode, "ndcg_at_k").get("hybrid", {}).get("customer_count", 0) for mode in MODES}
    return ", ".join(f"{int(count):,} in mode `{mode}`" for mode, count in found.items())


def means(before: list[Row], after: list[Row], part: str, sources: list[str]) -> str:
    """Return a table of means: one row per source or method, one column per mode and metric."""
    lines = ["| |" + "".join(f" {METRICS[metric][0]}, {mode} |" for mode, metric in CELLS), "|---|" + "---|" * len(CELLS)]
    now, then = ({cell: cells_of(rows, part, *cell) for cell in CELLS} for rows in (after, before))
    for source in sources:
        if any(source in now[cell] for cell in CELLS):
            values = [change(then[cell].get(source), now[cell].get(source)) for cell in CELLS]
            lines.append(f"| {SHOWN.get(source, f'`{source}`')} | " + " | ".join(values) + " |")
    return "\n".join(lines)


def change(before: Row | None, after: Row | None) -> str:
    """Return a mean, with the earlier mean if it differs."""
    now = f"{after['value']:.4f}" if after else "-"
    then = f"{before['value']:.4f}" if before else now
    return now if then == now else f"{then} → {now}"


def differences(before: list[Row], after: list[Row]) -> str:
    """Return a table of the differences between the hybrid and the best source."""
    lines = ["| hybrid minus best source | before | after |", "|---|---|---|"]
    for mode, metric in CELLS:
        values = [difference(cells_of(rows, "with_history", mode, metric)) for rows in (before, after)]
        lines.append(f"| {METRICS[metric][0]}, {mode} | {values[0]} | {values[1]} |")
    return "\n".join(lines)


def difference(cells: dict[str, Row]) -> str:
    """Return the difference to the best source with its interval."""
    if not cells:
        return "-"
    best = best_source(cells)
    row = cells[best]
    if row["difference"] is None:
        return f"- (`{best}`)"
    interval = "" if row["difference_low"] is None else f" [{row['difference_low']:+.4f}, {row['difference_high']:+.4f}]"
    return f"{row['difference']:+.4f}{interval} (`{best}`)"


def others(known: dict[str, Any]) -> list[str]:
    """Return the figures published by others, with the caveat."""
    texts = [known["caveat"]]
    if "figures" in known:
        lines = [
            f"| [{known['source']}]({known['address']}) | " + " | ".join(known["metrics"]) + " |",
            "|---|" + "---|" * len(known["metrics"]),
        ]
        lines += [
            f"| {method} | " + " | ".join(f"{value:.4f}" for value in values) + " |"
            for method, values in known["figures"].items()
        ]
        texts.append("\n".join(lines))
    return texts


def code() -> str:
    """Return the last commit that changed code that figures depend on."""
    commit = git("log", "-1", "--format=%h", "--", *CODE)
    return f"{commit} with changes" if git("status", "--porcelain", "--", *CODE) else commit or "unknown"


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()


def read_rows(file: Path) -> list[Row]:
    """Read rows of figures with typed values; return no rows if the file is missing."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return [{name: typed(name, value) for name, value in row.items()} for row in csv.DictReader(text)]


def typed(name: str, value: str) -> Any:
    if name == "is_chosen":
        return value == "True"
    if name == "customer_count":
        return int(value)
    if name in FIELDS[FIELDS.index("value") : FIELDS.index("customer_count")]:
        return float(value) if value else None
    return value


def write_rows(file: Path, rows: list[Row]) -> None:
    """Write rows of FIELDS, with six decimals, which is more than the intervals can distinguish."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, FIELDS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()} for row in rows
        )


def size(text: str) -> int:
    """Parse the number of customers of a generated store; make passes ``auto`` by default."""
    return CUSTOMERS if text == "auto" else int(text)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description="Measure sources and methods on generated and public data sets, and write docs/accuracy.md.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    found.add_argument(
        "--data-sets", nargs="*", choices=[*DATA_SETS], metavar="NAME", help=f"some of {', '.join(DATA_SETS)}; all by default"
    )
    found.add_argument(
        "--raw", default="", metavar="DIR", help="folder of the raw files of public data sets, or of their folders"
    )
    found.add_argument("--customers", type=size, default=CUSTOMERS, metavar="N|auto", help="customers of a generated store")
    found.add_argument("--store", type=Path, default=Path("warehouse/accuracy"), metavar="DIR", help="folder of the databases")
    found.add_argument("--threads", type=int, default=2, metavar="N", help="dbt threads")
    found.add_argument("--report-only", action="store_true", help="build nothing; write the page from the kept figures")
    found.add_argument("--keep-as-baseline", action="store_true", help="keep the figures as the baseline")
    return found


if __name__ == "__main__":
    sys.exit(main())
