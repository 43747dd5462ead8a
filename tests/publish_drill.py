"""`python -m tests.publish_drill`, as `make publish-drill` calls it: whole builds, read from while they publish, and killed.

What the tests do to the step that publishes, done to whole builds of the demo store; it takes as long as that many builds.
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
    """Begin to build the whole demo store into a folder and to publish it, in a process group of its own."""
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


def must_succeed(folder: Path) -> float:
    """A whole build that publishes; returns its seconds."""
    began = time.monotonic()
    if build(folder).wait() or "Published release " not in (folder / "build.log").read_text():
        raise SystemExit(f"The build failed or didn't publish, see {folder / 'build.log'}")
    return time.monotonic() - began


def look(folder: Path) -> str:
    """What a reader finds; raises where it isn't one whole release."""
    with duckdb.connect(str(folder / "published" / DATABASE), read_only=True) as connection:
        ((published_at, places, strangers),) = connection.execute(
            """select
                (select cast(published_at as varchar) from marts.publication),
                (select count(*) from marts.recommendations),
                (select count(*) from marts.recommendations where product_id not in (select product_id from marts.products))"""
        ).fetchall()
    if not places or strangers:
        raise RuntimeError(f"{places} places in lists, {strangers} of them with unknown products")
    return published_at


def read_while_building(folder: Path, count: int) -> None:
    """Read without end while `count` builds publish."""
    seen: list[str] = []
    errors: list[str] = []
    ended = threading.Event()

    def hammer() -> None:
        while not ended.is_set():
            try:
                seen.append(look(folder))
            except Exception as error:  # every one of them is what the drill looks for
                errors.append(repr(error))

    reader = threading.Thread(target=hammer)
    reader.start()
    for _ in range(count):
        must_succeed(folder)
    ended.set()
    reader.join()
    releases = list(dict.fromkeys(seen))
    print(f"{count} builds: {len(seen)} reads of {len(releases)} publications, {len(errors)} errors", flush=True)
    if errors or len(releases) < count or seen != sorted(seen):
        raise SystemExit("\n".join(errors[:5]) or "Not every publication was seen, or not in order.")


def kill(folder: Path, kills: int, seconds: float) -> None:
    """Kill a build at random moments within `seconds`; each next one starts from what the one before left."""
    moments = random.Random(11)
    old, replaced = look(folder), 0
    for number in range(kills):
        process = build(folder)
        try:
            process.wait(timeout=moments.uniform(0, seconds))
            if process.returncode or "Published release " not in (folder / "build.log").read_text():
                raise SystemExit(f"Build {number} failed before it was killed, see {folder / 'build.log'}")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        now = look(folder)
        if found := differences(folder / "published" / "current"):
            raise SystemExit("\n".join(found))
        if now < old:
            raise SystemExit(f"After kill {number} an older publication is read: {now} instead of {old}")
        replaced_now = now != old
        replaced += replaced_now
        old = now
        print(f"kill {number + 1}: {'new' if replaced_now else 'old'} release, whole", flush=True)
    took = must_succeed(folder)
    print(f"{kills} kills: what was published opened, was whole, and {replaced} times new; the next build took {took:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--builds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seconds = must_succeed(folder)
        print(f"first build: {seconds:.0f} s", flush=True)
        read_while_building(folder, options.builds)
        if options.kills:
            kill(folder, options.kills, 1.05 * seconds)


if __name__ == "__main__":
    main()
