"""Vars: one table, of which dbt_project.yml, the page and the checks of a run are made; a run with a wrong var stops before a build."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import PROJECT, run_dbt
from warehouse_operations import configuration

SECTIONS = configuration.public_vars()
ROWS = {name: row for rows in SECTIONS.values() for name, row in rows.items()}
PREFIXES = {  # of the vars of each capability
    "evaluation": "evaluation_",
    "fairness": "fairness_",
    "experiments": "experiment_",
    "quality": "quality_",
    "catalogue": "catalogue_",
    "profiles": "profile_",
    "private_releases": "private_",
    "tuning": "tuning_",
}
FEW = ("build", "--select", "session_positions")  # the checks run before the one seed


def texts(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """Files of the project that dbt reads."""
    for folder in ("models", "macros", "python_models", "tests"):
        for file in sorted((PROJECT / folder).rglob("*")):
            if file.suffix in suffixes:
                yield file, file.read_text()
    yield PROJECT / "dbt_project.yml", (PROJECT / "dbt_project.yml").read_text()
    yield PROJECT / "profiles.yml", (PROJECT / "profiles.yml").read_text()


def test_files_say_what_the_table_says() -> None:
    assert list(configuration.outdated()) == [], "run `make vars`"


def test_there_are_at_most_90_vars_each_with_a_comment() -> None:
    assert len(ROWS) <= 90
    for name, row in ROWS.items():
        assert row["comment"].strip(), name
        assert row["accepts"].strip(), name
        assert "default" in row, name


def test_defaults_are_those_of_dbt_project() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    assert project == {name: row["default"] for name, row in ROWS.items()}


def test_vars_of_a_capability_have_its_prefix_and_others_have_none() -> None:
    assert {name.removeprefix("enable_") for name in SECTIONS["switches"]} == PREFIXES.keys()
    for section, rows in SECTIONS.items():
        for name in rows:
            if section in PREFIXES:
                assert name.startswith(PREFIXES[section]), name
            else:
                assert not name.startswith(tuple(PREFIXES.values())), name


def test_every_var_that_is_read_is_in_the_table_and_every_var_of_the_table_is_read() -> None:
    read = {
        name: file
        for file, text in texts(".sql", ".yml")
        for name in re.findall(r"""\bvar\(\s*\\?["'](\w+)\\?["']""", text)
        if file.parent.name != "configuration"
    }
    assert {name: str(file) for name, file in read.items() if name not in ROWS} == {}
    # consents are read by their kind
    spelt = {f"consent_default_{kind}" for kind in ("personalisation", "analytics", "marketing")}
    assert sorted(ROWS.keys() - read.keys() - spelt) == []


def test_unit_tests_override_vars_of_the_table_only() -> None:
    overridden = {
        (file.name, name)
        for file, text in texts(".yml")
        if file.parent.name == "unit_tests"
        for test in yaml.safe_load(text)["unit_tests"]
        for name in test.get("overrides", {}).get("vars", {})
    }
    assert len(overridden) > 10
    assert sorted((file, name) for file, name in overridden if name not in ROWS) == []


def test_data_set_files_set_vars_of_the_table_only() -> None:
    for file in (PROJECT / "datasets").glob("*.yml"):
        assert yaml.safe_load(file.read_text()).keys() <= ROWS.keys(), file.name


REFUSED = {
    "unknown name": ({"repeat_polcy": "never"}, ["repeat_polcy is unknown. Did you mean repeat_policy?"]),
    "unknown value": ({"ranking_method": "stackd"}, ['ranking_method is "stackd". Accepted: auto | weighted | stacked | cascade.']),
    "day first": ({"as_of": "30/06/2025"}, ['as_of is "30/06/2025". Accepted: timestamp | null (UTC']),
    "day that no month has": ({"as_of": "2025-06-31"}, ['as_of is "2025-06-31". Accepted: timestamp | null']),
    "value of another type": ({"list_length": "10"}, ['list_length is "10". Accepted: integer >= 1']),
    "fraction": ({"list_length": 2.5}, ["list_length is 2.5. Accepted: integer >= 1"]),
    "boolean for a number": ({"als_alpha": True}, ["als_alpha is true. Accepted: number > 0."]),
    "text for a boolean": ({"private_release": "no"}, ['private_release is "no". Accepted: boolean.']),
    "value out of range": ({"diversity_lambda": 1.01}, ["diversity_lambda is 1.01. Accepted: number >= 0 <= 1."]),
    "value at an open end": ({"als_regularization": 0}, ["als_regularization is 0. Accepted: number > 0."]),
    "element of a list": ({"evaluation_ks": [10, 0]}, ["evaluation_ks is [10, 0]. Accepted: list of integer >= 1"]),
    "vars that contradict each other": (
        {"list_length": 200, "excluded_sources": ["alls"], "reopen_days": 56},
        [
            "candidates_per_source is 100. Accepted: at least list_length and the longest of evaluation_ks.",
            "assembly_depth is 50. Accepted: at least list_length.",
            'excluded_sources is ["alls"]. Accepted: some of popularity, als, spectral',
            "reopen_days is 56. Accepted: below (1 + backtest_cutoffs + tune_cutoffs) * horizon_days",
        ],
    ),
    "the source that serves everybody excluded": (
        {"excluded_sources": ["popularity"]},
        ['excluded_sources is ["popularity"]. Accepted: not popularity'],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_before_a_build_with_what_is_accepted(case: str, tmp_path: Path) -> None:
    variables, expected = REFUSED[case]
    refused(tmp_path, variables, expected)


def refused(folder: Path, variables: dict[str, Any], expected: list[str]) -> None:
    run = run_dbt(folder, *FEW, variables=variables)
    assert not run.succeeded
    assert "Traceback" not in run.output
    assert "START" not in run.output.replace("START hook", "")
    message = " ".join(run.output.split())
    for part in expected:
        assert part in message, run.output


def wrong(accepts: str) -> Any:
    """A value of a type that is not accepted."""
    return 7 if any(word in accepts for word in ("text", "list", "timestamp", "mapping", "boolean")) else "wrong"


def test_wrong_types_of_all_vars_at_once_are_all_reported(tmp_path: Path) -> None:
    """Catches a var that dbt calculates with while it parses, so that a wrong type ends in an error of the calculation."""
    others = {"dataset", "raw_path", "raw"}  # the profile and the sources are made of them before anything can check them
    switches = set(SECTIONS["switches"])
    variables = {name: wrong(row["accepts"]) for name, row in ROWS.items() if name not in others | switches}
    expected = [f"- {name} is {'7' if value == 7 else chr(34) + value + chr(34)}. Accepted: " for name, value in variables.items()]
    refused(tmp_path, variables, expected)


def test_a_var_of_a_capability_that_is_off_is_refused(tmp_path: Path) -> None:
    variables = {"enable_private_releases": False, "private_epsilon": 2.0}
    refused(tmp_path, variables, ["private_epsilon is 2.0, but enable_private_releases is false. Accepted: 1.0, or enable_private_"])


@pytest.mark.parametrize("as_of", ["2025-06-30", "2025-06-30 12:30", "2025-06-30T12:30:59"])
def test_moments_are_accepted(as_of: str, tmp_path: Path) -> None:
    run = run_dbt(tmp_path, *FEW, variables={"as_of": as_of})
    assert run.succeeded, run.output
