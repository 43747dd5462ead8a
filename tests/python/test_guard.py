"""Which recorded runs may be published: a scope that ended well, without later changes or outdated tables."""

from datetime import datetime, timedelta

import pytest

from warehouse_operations.publishing.guard import SCOPES, NodeRun, judge

MONDAY = datetime(2025, 6, 30)
LISTS, METRICS, CHECK = "model.shop.recommendations", "model.shop.model_performance", "test.shop.assert_gates_hold.5f2"
TABLES = {LISTS: "recommendations", METRICS: "model_performance"}


def run(
    number: int,
    scope: str,
    *nodes: str,
    completes: int | None = None,
    as_of: datetime | None = None,
    settings: str = "s",
    **statuses: str,
) -> list[NodeRun]:
    """Return the rows of run ``number``, started ``number`` days after Monday. A node without a status succeeded."""
    started = MONDAY + timedelta(days=number)
    return [
        NodeRun(
            build_id=f"run {number if completes is None else completes}",
            scope=scope,
            settings=settings,
            started_at=started,
            as_of=None if scope == "part" or statuses else as_of or started,
            node=node,
            status=statuses.get(node.split(".")[2], "success"),
            finished_at=started + timedelta(hours=1),
        )
        for node in nodes
    ]


def obstacles(*rows: list[NodeRun], days: int = 14) -> list[str]:
    return judge([row for part in rows for row in part], TABLES, days).obstacles


WHOLE = run(0, "all", LISTS, METRICS, CHECK)


def test_successful_run_of_all_is_published_with_its_tables() -> None:
    verdict = judge(WHOLE, TABLES, 14)
    assert verdict.obstacles == []
    assert {node: build.build_id for node, build in verdict.made_by.items()} == {LISTS: "run 0", METRICS: "run 0"}
    assert verdict.build is not None
    assert (verdict.build.scope, verdict.build.as_of) == ("all", MONDAY)


def test_warning_does_not_block_publishing() -> None:
    assert obstacles(run(0, "all", LISTS, METRICS), run(0, "all", CHECK, as_of=MONDAY, assert_gates_hold="warn")) == []


@pytest.mark.parametrize("scope", ["lists", "refresh"])
def test_smaller_scope_is_published_with_tables_of_an_earlier_run(scope: str) -> None:
    verdict = judge([*WHOLE, *run(3, scope, LISTS)], TABLES, 14)
    assert verdict.obstacles == []
    assert {node: build.scope for node, build in verdict.made_by.items()} == {LISTS: scope, METRICS: "all"}


def test_lists_are_published_without_capability_tables() -> None:
    verdict = judge(run(0, "lists", LISTS, CHECK), TABLES, 14)
    assert verdict.obstacles == []
    assert set(verdict.made_by) == {LISTS}


@pytest.mark.parametrize("history", [[], run(0, "part", LISTS, METRICS, CHECK)])
def test_partial_runs_alone_are_not_published(history: list[NodeRun]) -> None:
    (said,) = obstacles(history)
    assert said.startswith("no run of scope all, lists or refresh is recorded")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("status", ["fail", "error", "runtime error", "partial success", "anything new"])
@pytest.mark.parametrize(("node", "name"), [(LISTS, "model recommendations"), (CHECK, "test assert_gates_hold")])
def test_failed_node_is_named(scope: str, status: str, node: str, name: str) -> None:
    (said,) = obstacles(run(0, scope, LISTS, METRICS, CHECK, **{node.split(".")[2]: status}))
    assert said == f"{name} ended as {status}; run make {'build' if scope == 'all' else scope}"


def test_skipped_nodes_are_named() -> None:
    said = obstacles(run(0, "all", LISTS, METRICS, CHECK, recommendations="error", model_performance="skipped"))
    assert said == [
        "model recommendations ended as error; run make build",
        "skipped because of an earlier failure: model model_performance; run make build",
    ]


def test_long_list_of_nodes_is_shortened() -> None:
    nodes = [f"model.shop.m{number}" for number in range(9)]
    (said,) = obstacles(run(0, "all", *nodes, **{f"m{number}": "skipped" for number in range(9)}))
    assert said.endswith("model m0, model m1, model m2, model m3, model m4 and 4 more; run make build")


