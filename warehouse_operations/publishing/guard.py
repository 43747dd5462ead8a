"""Decide whether the results of recorded dbt runs may be published, and which run built each table.

Each run records its nodes in ``operations.node_runs`` of the warehouse before and after it runs them (macros ``record_start`` and
``record_results``). dbt's own artifacts are not read, because any dbt command in the folder overwrites them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SCOPES = ("all", "lists", "refresh")  # scopes that can be published; any other run is a part
COMMANDS = {"all": "make build", "lists": "make lists", "refresh": "make refresh"}
# A warning is for the reader; it stops nothing.
GOOD = frozenset({"success", "pass", "warn"})
NAMED = 5  # nodes named in a message; the others are counted


@dataclass(frozen=True)
class NodeRun:
    """Outcome of one node in one dbt run; a row of ``operations.node_runs``.

    Attributes
    ----------
    build_id
        dbt's id of the run; for a ``dbt retry``, the id of the run that it completes.
    scope
        One of ``SCOPES``, or ``part``.
    settings
        Fingerprint of macros, numerical code, versions and vars.
    started_at
        Start of the run.
    as_of
        Newest event time that the run used; None for a part and for a failed run.
    node, status
        dbt's unique id, and the status: dbt's own, ``started`` until the run ends, or ``edited`` if the file changed before a
        retry.
    finished_at
        End of the node; None if it did not run.
    """

    build_id: str
    scope: str
    settings: str
    started_at: datetime
    as_of: datetime | None
    node: str
    status: str
    finished_at: datetime | None


@dataclass
class Build:
    """A dbt run with the retries that complete it: the last row of each node, and all settings."""

    build_id: str
    scope: str
    started_at: datetime
    as_of: datetime | None = None
    nodes: dict[str, NodeRun] = field(default_factory=dict)
    settings: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Verdict:
    """The obstacles to publishing (empty if none), the newest build, and the build that made each table."""

    obstacles: list[str]
    build: Build | None = None
    made_by: dict[str, Build] = field(default_factory=dict)


def builds(history: Iterable[NodeRun]) -> dict[str, Build]:
    """Recorded builds by id, oldest first; ``history`` is sorted by ``started_at``."""
    found: dict[str, Build] = {}
    for row in history:
        build = found.setdefault(row.build_id, Build(row.build_id, row.scope, row.started_at))
        build.nodes[row.node] = row
        build.settings.add(row.settings)
        build.as_of = row.as_of or build.as_of
    return found


def judge(history: Sequence[NodeRun], tables: Mapping[str, str], oldest_audit_days: int) -> Verdict:
    """Decide whether the newest build may be published, together with tables of earlier builds.

    Parameters
    ----------
    history
        All recorded rows, sorted by ``started_at``.
    tables
        dbt's unique id → name, for each table that exists and can be published.
    oldest_audit_days
        Maximum age of the ``as_of`` of an earlier build, in days before the ``as_of`` of the newest build.
    """
    recorded = builds(history)
    newest = next((build for build in reversed(recorded.values()) if build.scope in SCOPES), None)
    if newest is None:
        return Verdict(["no run of scope all, lists or refresh is recorded; run make build, make lists or make refresh"])
    again = COMMANDS[newest.scope]
    last = {row.node: row for row in history}
    obstacles = [f"{why}; run {again}" for why in _failures(newest)]
    changed = [node for node in newest.nodes if last[node].build_id != newest.build_id]
    if rebuilt := [node for node in changed if not node.startswith("test.")]:
        obstacles.append(f"changed after {again} by a partial run: {_names(rebuilt)}; run {again}")
    if failing := [node for node in changed if node.startswith("test.") and last[node].status not in GOOD]:
        obstacles.append(f"failed after {again}: {_names(failing)}; run {again}")
    made_by = {node: recorded[last[node].build_id] for node in tables if node in last}
    earlier = {node: build for node, build in made_by.items() if build is not newest and node not in changed}
    if parts := [node for node, build in earlier.items() if build.scope not in SCOPES]:
        obstacles.append(f"last built by a partial run: {_names(parts)}; run make build")
    for build in {build.build_id: build for build in earlier.values() if build.scope in SCOPES}.values():
        obstacles += [
            f"{why} in the run of {build.started_at:%Y-%m-%d %H:%M}, which built tables not rebuilt since; run make build"
            for why in _failures(build)
        ]
        if newest.as_of is None or build.as_of is None:
            continue
        own = [tables[node] for node in earlier if earlier[node] is build]
        others = f" and {len(own) - NAMED} other tables" if len(own) > NAMED else ""
        which = f"{', '.join(sorted(own)[:NAMED])}{others} are as of {build.as_of:%Y-%m-%d %H:%M}"
        if newest.as_of - build.as_of > timedelta(days=oldest_audit_days):
            obstacles.append(
                f"{which}, more than oldest_audit_days ({oldest_audit_days}) before the lists ({newest.as_of:%Y-%m-%d %H:%M}); "
                f"run {COMMANDS['all' if build.scope == 'all' else 'lists']}"
            )
        elif build.as_of > newest.as_of:
            obstacles.append(f"{which}, after the lists ({newest.as_of:%Y-%m-%d %H:%M}); run make build")
    return Verdict(obstacles, newest, made_by)


def _failures(build: Build) -> list[str]:
    """The reasons why a build is incomplete."""
    of_status: dict[str, list[str]] = {}
    for row in build.nodes.values():
        if row.status not in GOOD:
            of_status.setdefault(row.status, []).append(row.node)
    said = []
    if started := of_status.pop("started", []):
        said.append(f"the run did not finish, {len(started)} nodes are missing")
    if edited := of_status.pop("edited", []):
        said.append(f"edited between the run and its retry: {_names(edited)}")
    skipped = of_status.pop("skipped", [])
    said += [f"{_names(nodes)} ended as {status}" for status, nodes in sorted(of_status.items())]
    if skipped:
        said.append(f"skipped because of an earlier failure: {_names(skipped)}")
    if len(build.settings) > 1:
        said.append("vars, macros, numerical code or versions changed between the run and its retry")
    return said


def _names(nodes: Sequence[str]) -> str:
    named = ", ".join(f"{node.split('.')[0]} {node.split('.')[2]}" for node in sorted(nodes)[:NAMED])
    return named + (f" and {len(nodes) - NAMED} more" if len(nodes) > NAMED else "")
