"""Each capability can be switched off. The rest parses, builds, publishes and names the switch of what is missing."""

import json
import re
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
import yaml

from tests import conftest
from tests.conftest import PROJECT, Run, publish, run_dbt
from tests.project.test_bad_input import shop, some_lines
from tests.project.test_dashboard_page import notes
from tests.project.test_manifest import foreign_references, part, resources
from tests.python.test_dashboard import payload
from warehouse_operations.dashboard.page import build
from warehouse_operations.dashboard.panels import load_panels, load_sections

PANELS = PROJECT / "dashboard"
READERS = {"evaluation": {"fairness", "outcomes"}}  # capability: the capabilities that are off when it is off
CAPABILITIES = {path.name for path in (PROJECT / "models" / "capabilities").iterdir() if path.is_dir()}
ALL_OFF = {f"enable_{name}": False for name in sorted(CAPABILITIES)}
LISTS = ("recommendations", "recommendation_reasons", "recommendation_evidence", "short_lists", "marketing_recommendations")


def parts(manifest: dict) -> set[str]:
    """Return the capabilities in the graph, and the core, ignoring macros and groups."""
    return {part(found) for found in resources(manifest).values() if found["resource_type"] != "macro"} - {""}


switches = pytest.mark.xdist_group("switches")  # the tests share switches, so that one worker parses the project once


@switches
@pytest.mark.parametrize("name", sorted(CAPABILITIES))
def test_disabled_capability_is_absent_from_the_graph(name: str, tmp_path: Path) -> None:
    run = run_dbt(tmp_path, "run-operation", "check_capabilities", variables={f"enable_{name}": False})
    assert run.succeeded, run.output
    manifest = json.loads((run.target / "manifest.json").read_text())
    assert parts(manifest) == {"core", *CAPABILITIES} - {name} - READERS.get(name, set())
    assert foreign_references(resources(manifest)) == []


@pytest.fixture(scope="module")
def core_build(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo store built without any capability."""
    run = run_dbt(tmp_path_factory.mktemp("core"), "build", "--exclude-resource-type", "unit_test", variables=ALL_OFF)
    assert run.succeeded, run.output
    status, said = publish(run)
    assert status == 0, said
    return run


def test_core_build_publishes_the_same_lists_as_the_whole_build(core_build: Run, demo_build: Run) -> None:
    assert parts(json.loads((core_build.target / "manifest.json").read_text())) == {"core"}
    assert "Capabilities that are off: evaluation, fairness, experiments, outcomes, quality" in core_build.output
    for table in LISTS:
        query = f"select * from marts.{table} order by all"
        published = core_build.published / "recommendations.duckdb"
        with duckdb.connect(str(published), read_only=True) as connection:
            found = connection.execute(query).fetchall()
        assert found == demo_build.query(query), table


def test_dashboard_of_the_core_names_the_switch_of_each_missing_panel(core_build: Run) -> None:
    text = build(core_build.published, PANELS, 3)
    off = [panel for panel in load_panels(PANELS, load_sections(PANELS)) if panel.part != "core"]
    silent = notes(text)
    assert {panel.name for panel in off} == silent.keys()
    for panel in off:
        switch = "enable_evaluation" if panel.part in READERS["evaluation"] else f"enable_{panel.part}"
        assert switch in silent[panel.name], panel.name
    assert len(payload(text)["lists"]["customers"]) == 3


REFUSED = {
    "a switch that is not a boolean": ({"enable_quality": "no"}, 'enable_quality is "no". Accepted: boolean'),
    "a capability without the capability it reads": (
        {"enable_fairness": True, "enable_evaluation": False},
        "enable_fairness is true, but enable_evaluation is false, and fairness reads evaluation",
    ),
    "a seam of a capability that is off": (
        {"enable_evaluation": False, "fairness_debias_strength": 0.5},
        "fairness_debias_strength is 0.5, but enable_evaluation is false. Accepted: 0, or enable_evaluation true",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_switches_are_refused_with_a_helpful_message(case: str, tmp_path: Path) -> None:
    variables, message = REFUSED[case]
    run = run_dbt(tmp_path, "run", "--select", "as_of", variables=variables)
    assert not run.succeeded
    assert message in " ".join(run.output.split())
    assert " OK created " not in run.output


def test_switch_set_only_in_dbt_project_yml_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in PROJECT.iterdir():
        if path.name not in ("dbt_project.yml", "target", "logs", ".git"):
            (project / path.name).symlink_to(path)
    text = (PROJECT / "dbt_project.yml").read_text()
    changed = re.sub(r"(?m)^  enable_quality: true", "  enable_quality: false", text)
    assert changed != text
    (project / "dbt_project.yml").write_text(changed)
    with mock.patch.object(conftest, "PROJECT", project):
        run = run_dbt(tmp_path, "run", "--select", "as_of")
    assert not run.succeeded
    message = " ".join(run.output.split())
    assert "enable_quality is False in dbt_project.yml, but dbt reads switches from the command line only" in message
    assert '--vars "enable_quality: false"' in message


@switches
def test_mapping_of_a_mart_is_refused(tmp_path: Path) -> None:
    """This includes a mart of a capability that is off: an earlier build may have left its table."""
    variables: dict[str, Any] = shop(tmp_path, some_lines()) | {"enable_experiments": False}
    variables["raw"]["impressions"] = {"relation": "marts.experiment_arms"}
    run = run_dbt(tmp_path, "run", "--select", "as_of", variables=yaml.safe_load(yaml.safe_dump(variables)))
    assert not run.succeeded
    assert "relation marts.experiment_arms is in a schema that this project writes" in " ".join(run.output.split())
