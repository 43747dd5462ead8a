"""A Spark session on this machine for tests, or a reason to skip them."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ON_ONE_WORKER = pytest.mark.xdist_group("spark")  # one JVM for all tests


def reason_without_spark() -> str | None:
    """Return what is missing for Spark, or None."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("dbt.adapters.spark") is None:
        return "pyspark and dbt-spark are not installed (extra `spark`)"
    return None if shutil.which("java") else "Java is not installed"


def sessions(folder: Path) -> Iterator[Any]:
    """Yield a session as dbt-spark starts it, with two cores and a catalogue in memory; stop it afterwards.

    Spark does not compile whole stages, which takes longer than running on the few rows of a test.
    """
    if reason := reason_without_spark():
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "4g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": ":".join(sys.path),
        "spark.pyspark.python": sys.executable,
        "spark.sql.ansi.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")  # the tests see the exceptions
    yield session
    session.stop()
