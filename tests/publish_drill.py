"""`python -m tests.publish_drill` (`make publish-drill`): read while whole builds publish, and kill whole builds.

The Python tests read and kill only the publishing step. This drill does the same to whole builds of the demo store, and takes
as long as that many builds.
"""

import argparse
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb

from tests.conftest import PROJECT
from warehouse_operations.publishing.release import DATABASE, differences


def build(folder: Path) -> subprocess.Popen:
    """Start to build and publish the demo store in a folder, in its own process group."""
    environment = {
        **os.environ,
        "WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
        "PUBLISHED_PATH": str(folder / "published"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    dbt = [str(Path(sys.executable).parent / "dbt"), "build", "--exclude-resource-type", "unit_test"]
    dbt += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    publish = [sys.executable, "-m", "warehouse_operations.publishing", "publish"]
    publish += ["--warehouse", environment["WAREHOUSE_PATH"], "--folder", environment["PUBLISHED_PATH"]]
    command = f"{shlex.join(dbt)} && {shlex.join(publish)}"
    with (folder / "build.log").open("w") as log:
        return subprocess.Popen(
            ["bash", "-c", command], cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


def build_and_publish(folder: Path) -> float:
    """Build and publish the whole store; return the seconds it took."""
    began = time.monotonic()
    if build(folder).wait() or "Published release " not in (folder / "build.log").read_text():
        raise SystemExit(f"The build failed or did not publish; see {folder / 'build.log'}")
    return time.monotonic() - began


def read_release(folder: Path) -> str:
    """Return the publication time that a reader finds; raise an error unless the reader finds one whole release."""
    with duckdb.connect(str(folder / "published" / DATABASE), read_only=True) as connection:
        ((published_at, rows, unknown),) = connection.execute(
            """select
                (select cast(published_at as varchar) from marts.publication),
                (select count(*) from marts.recommendations),
                (select count(*) from marts.recommendations where product_id not in (select product_id from marts.products))"""
        ).fetchall()
    if not rows or unknown:
        raise RuntimeError(f"{rows} rows in the lists, {unknown} of them with unknown products")
    return published_at


def read_while_building(folder: Path, count: int) -> None:
    """Read continuously while `count` builds publish."""
    seen: list[str] = []
    errors: list[str] = []
    ended = threading.Event()

    def read_continuously() -> None:
        while not ended.is_set():
            try:
                seen.append(read_release(folder))
            except Exception as error:  # the drill collects every error
                errors.append(repr(error))

    reader = threading.Thread(target=read_continuously)
    reader.start()
    for _ in range(count):
        build_and_publish(folder)
    ended.set()
    reader.join()
    releases = list(dict.fromkeys(seen))
    print(f"{count} builds: {len(seen)} reads of {len(releases)} publications, {len(errors)} errors", flush=True)
    if errors or len(releases) < count or seen != sorted(seen):
        raise SystemExit("\n".join(errors[:5]) or "Some publications were not read, or not in order.")


def kill(folder: Path, kills: int, seconds: float) -> None:
    """Kill builds at random moments within `seconds`. Each build starts from the files that the previous one left."""
    moments = random.Random(11)
    old, replaced = read_release(folder), 0
    for number in range(kills):
        process = build(folder)
        try:
            process.wait(timeout=moments.uniform(0, seconds))
            if process.returncode or "Published release " not in (folder / "build.log").read_text():
                raise SystemExit(f"Build {number} failed before it was killed, see {folder / 'build.log'}")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        now = read_release(folder)
        if found := differences(folder / "published" / "current"):
            raise SystemExit("\n".join(found))
        if now < old:
            raise SystemExit(f"After kill {number} a reader finds an older publication: {now} instead of {old}")
        replaced_now = now != old
        replaced += replaced_now
        old = now
        print(f"kill {number + 1}: the reader finds the {'new' if replaced_now else 'old'} release, whole", flush=True)
    took = build_and_publish(folder)
    print(f"{kills} kills: every read found a whole release, {replaced} times a new one; the next build took {took:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--builds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seconds = build_and_publish(folder)
        print(f"first build: {seconds:.0f} s", flush=True)
        read_while_building(folder, options.builds)
        if options.kills:
            kill(folder, options.kills, 1.05 * seconds)


if __name__ == "__main__":
    main()
