"""Whether what a run of dbt built may be published."""

from collections.abc import Mapping, Sequence
from typing import Any

# What is judged. dbt lists exposures too, as no-op.
KINDS = frozenset({"model", "seed", "snapshot", "test", "unit_test"})
# Statuses of dbt's results that don't stand in the way. A warning is meant to be read, not to stop anything.
GOOD = frozenset({"success", "pass", "warn"})
NAMED = 5  # nodes that are named in a message; of more, their number follows


def obstacles(
    command: str,
    left_out_by: Sequence[str],
    results: Sequence[Mapping[str, Any]],
    expected: Mapping[str, str],
    proven: Mapping[str, str],
) -> list[str]:
    """Say what stands in the way of publishing; nothing does where the list is empty.

    Parameters
    ----------
    command, left_out_by
        dbt's command, and its options that leave out nodes or rows. Those of a ``dbt retry`` are those of the run it retries.
    results
        ``unique_id``, ``status`` and ``message`` of each node of this run.
    expected
        For each model, seed, snapshot, data test and unit test of the project the checksum of its text, empty where it has none.
    proven
        The same for each node that ended well in this run or, where this is a retry, in the runs it completes, on the same
        settings.
    """
    if command != "build":
        return [f"dbt {command} doesn't run the whole project; dbt build does"]
    if left_out_by:
        return [f"{' and '.join(left_out_by)} left out a part of the project"]
    failed = [r for r in results if r["status"] not in GOOD and r["unique_id"].split(".")[0] in KINDS]
    said = [_failure(result) for result in failed if result["status"] != "skipped"]
    if skipped := [result["unique_id"] for result in failed if result["status"] == "skipped"]:
        said.append(f"not run, because of a failure before: {_names(skipped)}")
    known = {result["unique_id"] for result in failed}
    if missing := sorted(expected.keys() - proven.keys() - known):
        said.append(f"not run, or before something else changed: {_names(missing)}")
    if edited := sorted(node for node in expected.keys() & proven.keys() if expected[node] != proven[node]):
        said.append(f"edited since it ran: {_names(edited)}")
    return said


def _failure(result: Mapping[str, Any]) -> str:
    said = f"{_name(result['unique_id'])} ended as {result['status']}"
    return said + (f" ({_line(result['message'])})" if result["message"] else "")


def _name(unique_id: str) -> str:
    kind, _, name, *rest = unique_id.split(".")
    return f"unit test {'.'.join([name, *rest])}" if kind == "unit_test" else f"{kind} {name}"


def _names(unique_ids: Sequence[str]) -> str:
    named = ", ".join(_name(node) for node in unique_ids[:NAMED])
    return named + (f" and {len(unique_ids) - NAMED} more" if len(unique_ids) > NAMED else "")


def _line(message: str) -> str:
    return " ".join(message.split())[:300]
