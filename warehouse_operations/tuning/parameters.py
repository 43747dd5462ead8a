"""Tuned parameters and current values: vars as dbt combines them, and model settings as their YAML defines them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2.nativetypes import NativeEnvironment

from warehouse_operations.project import PROJECT

SEED = PROJECT / "seeds" / "reference" / "capabilities" / "tuning" / "tuning_ranges.csv"
SCALES = ("linear", "log")


@dataclass(frozen=True)
class Range:
    """Search range of a parameter: a row of the seed tuning_ranges."""

    study: str
    parameter: str
    lowest: float
    highest: float
    scale: str
    is_whole: bool
    grid_points: int

    def number(self, value: float) -> float | int:
        """The value in the type that the models expect."""
        return round(value) if self.is_whole else float(value)

    def including(self, value: float) -> "Range":
        """The range, widened to include the value that the build uses now."""
        return Range(
            self.study,
            self.parameter,
            min(self.lowest, value),
            max(self.highest, value),
            self.scale,
            self.is_whole,
            self.grid_points,
        )

    def grid(self) -> list[float | int]:
        """``grid_points`` values from lowest to highest, evenly spaced on the scale."""
        steps = [n / max(1, self.grid_points - 1) for n in range(self.grid_points)]
        if self.scale == "log":
            values = [self.lowest * (self.highest / self.lowest) ** step for step in steps]
        else:
            values = [self.lowest + (self.highest - self.lowest) * step for step in steps]
        return sorted({self.number(min(value, self.highest)) for value in values})


def ranges(file: Path, studies: Mapping[str, Any], known: Mapping[str, Any]) -> list[Range]:
    """Read the search ranges.

    Raises
    ------
    ValueError
        If a row names an unknown study or var, or if its bounds are empty.
    """
    found = []
    for line, row in enumerate(csv.DictReader(file.read_text().splitlines()), start=2):
        where = f"{file.name}, line {line}"
        if row["study"] not in studies:
            raise ValueError(f"{where}: unknown study '{row['study']}'. Accepted: {', '.join(studies)}.")
        if row["parameter"] not in known:
            raise ValueError(f"{where}: '{row['parameter']}' is not a var of dbt_project.yml.")
        lowest, highest = float(row["lowest"]), float(row["highest"])
        if row["scale"] not in SCALES or not lowest < highest or (row["scale"] == "log" and lowest <= 0):
            raise ValueError(
                f"{where}: scale '{row['scale']}', {lowest} to {highest}. Accepted: {' or '.join(SCALES)}, lowest below highest, "
                "and above 0 if the scale is log."
            )
        is_whole, points = row["is_whole"].lower() == "true", int(row["grid_points"])
        found.append(Range(row["study"], row["parameter"], lowest, highest, row["scale"], is_whole, points))
    return found


def model_settings(variables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """config.meta of each Python model under these vars, read from its YAML rather than repeated here."""
    environment = NativeEnvironment()

    def rendered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rendered(inner) for key, inner in value.items()}
        return environment.from_string(value).render(var=variables.__getitem__) if isinstance(value, str) else value

    return {
        model["name"]: rendered(model.get("config", {}).get("meta", {}))
        for file in sorted((PROJECT / "python_models").rglob("*.yml"))
        for model in yaml.safe_load(file.read_text())["models"]
    }
