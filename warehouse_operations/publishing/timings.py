"""`python -m warehouse_operations.publishing.timings`, as `make timings` calls it: what each selector cost."""

import json
import sys
from pathlib import Path

import duckdb
import yaml
from dbt.cli.main import dbtRunner

from warehouse_operations.publishing.guard import KINDS

BEGIN, END = "<!-- times of selectors: make timings PAGE=README.md -->", "<!-- end of times -->"


def main(warehouse: Path, target: str, page: Path | None) -> int:
    """Print a line per selector and write a page's table anew; returns the exit status, 2 where there was no whole build."""
    listed = nodes_by_selector(target)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            """select run_id, started_at, node, seconds from operations.node_timings
            where command = 'build' order by started_at, node"""
        ).fetchall()
    runs: dict[tuple, dict[str, float]] = {}
    for run, started_at, node, seconds in rows:
        runs.setdefault((run, started_at), {})[node] = seconds
    whole = [(started_at, nodes) for (_, started_at), nodes in runs.items() if listed["weekly"] <= nodes.keys()]
    if not whole:
        print(f"No whole build is noted in {warehouse}.", file=sys.stderr)
        return 2
    started_at, taken = whole[-1]
    seconds = {name: sum(taken[node] for node in nodes) for name, nodes in listed.items()}
    print(f"Seconds that nodes took in the build of {started_at:%Y-%m-%d %H:%M} UTC, added up over threads:")
    for name, nodes in listed.items():
        print(f"  {name:10} {seconds[name]:8.0f} s in {len(nodes)} nodes")
    if page:
        page.write_text(with_table(page.read_text(), seconds))
    return 0


def with_table(text: str, seconds: dict[str, float]) -> str:
    """The text of a page with its table of times replaced; raises ValueError where the page has no place for one."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no lines {BEGIN} and {END} to write the table between")
    rows = [f"| `{name}` | {value:.0f} s |" for name, value in seconds.items()]
    return "\n".join([before + BEGIN, "", "| selector | nodes take |", "|---|---|", *rows, "", END + after])


def nodes_by_selector(target: str) -> dict[str, set[str]]:
    """For each selector the nodes that it runs; the working directory is the project's."""
    settings = ["--quiet", "--log-level", "none", "--target-path", target]
    manifest = dbtRunner().invoke(["parse", *settings]).result
    listed = {}
    for selector in yaml.safe_load(Path("selectors.yml").read_text())["selectors"]:
        command = ["ls", *settings, "--selector", selector["name"], "--output", "json", "--output-keys", "unique_id"]
        found = dbtRunner(manifest=manifest).invoke(command).result or []
        nodes = {json.loads(line)["unique_id"] for line in found}
        listed[selector["name"]] = {node for node in nodes if node.split(".")[0] in KINDS}
    return listed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "target", Path(sys.argv[2]) if len(sys.argv) > 2 else None))
