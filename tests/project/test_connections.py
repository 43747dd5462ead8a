"""The clients that BI tools use can open the published demo build: each client reads the same lists, keys and comments."""

import json
import shutil
import subprocess
from pathlib import Path

import adbc_driver_duckdb
import adbc_driver_manager
import duckdb
import pytest
import sqlalchemy
from adbc_driver_manager import dbapi

from tests.conftest import PROJECT, Run
from warehouse_operations.publishing.release import DATABASE

NODE_CLIENT = "@duckdb/node-api@1.4.1-r.4"
OLDER = ["1.2.2", "1.3.2", "1.4.1"]  # Python clients; the file's storage version is readable from 1.2 on
KEYS = "select count(*) from duckdb_constraints() where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"
LISTED = "select count(*), count(distinct customer_id), min(reason_code) from marts.recommendations"


@pytest.fixture
def path(demo_build: Run) -> str:
    return str(demo_build.published / DATABASE)


@pytest.fixture
def listed(demo_build: Run) -> tuple:
    (row,) = demo_build.query(LISTED)
    return row


def test_sqlalchemy_reads_and_reflects_the_release(path: str, listed: tuple) -> None:
    """As Superset does, reflection finds tables, keys and comments."""
    engine = sqlalchemy.create_engine(f"duckdb:///{path}?access_mode=read_only")
    with engine.connect() as connection:
        assert tuple(connection.execute(sqlalchemy.text(LISTED)).one()) == listed
    inspector = sqlalchemy.inspect(engine)
    assert "recommendations" in {name.split(".")[-1] for name in inspector.get_table_names(schema="marts")}
    columns = {column["name"]: str(column["type"]) for column in inspector.get_columns("recommendations", schema="marts")}
    assert columns["customer_id"] == "VARCHAR"
    assert columns["rank"] == "BIGINT"
    engine.dispose()


def test_adbc_reads_the_release_and_cannot_write(path: str, listed: tuple) -> None:
    options = {"path": path, "access_mode": "READ_ONLY"}
    driver = {"driver": adbc_driver_duckdb.driver_path(), "entrypoint": "duckdb_adbc_init"}
    with dbapi.connect(**driver, db_kwargs=options, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(LISTED)
        assert tuple(cursor.fetchall()[0]) == listed
        with pytest.raises(adbc_driver_manager.Error, match="read-only"):
            cursor.execute("delete from marts.recommendations")


def test_nodejs_client_reads_the_release(path: str, listed: tuple, tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm aren't installed")
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(tmp_path), NODE_CLIENT]
    installed = subprocess.run(install, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip(f"npm can't install {NODE_CLIENT}: {installed.stderr[-300:]}")
    script = tmp_path / "read.mjs"
    script.write_text(
        f"""import {{ DuckDBInstance }} from '@duckdb/node-api';
        const instance = await DuckDBInstance.create({json.dumps(path)}, {{ access_mode: 'READ_ONLY' }});
        const connection = await instance.connect();
        const reader = await connection.runAndReadAll({json.dumps(LISTED)});
        console.log(JSON.stringify(reader.getRowsJson()[0]));"""
    )
    read = subprocess.run([node, str(script)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert read.returncode == 0, read.stderr
    assert [str(value) for value in json.loads(read.stdout)] == [str(value) for value in listed]


@pytest.mark.parametrize("version", OLDER)
def test_older_python_clients_read_the_release(version: str, path: str, listed: tuple) -> None:
    """Fails if only the DuckDB version that wrote the file can open it."""
    script = f"""import duckdb
assert duckdb.__version__ == {version!r}
connection = duckdb.connect({path!r}, read_only=True)
print(*connection.execute({LISTED!r}).fetchone(), *connection.execute({KEYS!r}).fetchone(), sep="|")"""
    uv = shutil.which("uv", path=str(PROJECT / ".venv" / "bin")) or shutil.which("uv")
    if not uv:
        pytest.skip("uv isn't installed")
    with_version = [uv, "run", "--quiet", "--isolated", "--no-project", "--with", f"duckdb=={version}", "python"]
    made = subprocess.run([*with_version, "-c", "import duckdb"], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no environment with duckdb {version} can be made: {made.stderr[-300:]}")
    read = subprocess.run([*with_version, "-c", script], capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    *found, keys = read.stdout.strip().split("|")
    assert found == [str(value) for value in listed]
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute(KEYS).fetchall() == [(int(keys),)]
