"""A plugin of dbt-duckdb: passes the pseudonym key to the engine without writing it to disk, and provides functions to SQL.

The key comes from the environment. The plugin sets it as variables of each session, from which the macro ``pseudonym`` reads it.
The key never appears in compiled SQL, the manifest, logs or database files. The variables contain the two padded blocks of HMAC
(RFC 2104), so SQL needs only ``sha256`` over bytes.
"""

import contextlib
import getpass
import os
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from warehouse_operations.files import keep_private, why_unusable
from warehouse_operations.privacy.archives import forget_in_archives, remove_file, replace_file
from warehouse_operations.privacy.pseudonyms import given_key, padded_blocks
from warehouse_operations.project import name_problem
from warehouse_operations.raw_files import error_finder, file_kind


def operator() -> str:
    """Return the name of the operator for the audit log: from the environment, else the system's user name."""
    try:
        return os.environ.get("WAREHOUSE_OPERATOR") or getpass.getuser()
    except (KeyError, OSError):  # a container may run under a user id without a user
        return f"user {os.getuid()}"


def has_gpu() -> bool:
    """Return whether als can run on a GPU: the machine has one, and the library was built for it."""
    import implicit.gpu  # takes a second, and only als_device gpu needs it

    return bool(implicit.gpu.HAS_CUDA)


class Plugin(BasePlugin):
    """Set the session variables that ``pseudonym``, ``check_pseudonym_key`` and ``operator_name`` read."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read the key from the environment variable ``key_variable``, else use the profile's ``public_key``.

        This is the first code of the project that runs in any dbt command, so it also makes files private.
        """
        if self.creds is not None:
            flags = get_flags()
            target = flags.TARGET_PATH or Path(flags.PROJECT_DIR or ".") / "target"
            keep_private([flags.LOG_PATH or "logs", target, *self._files()])
        self._operator = operator()
        key, self._problem, self._public_key_problem = given_key(plugin_config["key_variable"], plugin_config.get("public_key"))
        self._blocks = padded_blocks(key) if key else None

    def _files(self) -> list[str]:
        """Return the files of the database; none if it is in memory or on a remote service."""
        path = self.creds.path if self.creds else ":memory:"
        return [] if path == ":memory:" or path.startswith("md:") else [path, f"{path}.wal"]

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Refuse a database before it is opened, if its name is reserved, it is damaged, or another process has it open.

        Raises
        ------
        DbtRuntimeError
            With the reason in one sentence.
        """
        if problem := name_problem(creds.path):
            raise DbtRuntimeError(problem)
        for path in self._files()[:1]:
            problem = why_unusable(path, str(config.get("access_mode", "")).upper() == "READ_ONLY")
            if problem and not creds.retries:  # retries wait for the other process
                raise DbtRuntimeError(problem)

    def configure_connection(self, conn: Any) -> None:
        """Make Python functions callable from SQL, except in in-memory databases, in which nothing is built."""
        if self.creds is None or self.creds.path == ":memory:":
            return
        functions = {
            forget_in_archives: (["VARCHAR[]", "VARCHAR"], "BIGINT[]"),
            replace_file: (["VARCHAR", "VARCHAR"], "BOOLEAN"),
            remove_file: (["VARCHAR"], "BOOLEAN"),
            has_gpu: ([], "BOOLEAN"),
            file_kind: (["VARCHAR"], "VARCHAR"),
            error_finder(conn): (["VARCHAR"], "VARCHAR"),
        }
        for function, types in functions.items():
            with contextlib.suppress(duckdb.NotImplementedException):  # already registered by another connection of this process
                conn.create_function(function.__name__, function, *types, side_effects=True)

    def configure_cursor(self, cursor: Any) -> None:
        """Set the key or the problem as variables of a session; they end with it."""
        for name, value in zip(("inner", "outer"), self._blocks or (None, None), strict=True):
            cursor.execute(f"set variable pseudonym_{name} = ?", [value])
        cursor.execute("set variable pseudonym_key_problem = ?", [self._problem])
        cursor.execute("set variable public_key_problem = ?", [self._public_key_problem])
        cursor.execute("set variable warehouse_operator = ?", [self._operator])
