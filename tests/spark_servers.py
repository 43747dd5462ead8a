"""Processes of Spark on this machine that tests connect to: a standalone cluster, or a Connect server."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ADDRESS = "127.0.0.1"
ANSWERS_WITHIN = 60  # seconds in which a process starts


class Servers:
    """Processes of Spark by name, each with a log in a folder.

    Parameters
    ----------
    folder
        Folder of the logs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, name: str, until: str, script: str, *arguments: str) -> None:
        """Start a script of Spark in a process group of its own, and wait until its log has a message."""
        import pyspark

        command = [str(Path(pyspark.__file__).parent / "bin" / script), *arguments]
        environment = {**os.environ, "SPARK_LOCAL_IP": ADDRESS, "SPARK_DAEMON_MEMORY": "1g", "PYSPARK_PYTHON": sys.executable}
        path = self.folder / f"{name}.log"
        with path.open("w") as log:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        latest = time.monotonic() + ANSWERS_WITHIN
        while until not in (said := path.read_text()):
            assert time.monotonic() < latest, said
            time.sleep(0.1)

    def kill(self, name: str) -> None:
        """Kill a process and those that it started, as if its machine had failed."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """Kill all processes."""
        for name in list(self.processes):
            self.kill(name)


def free_port() -> str:
    """Return a port that no process of this machine listens on."""
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        return str(free.getsockname()[1])
