"""Files that builds write: explanations why a database can't be opened, and file permissions."""

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

OWNER_ONLY = 0o077  # umask: only the owner can access files written from then on
REMEDY = "Put a copy in its place, or move it away: the next make build creates it again."
HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")


def why_unusable(database: str | Path, read_only: bool = True, remedy: str = REMEDY) -> str:
    """Return in one sentence why a DuckDB file can't be opened and what to do; empty if it can, or if it doesn't exist yet.

    Parameters
    ----------
    database
        Path of the file.
    read_only
        Whether it is opened for reading; other readers are then no obstacle.
    remedy
        What to do if the file is damaged.
    """
    if not os.path.exists(database):
        return ""
    try:
        duckdb.connect(str(database), read_only=read_only).close()
    except duckdb.ConnectionException:  # this process has opened it with other settings
        return ""
    except duckdb.Error as error:
        return explained(database, error, remedy)
    return ""


def explained(file: str | Path, error: Exception, remedy: str = REMEDY) -> str:
    """Return an explanation of an engine error about a DuckDB or Parquet file: the file, the problem, the remedy."""
    reason = " ".join(str(error).partition("\n")[0].split())
    if holder := HOLDER.search(str(error)):
        program, process = holder.groups()
        return (
            f"{file} can't be opened: is a build running? {program} (PID {process}) has it open. Wait until that "
            "process ends, or end it if it is a client that was left open."
        )
    if "Permission denied" in reason:
        return f"{file} can't be opened: permission denied. Run the command as the user who owns the file."
    if "Is a directory" in reason:
        return f"{file} can't be opened: it is a folder. Give the path of the file, or remove the folder."
    return f"{file} can't be read: it is damaged or of another kind ({reason}). {remedy}".strip()


def keep_private(paths: Iterable[str | Path]) -> None:
    """Restrict files and folders, and all files this process writes from now on, to the owner; skip files of other users."""
    os.umask(OWNER_ONLY)
    for path in map(Path, paths):
        with contextlib.suppress(OSError):
            mode = path.stat().st_mode & 0o777
            if mode & OWNER_ONLY:
                path.chmod(mode & ~OWNER_ONLY)
