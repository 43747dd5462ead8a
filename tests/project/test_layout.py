"""The top level has few folders, and the numerics import no engine."""

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT

OF_DBT = {"models", "macros", "seeds", "python_models", "tests"}
MOST_OTHERS = 6
MOST_UNIT_TEST_LINES = 400
WRITTEN = {"warehouse", "published", "target", "logs"}  # folders that builds write; not in the repository
ENGINES = {"dbt", "duckdb", "pyspark", "warehouse_operations"}
OF_SPARK = ("frames.py", "spark_als.py")  # the types of Spark's rows, and Spark ML
NUMERICS = sorted((PROJECT / "python_models" / "warehouse_recommender").rglob("*.py"))


def imported(text: str) -> set[str]:
    """Return the top-level packages that a module imports."""
    nodes = list(ast.walk(ast.parse(text)))
    whole = {alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return whole | {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def test_top_level_has_dbt_folders_and_at_most_six_others() -> None:
    folders = {path.name for path in PROJECT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))} - WRITTEN
    assert folders >= OF_DBT
    assert len(folders - OF_DBT) <= MOST_OTHERS, folders - OF_DBT


@pytest.mark.parametrize("path", NUMERICS, ids=lambda path: str(path.relative_to(NUMERICS[0].parent)))
def test_numerics_import_no_engine(path: Path) -> None:
    assert imported(path.read_text()) & ENGINES == ({"pyspark"} if path.name in OF_SPARK else set())


def test_engine_imports_are_detected() -> None:
    assert imported("def f():\n    from dbt.adapters import x\nimport duckdb, numpy.linalg") == {"dbt", "duckdb", "numpy"}


def test_files_of_unit_tests_stay_navigable() -> None:
    files = [*PROJECT.glob("models/**/unit_tests/*.yml")]
    assert len(files) > 100, "the pattern finds the files"
    lengths = {path.name: len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > MOST_UNIT_TEST_LINES} == {}
