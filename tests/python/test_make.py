"""Values given to make reach the tools unchanged, whatever they contain; the shell neither runs nor splits them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)
(PASSED,) = re.findall(r"\$\(foreach name,([A-Z \\\n\t]+),", MAKEFILE)
VARIABLES = [name for name in PASSED.split() if name != "\\"]
CANARY = "canary"
HOSTILE = f"""O'Brien "x"; touch {CANARY}; $(touch {CANARY}) `touch {CANARY}` $(shell touch {CANARY}) ${{HOME}} $$ # | > {CANARY}
, customer: "zz\\"""
TOOLS = ("python", "uv", "dbt", "ruff", "pytest", "sqlfluff")
STUB = """#!/bin/bash
printf '%s\\0' "${0##*/}" "$@" >> record; printf '\\n' >> record
env -0 > environment
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the project's Makefile, in which scripts that record their calls replace the tools."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in TOOLS:
        tool = tmp_path / ".venv" / "bin" / name
        tool.write_text(STUB)
        tool.chmod(0o755)
    for name in (".installed", ".tuning", ".spark"):
        (tmp_path / ".venv" / name).touch()
    return tmp_path


def make(
    folder: Path, targets: list[str], values: dict[str, str], is_environment: bool
) -> tuple[list[list[str]], dict[str, str]]:
    """Run targets; return the calls of tools with their arguments, and the environment of the last call."""
    given = [] if is_environment else [f"{name}={value}" for name, value in values.items()]
    environment = {**os.environ, **(values if is_environment else {})}
    subprocess.run(["make", "--keep-going", *targets, *given], cwd=folder, env=environment, capture_output=True, check=False)
    calls = [call.split("\0") for call in (folder / "record").read_text().split("\0\n") if call]
    seen = (folder / "environment").read_text().split("\0")
    return calls, dict(entry.split("=", 1) for entry in seen if "=" in entry)


def test_recipe_variables_are_passed_by_the_environment() -> None:
    """Fails if make expands a user's variable in a recipe, where the shell would run its content."""
    stated = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE)) - {"PYTHON"}
    asked = set(re.findall(r"[\[ ]([A-Z]{1,})=", " ".join(re.findall(r"##.*", MAKEFILE))))
    assert stated | asked <= set(VARIABLES)
    for name in VARIABLES:
        uses = re.findall(rf"^\t.*\$\({name}\).*", MAKEFILE, re.MULTILINE)
        assert all(f"$(if $({name})," in use and use.count(f"$({name})") == 1 for use in uses), uses


@pytest.mark.parametrize("is_environment", [False, True])
def test_hostile_values_are_not_executed(is_environment: bool, folder: Path) -> None:
    calls, _ = make(folder, TARGETS, dict.fromkeys(VARIABLES, HOSTILE), is_environment)
    assert not list(folder.rglob(CANARY))
    assert len(calls) >= len(TARGETS)


@pytest.mark.parametrize("target", ["build", "reidentify", "export", "rollback", "tune", "dashboard", "metrics"])
def test_hostile_values_reach_the_tools_unchanged(target: str, folder: Path) -> None:
    calls, environment = make(folder, [target], dict.fromkeys(VARIABLES, HOSTILE), False)
    assert {name: environment[name] for name in VARIABLES} == dict.fromkeys(VARIABLES, HOSTILE)
    plain = {argument for call in calls for argument in call} - {HOSTILE}
    assert not [argument for argument in plain if "Brien" in argument]
    assert (HOSTILE in calls[-1]) is (target in ("build", "rollback", "tune", "dashboard"))
