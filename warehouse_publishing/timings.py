"""`python -m warehouse_publishing.timings <warehouse>`, as `make timings` calls it: what each selector cost in the last build."""

import json
import sys
from pathlib import Path

import duckdb
import yaml
from dbt.cli.main import dbtRunner

from warehouse_publishing.guard import KINDS


def main(warehouse: Path, target: str) -> int:
    """Print a line per selector; returns the exit status, 2 where there was no whole build."""
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
    started_at, seconds = whole[-1]
    print(f"Seconds that nodes took in the build of {started_at:%Y-%m-%d %H:%M} UTC, added up over threads:")
    for name, nodes in listed.items():
        print(f"  {name:10} {sum(seconds[node] for node in nodes):8.0f} s in {len(nodes)} nodes")
    return 0


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
    sys.exit(main(Path(sys.argv[1]), "target"))