@pytest.mark.parametrize("scope", SCOPES)
def test_killed_run_is_not_published(scope: str) -> None:
    """Fails if the previous run is published with tables that the killed run replaced."""
    (said,) = obstacles(WHOLE, run(1, scope, LISTS, METRICS, recommendations="started", model_performance="started"))
    assert said.startswith("the run did not finish, 2 nodes are missing")


def test_successful_retry_completes_its_run() -> None:
    failed = run(0, "all", LISTS, METRICS, CHECK, recommendations="error", assert_gates_hold="skipped")
    assert len(obstacles(failed, run(1, "all", LISTS, completes=0))) == 1
    verdict = judge([*failed, *run(1, "all", LISTS, CHECK, completes=0)], TABLES, 14)
    assert verdict.obstacles == []
    assert {build.build_id for build in verdict.made_by.values()} == {"run 0"}
    assert verdict.build is not None
    assert verdict.build.as_of == MONDAY + timedelta(days=1), "as_of is not that of the retry that completed the run"


def test_retry_after_an_edit_or_with_other_vars_is_not_published() -> None:
    failed = run(0, "all", LISTS, METRICS, CHECK, assert_gates_hold="fail")
    edited = run(1, "all", CHECK, LISTS, completes=0, recommendations="edited")
    assert obstacles(failed, edited) == ["edited between the run and its retry: model recommendations; run make build"]
    (said,) = obstacles(failed, run(1, "all", CHECK, completes=0, settings="others"))
    assert said.startswith("vars, macros, numerical code or versions changed between the run and its retry")


def test_partial_run_that_changed_a_table_is_named() -> None:
    assert obstacles(WHOLE, run(1, "part", LISTS)) == [
        "changed after make build by a partial run: model recommendations; run make build"
    ]
    assert len(obstacles(WHOLE, run(1, "part", LISTS, recommendations="started"))) == 1, "a killed partial run was ignored"


def test_partial_run_that_changed_a_table_of_another_scope_is_named() -> None:
    (said,) = obstacles(WHOLE, run(1, "refresh", LISTS), run(2, "part", METRICS))
    assert said == "last built by a partial run: model model_performance; run make build"


def test_run_of_a_scope_replaces_tables_of_a_partial_run() -> None:
    assert obstacles(WHOLE, run(1, "part", LISTS), run(2, "lists", LISTS)) == []


def test_later_test_run_blocks_publishing_only_if_it_fails() -> None:
    assert obstacles(WHOLE, run(1, "part", CHECK)) == []
    assert obstacles(WHOLE, run(1, "part", CHECK, assert_gates_hold="fail")) == [
        "failed after make build: test assert_gates_hold; run make build"
    ]


def test_tables_of_an_earlier_run_that_failed_are_not_published() -> None:
    """Fails if audits of an unpublishable run are published with the lists of a refresh."""
    failed = run(0, "all", LISTS, METRICS, CHECK, assert_gates_hold="fail")
    (said,) = obstacles(failed, run(1, "refresh", LISTS))
    assert said.startswith("test assert_gates_hold ended as fail in the run of 2025-06-30 00:00, which built tables")
    assert said.endswith("run make build")


@pytest.mark.parametrize(("days", "is_refused"), [(15, True), (14, False)])
def test_audits_older_than_allowed_are_refused(days: int, is_refused: bool) -> None:
    later = MONDAY + timedelta(days=days)
    said = obstacles(WHOLE, run(1, "refresh", LISTS, as_of=later), days=14)
    expected = (
        "model_performance are as of 2025-06-30 00:00, more than oldest_audit_days (14) before the lists (2025-07-15 00:00); "
        "run make build"
    )
    assert said == ([expected] if is_refused else [])


def test_outdated_tables_of_scope_lists_need_make_lists() -> None:
    history = run(0, "lists", LISTS, METRICS), run(1, "refresh", LISTS, as_of=MONDAY + timedelta(days=40))
    (said,) = obstacles(*history)
    assert said.endswith("run make lists")


def test_lists_older_than_their_audits_are_refused() -> None:
    """Fails if a refresh as of a past date is published: its weights were learned from later data."""
    (said,) = obstacles(WHOLE, run(1, "refresh", LISTS, as_of=MONDAY - timedelta(days=1)))
    assert said == "model_performance are as of 2025-06-30 00:00, after the lists (2025-06-29 00:00); run make build"


def test_removed_table_is_ignored() -> None:
    assert obstacles(run(0, "part", "model.shop.scratch", scratch="error"), run(1, "all", LISTS, METRICS, CHECK)) == []
