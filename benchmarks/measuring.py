"""Shared by the benchmarks: run a dbt build in a process of its own, measure it, and compare it with targets."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parent.parent
CORES = 2
SLOWEST_SHOWN = 12  # nodes listed per build
KEY = "a-key-for-benchmarks-on-generated-stores"  # pseudonym key if the environment has none


@dataclass(frozen=True)
class Measurement:
    """One build: wall time (s), peak resident memory (10^9 bytes), CPU time (s), and the seconds of each node, slowest first."""

    seconds: float
    gigabytes: float
    cpu_seconds: float
    nodes: list[tuple[str, float]]


def measured_build(
    store: Path, raw: dict[str, Any], arguments: Sequence[str], threads: int, others: Mapping[str, Any] | None = None
) -> Measurement:
    """Build on CORES cores, in a database inside the store's folder.

    Parameters
    ----------
    store
        Folder of the raw files; replaces ``<raw_path>`` in `raw`.
    raw
        The mapping, in the form of the var `raw`.
    arguments
        Arguments of dbt: the command and its selection.
    threads
        Number of dbt threads.
    others
        Further vars.

    Returns
    -------
    Measurement
        The process ends with an error message if the build fails.
    """
    variables = {"dataset": "benchmark", "raw_path": str(store.resolve()), "raw": raw, **(others or {})}
    target = store.resolve() / "target"
    command = [str(Path(sys.executable).parent / "dbt"), *arguments, "--threads", str(threads)]
    command += ["--vars", yaml.safe_dump(variables), "--profiles-dir", str(PROJECT), "--quiet"]
    command += ["--target-path", str(target), "--log-path", str(target)]
    environment = {"WAREHOUSE_PSEUDONYM_KEY": KEY, **os.environ, "WAREHOUSE_PATH": str(store.resolve() / "warehouse.duckdb")}
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


def remove_warehouse(store: Path) -> None:
    """Remove the database of an earlier build from the store's folder."""
    for leftover in store.glob("warehouse.duckdb*"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def measured_command(command: Sequence[str], environment: Mapping[str, str]) -> Measurement:
    """Run and measure another command, which has no nodes. If the command fails, the benchmark ends."""
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=PROJECT, env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command} failed; its messages are above.")
    kibibyte = 1024
    return Measurement(seconds, usage.ru_maxrss * kibibyte / 1e9, usage.ru_utime + usage.ru_stime, [])


def print_measurement(title: str, build: Measurement, row_count: int, unit: str) -> None:
    """Print the cost of a build that processed `row_count` rows, called `unit`."""
    print(
        f"\n{title}: {build.seconds:.1f} s wall, {build.cpu_seconds:.1f} s CPU, {build.gigabytes:.2f} GB peak, "
        f"{row_count / build.seconds:,.0f} {unit}/s"
    )
    for name, seconds in build.nodes[:SLOWEST_SHOWN]:
        print(f"  {seconds:7.2f} s  {name}")


def print_targets(targets: Sequence[tuple[str, float, float]]) -> list[bool]:
    """Print each target, given as name, measured value and maximum; return whether each was met."""
    print()
    for name, value, most in targets:
        print(f"{name:28}{value:8.2f}  target {most:g}: {'met' if value <= most else 'MISSED'}")
    return [value <= most for _, value, most in targets]
