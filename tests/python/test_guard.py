"""What may be published: everything ran, nothing failed, nothing was changed in between."""

import pytest

from warehouse_operations.publishing.guard import obstacles

EXPECTED = {
    "model.shop.lists": "1a",
    "seed.shop.gates": "2b",
    "test.shop.assert_gates_hold": "3c",
    "unit_test.shop.lists.adds_up": "",
}


def results(**statuses: str) -> list[dict[str, str]]:
    """Results of all nodes: success, but for those named by the last part of their id."""
    return [
        {"unique_id": node, "status": statuses.get(node.split(".")[-1], "success"), "message": "Got 2 results,\n  expected 0"}
        for node in EXPECTED
    ]


def test_a_whole_run_without_failure_is_published() -> None:
    assert obstacles("build", [], results(assert_gates_hold="warn", adds_up="pass"), EXPECTED, EXPECTED) == []


def test_a_retry_that_completes_an_earlier_run_is_published() -> None:
    assert obstacles("build", [], results()[2:3], EXPECTED, EXPECTED) == []
    assert obstacles("build", [], [], EXPECTED, EXPECTED) == []


def test_exposures_have_nothing_to_run() -> None:
    exposure = {"unique_id": "exposure.shop.dashboard", "status": "no-op", "message": "NO-OP"}
    assert obstacles("build", [], [*results(), exposure], EXPECTED, EXPECTED) == []


@pytest.mark.parametrize("command", ["run", "test", "seed", "snapshot"])
def test_other_commands_are_not(command: str) -> None:
    assert obstacles(command, [], results(), EXPECTED, EXPECTED) == [
        f"dbt {command} doesn't run the whole project; dbt build does"
    ]


def test_a_part_is_not() -> None:
    assert obstacles("build", ["--select", "--empty"], results(), EXPECTED, EXPECTED) == [
        "--select and --empty left out a part of the project"
    ]


@pytest.mark.parametrize("status", ["fail", "error", "runtime error", "partial success", "skipped", "no-op", "anything new"])
@pytest.mark.parametrize("node", ["lists", "gates", "assert_gates_hold", "adds_up"])
def test_a_failure_is_named(node: str, status: str) -> None:
    proven = {name: text for name, text in EXPECTED.items() if not name.endswith(node)}
    (said,) = obstacles("build", [], results(**{node: status}), EXPECTED, proven)
    kind = {"lists": "model", "gates": "seed", "assert_gates_hold": "test", "adds_up": "unit test lists."}[node]
    name = f"{kind} {node}".replace(". ", ".")
    skipped = f"not run, because of a failure before: {name}"
    assert said == (skipped if status == "skipped" else f"{name} ended as {status} (Got 2 results, expected 0)")


@pytest.mark.parametrize("node", sorted(EXPECTED))
def test_a_node_that_did_not_run_is_named(node: str) -> None:
    proven = {name: text for name, text in EXPECTED.items() if name != node}
    (said,) = obstacles("build", [], [], EXPECTED, proven)
    assert said.startswith("not run, or before something else changed: ")


def test_many_are_counted() -> None:
    expected = {f"model.shop.m{number}": "" for number in range(9)}
    (said,) = obstacles("build", [], [], expected, {})
    assert said.endswith("model m0, model m1, model m2, model m3, model m4 and 4 more")


def test_a_node_that_was_edited_after_it_ran_is_named() -> None:
    changed = {**EXPECTED, "model.shop.lists": "other"}
    assert obstacles("build", [], [], changed, EXPECTED) == ["edited since it ran: model lists"]


def test_a_failure_beside_what_is_proven_still_counts() -> None:
    """A node may have ended well in an earlier run and fail now."""
    (said,) = obstacles("build", [], results(lists="error"), EXPECTED, EXPECTED)
    assert said.startswith("model lists ended as error")
