"""Pseudonyms follow RFC 2104 for any id and key, in Python and in SQL."""

import hashlib
import hmac
import os
import re
from types import SimpleNamespace
from unittest import mock

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from tests.conftest import PROJECT
from warehouse_operations.privacy.plugin import Plugin
from warehouse_operations.privacy.pseudonyms import padded_blocks, pseudonym

KEYS = [
    "k" * 32,
    "é" * 32,
    "0123456789abcdef" * 4,
    "longer than a block of sixty-four bytes, so that it is hashed before it is padded",
]
IDS = ["C00001", "", "O'Neil", "ümläut 中 😀", "x" * 10_000, '{"a": 1}', " inner blank "]
CONFIG = {"key_variable": "A_KEY_OF_THIS_TEST"}


def session(key: str | None, **config: str) -> duckdb.DuckDBPyConnection:
    """Open a session as dbt-duckdb does, with a key in the environment."""
    with mock.patch.dict(os.environ, {CONFIG["key_variable"]: key} if key is not None else {}):
        plugin = Plugin("privacy", {**CONFIG, **config})
    connection = duckdb.connect()
    plugin.configure_cursor(connection)
    return connection


def macro_sql(text: str) -> str:
    """Return the SQL that the macro makes of an expression, read from the macro's file."""
    body = (
        (PROJECT / "macros" / "portable" / "pseudonym.sql")
        .read_text()
        .split("duckdb__pseudonym(text) -%}")[1]
        .split("{%- endmacro")[0]
    )
    sets = re.findall(r'set (\w+) = "(.*?)" ~ (\w+) ~ "(.*?)" -%', body)
    values = {"text": text}
    for name, before, inside, after in sets:
        values[name] = before + values[inside] + after
    return body.split("-%}")[-1].replace("{{ outer }}", values["outer"])


@pytest.mark.parametrize("key", KEYS)
def test_python_and_sql_agree_with_the_standard_library(key: str) -> None:
    connection = session(key)
    for raw_id in IDS:
        digest = hmac.new(key.encode(), raw_id.encode(), hashlib.sha256).hexdigest()
        expected = int(digest[:15], 16)
        assert int(pseudonym(raw_id, key), 32) == expected
        assert len(pseudonym(raw_id, key)) == 12
        assert connection.execute(f"select {macro_sql('$1')}", [raw_id]).fetchall() == [(pseudonym(raw_id, key),)]


def test_padded_blocks_follow_the_standard() -> None:
    inner, outer = padded_blocks("k" * 32)
    digest = hashlib.sha256(outer + hashlib.sha256(inner + b"text").digest()).digest()
    assert digest == hmac.digest(b"k" * 32, b"text", "sha256")


def test_key_of_the_environment_overrides_the_public_key() -> None:
    variables = "select getvariable('pseudonym_inner'), getvariable('pseudonym_key_problem')"
    assert session(KEYS[0], public_key=KEYS[1]).execute(variables).fetchall() == [(padded_blocks(KEYS[0])[0], None)]
    assert session(None, public_key=KEYS[1]).execute(variables).fetchall() == [(padded_blocks(KEYS[1])[0], None)]


@pytest.mark.parametrize(("key", "problem"), [(None, "is not set"), ("", "is not set"), ("k" * 31, "fewer than 32")])
def test_missing_or_short_key_is_reported_and_gives_no_pseudonym(key: str | None, problem: str) -> None:
    connection = session(key)
    ((found,),) = connection.execute("select getvariable('pseudonym_key_problem')").fetchall()
    assert problem in found
    assert "kkkk" not in found
    assert connection.execute(f"select {macro_sql('$1')}", ["C1"]).fetchall() == [(None,)]


def test_unusable_database_name_is_refused_before_opening() -> None:
    for path in ("warehouse/temp.duckdb", "/elsewhere/Main.v2.duckdb", "o'neil.duckdb", "a;b.duckdb"):
        with pytest.raises(DbtRuntimeError, match="A database can't be named"):
            Plugin("privacy", CONFIG).update_connection_config(SimpleNamespace(path=path), {})
