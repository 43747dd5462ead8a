"""`python -m warehouse_operations.building` (`make build`): dbt build with one line per layer instead of two per node.

Messages of macros (gates, examples of recommendations) are shown at once, failures and warnings at the end. dbt's log with every
node is in logs/dbt.log, and on the screen with VERBOSE=1.
"""

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from dbt import selected_resources
from dbt.artifacts.schemas.results import NodeResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from warehouse_operations.files import why_unusable

BUILT = {"model": "tables", "seed": "seeds", "test": "tests"}
BAD = ("error", "fail", "runtime error", "partial success")
WIDTH = 16  # characters reserved for the name of a layer
LONG = 30  # seconds without output after which a terminal shows progress
CLEAR = "\r\x1b[K"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; returns dbt's exit status: 0, 1 if a node failed, or 2 if nothing could be run."""
    options = _parser().parse_args(arguments)
    if problem := why_unusable(os.environ.get("WAREHOUSE_PATH", ""), read_only=False):  # checked before the project is parsed
        print(problem, file=sys.stderr)
        return 2
    given = ["--vars", options.vars, "--log-level", "none", "--log-level-file", "info"]
    gc.disable()  # parsed objects stay alive: repeated garbage collection takes a sixth of the time
    parsed = dbtRunner().invoke(["parse", "--no-write-json", *given])  # the build writes the manifest
    gc.freeze()  # nor are they searched during the build
    gc.enable()
    if not isinstance(parsed.result, Manifest):
        print(parsed.exception, file=sys.stderr)
        return 2
    layers = {name: layer(node.fqn, node.resource_type) for name, node in parsed.result.nodes.items()}
    progress = Progress(layers, sys.stdout)
    built = dbtRunner(parsed.result, [progress]).invoke(
        ["build", "--selector", options.selector, "--exclude-resource-type", "unit_test", *given]
    )
    gc.unfreeze()  # else the engine reports leaks at exit
    if built.exception:
        print(built.exception, file=sys.stderr)
        return 2
    for line in closing_lines(built.result.results, time.monotonic() - progress.started):
        print(line)
    return 0 if built.success else 1


def layer(fqn: Sequence[str], kind: str) -> str:
    """Return the layer of a node: a layer of the core, a capability, or `seeds`."""
    if kind == "seed":
        return "seeds"
    return fqn[2] if fqn[1] in ("core", "capabilities") and len(fqn) > 3 else fqn[1]


class Progress:
    """Listener for the events of a run; writes a line when all selected nodes of a layer are finished."""

    def __init__(self, layers: Mapping[str, str], output: TextIO) -> None:
        self.layers, self.output = layers, output
        self.started = self.last_line = time.monotonic()
        self.left: Counter[str] = Counter()
        self.counts: dict[str, Counter[str]] = {}
        self.total = 0

    def __call__(self, event: Any) -> None:
        """Process one event of dbt."""
        name = event.info.name
        if name in ("JinjaLogInfo", "JinjaLogWarning"):
            self._write(event.info.msg)
        elif name == "NodeStart" and not self.total:
            self.expect(selected_resources.SELECTED_RESOURCES)
        elif name == "NodeFinished":
            info = event.data.node_info
            seconds = event.data.run_result.execution_time
            self.finish(info.unique_id, info.resource_type, info.node_status, seconds)

    def expect(self, selected: Iterable[str]) -> None:
        """Set the nodes that will run."""
        self.left = Counter(self.layers[name] for name in selected if name in self.layers)
        self.total = self.left.total()

    def finish(self, node: str, kind: str, status: str, seconds: float) -> None:
        """Count a finished node; write the line of its layer if it was the last one."""
        place = self.layers.get(node)
        if place is None or kind not in BUILT:
            return
        counts = self.counts.setdefault(place, Counter())
        counts[BUILT[kind]] += 1
        counts["seconds"] += seconds
        counts["failed"] += status in BAD
        counts["skipped"] += status == "skipped"
        counts["warnings"] += status == "warn"
        self.left[place] -= 1
        if not self.left[place]:
            self._write(layer_line(place, counts))
        elif self.output.isatty() and time.monotonic() - self.last_line > LONG:
            self.output.write(f"{CLEAR}{self.total - self.left.total()} of {self.total} nodes ...")
            self.output.flush()

    def _write(self, line: str) -> None:
        self.last_line = time.monotonic()
        print(f"{CLEAR if self.output.isatty() else ''}{line}", file=self.output, flush=True)


def layer_line(place: str, counts: Mapping[str, float]) -> str:
    """Return the line of a layer: counts of its nodes and outcomes, and the seconds of its nodes, summed over threads."""
    said = [
        counted(counts[kind], kind) for kind in ("seeds", "tables", "tests", "warnings", "failed", "skipped") if counts.get(kind)
    ]
    return f"{place:{WIDTH}}{counts.get('seconds', 0):7.1f} s   {', '.join(said)}"


def counted(count: float, kind: str) -> str:
    """Return a count with its noun, in the singular for one."""
    return f"{count:.0f} {kind.removesuffix('s') if count == 1 else kind}"


def closing_lines(results: Iterable[NodeResult], seconds: float) -> list[str]:
    """Return the failures and warnings with their explanations, and a line that summarises the run."""
    said = []
    statuses: Counter[str] = Counter()
    for result in results:
        status = str(result.status)
        statuses[status] += 1
        if status in (*BAD, "warn"):
            said.append(f"{'Warning' if status == 'warn' else 'Failed'}: {result.node.name}: {(result.message or '').strip()}")
            said += [f"  {text}" for text in explanation(result.node)]
    ended = {"failed": sum(statuses[status] for status in BAD), "skipped": statuses["skipped"], "warnings": statuses["warn"]}
    counts = ", ".join(counted(count, kind) for kind, count in ended.items() if count) or "nothing failed, no warnings"
    return [*said, f"{statuses.total()} nodes in {seconds:.0f} s: {counts}. Details are in logs/dbt.log; VERBOSE=1 prints them."]


def explanation(node: Any) -> list[str]:
    """Return the purpose of a node: its description, or the first comment of a test."""
    if node.description:
        return [node.description]
    lines = []
    for line in node.raw_code.splitlines() if node.resource_type == "test" else []:
        if not line.startswith("-- "):
            break
        lines.append(line.removeprefix("-- "))
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse_operations.building", description=__doc__)
    parser.add_argument("--selector", default="all", help="selector of selectors.yml: all (the default), lists or refresh")
    parser.add_argument("--vars", default="{}", help="vars of the run, as YAML")
    return parser


if __name__ == "__main__":
    sys.exit(main())
