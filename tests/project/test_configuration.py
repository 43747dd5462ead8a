"""Vars: one table defines dbt_project.yml, the reference page and the checks; an invalid var stops a run before it builds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT, Run, run_dbt
from warehouse_operations import configuration

SECTIONS = configuration.public_vars()
ROWS = {name: row for rows in SECTIONS.values() for name, row in rows.items()}
PREFIXES = {  # capability: the prefix of its vars
    "evaluation": "evaluation_",
    "fairness": "fairness_",
    "experiments": "experiment_",
    "outcomes": "outcome_",
    "quality": "quality_",
    "catalogue": "catalogue_",
    "profiles": "profile_",
    "private_releases": "private_",
    "tuning": "tuning_",
}
FEW = ("build", "--select", "session_positions")  # the checks run before this one seed


def texts(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """Yield the project files that dbt reads, with their text."""
    for folder in ("models", "macros", "python_models", "tests"):
        for file in sorted((PROJECT / folder).rglob("*")):
            if file.suffix in suffixes:
                yield file, file.read_text()
    yield PROJECT / "dbt_project.yml", (PROJECT / "dbt_project.yml").read_text()
    yield PROJECT / "profiles.yml", (PROJECT / "profiles.yml").read_text()


def test_generated_files_are_up_to_date() -> None:
    assert list(configuration.outdated()) == [], "run `make reference`"


def test_vars_are_at_most_100_and_each_is_documented() -> None:
    assert len(ROWS) <= 100
    for name, row in ROWS.items():
        assert row["comment"].strip(), name
        assert row["accepts"].strip(), name
        assert "default" in row, name


def test_defaults_equal_those_of_dbt_project_yml() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    assert project == {name: row["default"] for name, row in ROWS.items()}


def test_only_vars_of_a_capability_have_its_prefix() -> None:
    assert {name.removeprefix("enable_") for name in SECTIONS["switches"]} == PREFIXES.keys()
    for section, rows in SECTIONS.items():
        for name in rows:
            if section in PREFIXES:
                assert name.startswith(PREFIXES[section]), name
            else:
                assert not name.startswith(tuple(PREFIXES.values())), name


def test_every_read_var_is_declared_and_every_declared_var_is_read() -> None:
    read, partial_names = set(), set()  # whole names, and prefixes that an expression completes
    for file, text in texts(".sql", ".yml"):
        if file.parent.name != "configuration":
            for name, is_beginning in re.findall(r"""\b(?:var|list_setting)\(\s*["'](\w+)["']\s*(~?)""", text):
                (partial_names if is_beginning else read).add(name)
    assert sorted(read - ROWS.keys()) == []
    tools = "".join(file.read_text() for file in (PROJECT / "warehouse_operations").rglob("*.py"))
    unread = [
        name for name in ROWS if name not in read and not name.startswith(tuple(partial_names)) and f'["{name}"]' not in tools
    ]
    assert unread == []


def test_unit_tests_override_only_declared_vars() -> None:
    overridden = {
        (file.name, name)
        for file, text in texts(".yml")
        if file.parent.name == "unit_tests"
        for test in yaml.safe_load(text)["unit_tests"]
        for name in test.get("overrides", {}).get("vars", {})
    }
    assert len(overridden) > 10
    assert sorted((file, name) for file, name in overridden if name not in ROWS) == []


def test_dataset_files_set_only_declared_vars() -> None:
    for file in (PROJECT / "datasets").glob("*.yml"):
        assert yaml.safe_load(file.read_text()).keys() <= ROWS.keys(), file.name


REFUSED = {
    "unknown names": (
        {"repeat_polcy": "never", "als_factor": 32},
        ["repeat_polcy is unknown. Did you mean repeat_policy?", "als_factor is unknown. Did you mean als_factors?"],
    ),
    "values that are not accepted": (
        {
            "ranking_method": "stackd",
            "as_of": "30/06/2025",
            "list_length": "10",
            "diversity_lambda": 1.01,
            "evaluation_ks": [10, 0],
        },
        [
            'ranking_method is "stackd". Accepted: auto | weighted | stacked | cascade.',
            'as_of is "30/06/2025". Accepted: timestamp | null (UTC',
            'list_length is "10". Accepted: integer >= 1 (products).',
            "diversity_lambda is 1.01. Accepted: number >= 0 <= 1.",
            "evaluation_ks is [10, 0]. Accepted: list of integer >= 1",
        ],
    ),
    "vars that contradict each other": (
        {
            "list_length": 200,
            "excluded_sources": ["alls", "popularity"],
            "fairness_attribute": "gendr",
            "shop_time_zone": "Berlin's",
            "als_backend": "spark",
            "als_start": "frozen",
        },
        [
            'shop_time_zone is "Berlin\'s". Accepted: the name of an IANA time zone, such as Europe/Berlin.',
            "pool_depth is 50. Accepted: at least list_length and the longest of evaluation_ks.",
            'excluded_sources is ["alls", "popularity"]. Accepted: some of popularity, als, spectral',
            'excluded_sources is ["alls", "popularity"]. Accepted: not popularity',
            'als_backend is "spark". Accepted: implicit, unless the target is Spark.',
            'als_start is "frozen". Accepted: svd or random with als_backend spark',
            'fairness_attribute is "gendr". Accepted: gender, age, country, occupation (customer side of the seed',
        ],
    ),
    "a var of a disabled capability": (
        {"enable_private_releases": False, "private_epsilon": 2.0},
        ["private_epsilon is 2.0, but enable_private_releases is false. Accepted: 1.0, or enable_private_releases true."],
    ),
    "a var of the core whose seam is off": (
        {"enable_evaluation": False, "value_weight": 0.5},
        ["value_weight is 0.5. Accepted: 0, or enable_evaluation true, because evaluation calibrates the probabilities."],
    ),
    "a var of a capability that is off because another one is off": (
        {"enable_evaluation": False, "fairness_debias_strength": 0.5},
        ["fairness_debias_strength is 0.5, but enable_evaluation is false. Accepted: 0, or enable_evaluation true."],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_vars_are_refused_with_the_accepted_values(case: str, tmp_path: Path) -> None:
    variables, expected = REFUSED[case]
    refused(run_dbt(tmp_path, *FEW, variables=variables, is_parsed_without=True), expected)


def refused(run: Run, expected: list[str]) -> None:
    assert not run.succeeded
    assert "Traceback" not in run.output
    assert "START seed" not in run.output
    message = " ".join(run.output.split())
    for part in expected:
        assert part in message, run.output


def test_wrong_types_of_all_vars_are_reported_together(tmp_path: Path) -> None:
    """Fails if dbt calculates with a var while it parses: a wrong type would then end in an arithmetic error."""
    others = {"dataset", "raw_path", "raw"}  # parsing needs them for the profile and the sources, before any check can run
    variables = {
        name: "wrong" if re.match("integer|number", row["accepts"]) else 7
        for name, row in ROWS.items()
        if name not in others | SECTIONS["switches"].keys()
    }
    expected = [f"- {name} is {json.dumps(value)}. Accepted: " for name, value in variables.items()]
    assert run_dbt(tmp_path, "parse", variables=variables).succeeded
    refused(run_dbt(tmp_path, *FEW, variables=variables, is_parsed_without=True), expected)


@pytest.mark.parametrize("horizon_days", [1, 3])
def test_short_horizon_needs_no_other_var(horizon_days: int, tmp_path: Path) -> None:
    """Fails if a rule refuses one default in combination with another."""
    run = run_dbt(tmp_path, *FEW, variables={"horizon_days": horizon_days})
    assert run.succeeded, run.output
