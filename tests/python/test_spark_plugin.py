"""The dbt plugin for Spark is loaded, changes dbt-spark as intended, and explains problems in a sentence; no test needs Java."""

import gzip
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pytest
from dbt.plugins.manager import PluginManager
from dbt.version import get_installed_version
from dbt_common.exceptions import DbtRuntimeError

import dbt_warehouse_recommender_spark as spark
from warehouse_operations.privacy.pseudonyms import given_key, pseudonym, pseudonym_of


def test_dbt_loads_the_plugin() -> None:
    assert "dbt_warehouse_recommender_spark" in PluginManager.get_prefixed_modules()
    assert get_installed_version().to_version_string(skip_matcher=True).startswith("1.11.")  # dbt calls its plugins experimental


def test_plugin_adds_a_helper_for_python_models_of_sessions_only() -> None:
    pytest.importorskip("dbt.adapters.spark", reason="dbt-spark is not installed (extra `spark`)")
    from dbt.adapters.spark import session
    from dbt.adapters.spark.impl import SparkAdapter

    spark.Plugin("warehouse_recommender")
    spark.Plugin("warehouse_recommender")  # a second project in the same process
    assert SparkAdapter.python_submission_helpers.fget(None)["session"] is spark.SessionPythonJobHelper
    assert {"job_cluster", "all_purpose_cluster"} < set(SparkAdapter.python_submission_helpers.fget(None))
    for method, default in (("session", "session"), ("odbc", "all_purpose_cluster")):
        adapter = mock.Mock()
        adapter.config.credentials.method = method
        assert SparkAdapter.default_python_submission_method.fget(adapter) == default
    assert session.Connection is spark.Connection
    assert "kinds_of_files" in SparkAdapter._available_


def test_code_that_dbt_spark_appends_is_replaced() -> None:
    adapter = pytest.importorskip("dbt.include.spark", reason="dbt-spark is not installed (extra `spark`)")
    macros = (Path(adapter.__file__).parent / "macros" / "materializations" / "table.sql").read_text()
    _, _, appended = macros.partition("macro py_write_table(compiled_code, target_relation)")
    compiled = appended.replace("{{ compiled_code }}", "def model(dbt, session): ...")
    compiled = compiled.replace("{{ config.get('file_format', 'delta') }}", "parquet").replace("{{ target_relation }}", "a.b")
    code, table, file_format = spark.model_code(compiled)
    assert (table, file_format) == ("a.b", "parquet")
    assert "def model" in code
    assert "saveAsTable" not in code
    with pytest.raises(DbtRuntimeError, match=r"Install dbt-spark 1\.11"):
        spark.model_code("def model(dbt, session): ...")


def test_missing_java_is_reported(tmp_path: Path) -> None:
    for environment, reason in (
        ({"PATH": str(tmp_path)}, "there is no java on the PATH"),
        ({"JAVA_HOME": "/none"}, "JAVA_HOME is /none"),
    ):
        with mock.patch.dict("os.environ", environment, clear=True):
            assert reason in spark.java_problem()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    with mock.patch.dict("os.environ", {"JAVA_HOME": str(tmp_path)}):
        assert spark.java_problem() is None


@pytest.mark.parametrize("version", ["3.5.9", "4.1.0", "4.3.0"])
def test_other_version_of_spark_is_reported(version: str) -> None:
    assert f"The Spark of the cluster has version {version}, but this project needs 4.0" in spark.version_problem(
        version, "the cluster"
    )


def test_version_in_use_is_accepted() -> None:
    assert spark.version_problem("4.0.5", "the cluster") is None


