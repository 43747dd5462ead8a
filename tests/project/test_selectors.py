"""Which nodes each selector runs, and what is said of their times."""

import contextlib
import json
import os
import re
from pathlib import Path
from unittest import mock

import pytest
import yaml

from tests.conftest import PROJECT, Run
from warehouse_operations.publishing.timings import BEGIN, END, main, nodes_by_selector, with_table


def test_selectors_hold_what_they_say(demo_build: Run, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    with mock.patch.dict(os.environ, WAREHOUSE_PATH=str(demo_build.warehouse)), contextlib.chdir(PROJECT):
        listed = nodes_by_selector(str(tmp_path))
    with mock.patch("warehouse_operations.publishing.timings.nodes_by_selector", return_value=listed):
        page = tmp_path / "page.md"
        page.write_text(f"before\n{BEGIN}\n| `daily` | 1 s |\n{END}\nafter\n")
        status = main(demo_build.warehouse, str(tmp_path), page)
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
    written = page.read_text()
    assert written.startswith(f"before\n{BEGIN}\n")
    assert written.endswith(f"{END}\nafter\n")
    assert set(selectors_timed(written)) == set(listed)
    assert selectors_timed(written)["features"] < selectors_timed(written)["daily"] <= selectors_timed(written)["weekly"]


def selectors_timed(page: str) -> dict[str, int]:
    """Seconds by selector in the table of a page."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    return {name: int(seconds) for name, seconds in re.findall(r"^\| `(\w+)` \| (\d+) s \|$", table, re.MULTILINE)}


def test_the_readme_names_the_time_of_each_selector() -> None:
    selectors = yaml.safe_load((PROJECT / "selectors.yml").read_text())["selectors"]
    assert list(selectors_timed((PROJECT / "README.md").read_text())) == [selector["name"] for selector in selectors]


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no lines"):
        with_table("nothing", {"daily": 1.0})
