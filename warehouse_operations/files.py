"""Files that builds leave: why a database can't be opened, in a sentence, and who may read them."""

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

OWNER_ONLY = 0o077  # umask: what is written from then on is for the owner alone
REMEDY = "Put a copy in its place, or move it away: the next make build makes it anew."
HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")


def why_unusable(database: str | Path, read_only: bool = True, remedy: str = REMEDY) -> str:
    """Return why a DuckDB file can't be opened and what to do, in one sentence; empty where it can or isn't there yet.

    Parameters
    ----------
    database
        Path of the file.
    read_only
        Whether it is opened for reading: other readers then don't matter.
    remedy
        What to do where it is damaged.
    """
    if not os.path.exists(database):
        return ""
    try:
        duckdb.connect(str(database), read_only=read_only).close()
    except duckdb.ConnectionException:  # this process has it open in another way
        return ""
    except duckdb.Error as error:
        return explained(database, error, remedy)
    return ""


def explained(file: str | Path, error: Exception, remedy: str = REMEDY) -> str:
    """Return what an error of the engine about a DuckDB or Parquet file means: the file, what is wrong, what to do."""
    reason = " ".join(str(error).partition("\n")[0].split())
    if holder := HOLDER.search(str(error)):
        program, process = holder.groups()
        return (
            f"{file} can't be opened: is a build running? {program} (PID {process}) holds it. Wait until that process ends, or "
            "end it if it is a client that somebody left open."
        )
    if "Permission denied" in reason:
        return f"{file} can't be opened: the permission is denied. Run the command as the user who owns the file."
    if "Is a directory" in reason:
        return f"{file} can't be opened: it is a folder. Give the path of the file, or remove the folder."
    return f"{file} can't be read: it is damaged or of another kind ({reason}). {remedy}".strip()


def keep_private(paths: Iterable[str | Path]) -> None:
    """Let the owner alone read files and folders, and whatever this process writes from now on; other people's are left alone."""
    os.umask(OWNER_ONLY)
    for path in map(Path, paths):
        with contextlib.suppress(OSError):
            mode = path.stat().st_mode & 0o777
            if mode & OWNER_ONLY:
                path.chmod(mode & ~OWNER_ONLY)