def test_unreachable_cluster_is_reported() -> None:
    parameters = {"spark.master": "sc://127.0.0.1:1", "spark.sql.warehouse.dir": "none"}
    pytest.importorskip("pyspark", reason="pyspark is not installed (extra `spark`)")
    from pyspark.sql import SparkSession

    with (
        mock.patch.dict("os.environ"),
        mock.patch.object(SparkSession.Builder, "getOrCreate", side_effect=OSError("\nConnection refused\nat x")),
        pytest.raises(spark.SessionProblem, match=r"sc://127\.0\.0\.1:1 does not answer.*Connection refused$"),
    ):
        spark._started(parameters)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            "Caused by: java.io.FileNotFoundException: File file:/raw/a.csv does not exist",
            "An executor can't read file:/raw/a.csv:",
        ),
        ("[FAILED_READ_FILE.FILE_NOT_EXIST] Error reading. File does not exist: file:/raw/b.csv.", "can't read file:/raw/b.csv:"),
        ("[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records: [a,b,c]", "too many or too few values"),
    ],
)
def test_failures_outside_sql_are_explained(error: str, reason: str) -> None:
    assert reason in spark.failure(RuntimeError(error))


def test_errors_in_sql_are_left_alone() -> None:
    assert spark.failure(RuntimeError("[UNRESOLVED_COLUMN] a column cannot be resolved")) is None


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("select 1", ["select 1"]),
        ("drop table a;\ncreate table a as select ';' as b;", ["drop table a", "create table a as select ';' as b"]),
        ("select 'it''s; here' -- no; end\n; select `a;b`", ["select 'it''s; here' -- no; end", "select `a;b`"]),
        (r"select 'it\'s; here'; select '\\'; select 2", [r"select 'it\'s; here'", r"select '\\'", "select 2"]),
        ("-- only a comment;\n ; /* another; */", []),
        ("", []),
    ],
)
def test_statements_are_split_at_semicolons_outside_of_texts(sql: str, parts: list[str]) -> None:
    assert spark.statements(sql) == parts


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_parts_of_a_result_have_all_rows_in_order(rows: int) -> None:
    table = pa.table({"a": pa.array(range(rows), pa.int64())})
    batches = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1))
    with mock.patch.object(spark, "ROWS_PER_WRITE", 2):
        parts = list(spark._parts(batches))
    assert len(parts) == max(1, -(-rows // 2))  # an empty result still creates its table
    assert pa.concat_tables(parts).equals(table)
    assert all(part["a"].num_chunks <= 1 for part in parts), "Spark loses rows of tables with hundreds of small chunks"


def test_files_are_read_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufeffx,y\n1,2\n")
    with gzip.open(tmp_path / "b.csv.gz", "wt") as file:
        file.write("z\r\n1\r\n")
    kinds = spark.kinds_of_files(f"file:{tmp_path}/*")
    assert kinds == {str(tmp_path / "a.csv"): "text", str(tmp_path / "b.csv.gz"): "gzip"}
    assert spark.first_line_of_file(str(tmp_path / "a.csv"), "utf-8", "none") == "x,y"
    assert spark.first_line_of_file(str(tmp_path / "b.csv.gz"), "utf-8", "gzip") == "z"
    assert spark.kinds_of_files("s3a://bucket/*.csv") is None
    assert spark.first_line_of_file("hdfs://a/b.csv", "utf-8", "none") is None
    before = spark.md5_of_files(str(tmp_path), ["*.csv"])
    (tmp_path / "a.csv").write_text("x,y\n1,3\n")
    assert spark.md5_of_files(str(tmp_path), ["*.csv"]) != before


def test_pseudonyms_of_spark_are_those_of_duckdb() -> None:
    key = "k" * 32
    assert pseudonym_of(key)("C00001") == pseudonym("C00001", key)
    assert pseudonym_of(key)(None) is None
    assert pseudonym_of(None)("C00001") is None


def test_public_key_is_only_a_fallback() -> None:
    public, own = "p" * 32, "o" * 32
    with mock.patch.dict("os.environ", {"A_KEY": own}):
        assert given_key("A_KEY", public) == (own, None, None)
    with mock.patch.dict("os.environ", clear=True):
        assert given_key("A_KEY", public)[0] == public
        assert "No pseudonym key" in given_key("A_KEY", public)[2]
        assert "No pseudonym key" in given_key("A_KEY", "")[1]
