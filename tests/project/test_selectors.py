"""Which nodes each selector runs, and what is said of their times."""

import contextlib
import json
import os
from pathlib import Path
from unittest import mock

import pytest

from tests.conftest import PROJECT, Run
from warehouse_publishing.timings import main, nodes_by_selector


def test_selectors_hold_what_they_say(demo_build: Run, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    with mock.patch.dict(os.environ, WAREHOUSE_PATH=str(demo_build.warehouse)), contextlib.chdir(PROJECT):
        listed = nodes_by_selector(str(tmp_path))
    with mock.patch("warehouse_publishing.timings.nodes_by_selector", return_value=listed):
        status = main(demo_build.warehouse, str(tmp_path))
    manifest = json.loads((demo_build.target / "manifest.json").read_text())
    tested = {name for name in manifest["nodes"] if name.split(".")[0] in ("model", "seed", "test")}
    assert listed["weekly"] == tested | set(manifest["unit_tests"])
    left_out = listed["weekly"] - listed["daily"]
    assert {name for name in left_out if name.startswith("model.")} == {"model.warehouse_recommender.backtest_results"}
    assert all("backtest_results" in name for name in left_out)
    features = {name for name in listed["features"] if name.startswith("model.")}
    assert {"model.warehouse_recommender.customer_features", "model.warehouse_recommender.stg_order_lines"} <= features
    assert "model.warehouse_recommender.recommendations" not in features
    assert listed["fairness"] <= listed["weekly"]
    assert status == 0
    said = capfd.readouterr().out
    assert all(f"  {name} " in said for name in listed)
