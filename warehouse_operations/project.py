"""The dbt project: its folder, its data sets, and the vars of a run as dbt combines them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[1]
DATA_SETS = PROJECT / "datasets"
NAMES_OF_THE_ENGINE = ("main", "temp", "system")  # DuckDB names a database after its file, and reserves these names


class DataSetError(Exception):
    """A data set that can't be used; the message states the reason and the remedy."""


@dataclass(frozen=True)
class DataSet:
    """A data set: its name, the vars of its runs, and the paths of its warehouse and releases, as in profiles.yml.

    The warehouse is a DuckDB file or, on Spark, a folder.
    """

    name: str
    variables: dict[str, Any]
    warehouse: str
    published: str


def build_vars(given: str) -> dict[str, Any]:
    """The vars of a build: those of dbt_project.yml, overridden by those of the command line, given as YAML."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    return {**project, **(yaml.safe_load(given) or {})}


def data_set(name: str, raw: str = "", is_tuned: bool = False) -> DataSet:
    """Read the file of a data set.

    Parameters
    ----------
    name
        Name of the data set and of its file in ``DATA_SETS``, without ``.yml``.
    raw
        Folder that replaces <raw_path>; empty if the file sets it or needs none.
    is_tuned
        Whether to add the vars that make tune chose.

    Raises
    ------
    DataSetError
        If there is no such file, or if it can't be used.
    """
    file, tuned = DATA_SETS / f"{name}.yml", DATA_SETS / f"{name}.tuned.yml"
    if not file.is_file() or file.name != f"{name}.yml":  # a name, not a path to another folder
        names = sorted(path.stem for path in DATA_SETS.glob("*.yml") if not path.stem.endswith(".tuned"))
        raise DataSetError(f"No mapping file datasets/{name}.yml. Available data sets: {', '.join(names)}.")
    if is_tuned and not tuned.is_file():
        raise DataSetError(f"No datasets/{name}.tuned.yml. Write it with: make tune DATASET={name}.")
    variables = {"dataset": name, **_read(file), **(_read(tuned) if is_tuned else {})}
    if variables["dataset"] != name:
        raise DataSetError(
            f"datasets/{name}.yml sets `dataset: {variables['dataset']}`. The data set needs the name of its file."
        )
    if raw:
        variables["raw_path"] = raw
    given = os.environ.get(warehouse_variable())
    if not on_spark() and (problem := name_problem(given or f"{name}.duckdb")):
        raise DataSetError(problem)
    beside = f"{os.path.dirname(given)}/" if given and os.path.dirname(given) else ""
    published = os.environ.get("PUBLISHED_PATH") or f"{beside}published" + ("" if name == "demo" else f"/{name}")
    # Executors run in other folders.
    default = str(PROJECT / "warehouse" / f"{name}.spark") if on_spark() else f"warehouse/{name}.duckdb"
    return DataSet(name, variables, given or default, published)


def on_spark() -> bool:
    """Whether commands build on Apache Spark."""
    return os.environ.get("DBT_TARGET") == "spark"


def warehouse_variable() -> str:
    """Name of the environment variable with the path of the database or, on Spark, of the folder of the tables."""
    return "SPARK_WAREHOUSE" if on_spark() else "WAREHOUSE_PATH"


def name_problem(warehouse: str) -> str:
    """Return why a database path can't be used, empty if it can."""
    name = os.path.basename(warehouse).partition(".")[0]
    if name.lower() in NAMES_OF_THE_ENGINE:
        return f"A database can't be named {name}, because DuckDB reserves that name. Rename the data set or the file."
    if {"'", '"', ";"} & set(name):
        return (
            f"A database can't be named {name}: dbt can't use names with quotes or semicolons. Rename the data set or the file."
        )
    return ""


def needs_folder(variables: dict[str, Any]) -> bool:
    """Whether the mapping uses <raw_path> and no var sets that folder; the demo has its own folder."""
    files = [mapping.get("file") or "" for mapping in variables.get("raw", {}).values() if isinstance(mapping, dict)]
    return variables["dataset"] != "demo" and not variables.get("raw_path") and any("<raw_path>" in str(file) for file in files)


def _read(file: Path) -> dict[str, Any]:
    name = f"datasets/{file.name}"
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataSetError(f"{name} is not valid YAML: {error}") from error
    except OSError as error:
        raise DataSetError(f"{name} can't be read: {error.strerror}.") from error
    if not isinstance(values, dict):
        raise DataSetError(f"{name} must contain vars, one `name: value` per line.")
    return values
