"""Output of a build: one line per layer when its last node finishes, then failures and warnings with their causes."""

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from warehouse_operations.building import Progress, closing_lines, layer, main

LAYERS = {"model.a": "staging", "test.a": "staging", "model.b": "marts", "test.b": "marts", "seed.s": "seeds"}


def finished(node: str, status: str = "success", seconds: float = 1.0) -> SimpleNamespace:
    info = SimpleNamespace(unique_id=node, resource_type=node.split(".")[0], node_status=status)
    data = SimpleNamespace(node_info=info, run_result=SimpleNamespace(execution_time=seconds))
    return SimpleNamespace(info=SimpleNamespace(name="NodeFinished"), data=data)


def result(name: str, status: str, **node: str) -> SimpleNamespace:
    node = {"name": name, "description": "", "raw_code": "", "resource_type": "test", **node}
    return SimpleNamespace(status=status, message="Got 2 results", node=SimpleNamespace(**node))


def test_layer_is_a_core_folder_a_capability_or_seeds() -> None:
    assert layer(["project", "core", "staging", "stg_events"], "model") == "staging"
    assert layer(["project", "capabilities", "quality", "marts", "ledger"], "test") == "quality"
    assert layer(["project", "core", "assert_it_holds"], "test") == "core"
    assert layer(["project", "reference", "core", "gates"], "seed") == "seeds"


def test_layer_is_printed_when_its_last_selected_node_finishes() -> None:
    progress = Progress(LAYERS, output := io.StringIO())
    progress.expect(["model.a", "test.a", "model.b", "exposure.bi"])
    progress(finished("model.a"))
    assert output.getvalue() == ""
    progress(finished("test.a", "pass", 0.25))
    progress(finished("exposure.bi"))
    progress(finished("model.b", "error", 2.0))
    assert output.getvalue().splitlines() == [
        "staging             1.2 s   1 table, 1 test",
        "marts               2.0 s   1 table, 1 failed",
    ]


def test_messages_of_macros_are_printed_immediately() -> None:
    progress = Progress(LAYERS, output := io.StringIO())
    progress(SimpleNamespace(info=SimpleNamespace(name="JinjaLogInfo", msg="Gates: 6 pass.")))
    progress(SimpleNamespace(info=SimpleNamespace(name="JinjaLogWarning", msg="9 of 60 prices can't be read.")))
    progress(SimpleNamespace(info=SimpleNamespace(name="SQLQuery", msg="select 1")))
    assert output.getvalue() == "Gates: 6 pass.\n9 of 60 prices can't be read.\n"


def test_closing_lines_explain_only_warnings_and_failures() -> None:
    said = closing_lines(
        [
            result("fine", "pass", description="Not shown."),
            result("drifted", "warn", raw_code="-- Catches a drift.\n-- Remedy: rebuild.\nselect 1\n-- not this"),
            result("broken", "error", resource_type="model", description="Rows of each list."),
            result("after", "skipped"),
        ],
        61.4,
    )
    assert said[:-1] == [
        "Warning: drifted: Got 2 results",
        "  Catches a drift.",
        "  Remedy: rebuild.",
        "Failed: broken: Got 2 results",
        "  Rows of each list.",
    ]
    assert said[-1].startswith("4 nodes in 61 s: 1 failed, 1 skipped, 1 warning.")
    assert "nothing failed, no warnings" in closing_lines([result("fine", "pass")], 1.0)[-1]


def test_second_build_of_a_warehouse_is_refused_and_names_the_first_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    warehouse = str(tmp_path / "a warehouse.duckdb")
    monkeypatch.setenv("WAREHOUSE_PATH", warehouse)
    script = f"import duckdb, time; c = duckdb.connect({warehouse!r}); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert main([]) == 2
    finally:
        holder.kill()
        holder.wait()
    said = capfd.readouterr().err
    assert "is a build running?" in said
    assert f"PID {holder.pid}" in said


def test_refused_build_prints_only_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("WAREHOUSE_PATH", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, str(tmp_path / name))
    assert main(["--vars", "{list_lenght: 3}"]) == 2
    said = capfd.readouterr()
    assert "list_lenght is unknown. Did you mean list_length?" in said.err
    assert said.out == ""
