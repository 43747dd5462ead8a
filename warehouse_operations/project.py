"""The dbt project that the tools belong to: where it is, and the vars of a run as dbt puts them together."""

from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[1]


def build_vars(given: str) -> dict[str, Any]:
    """The vars of a build: those of dbt_project.yml, and over them what the command line gives as YAML."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    return {**project, **(yaml.safe_load(given) or {})}
