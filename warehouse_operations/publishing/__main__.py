"""`python -m warehouse_operations.publishing`: make publish, releases, rollback and timings; see docs/operate.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import yaml

from warehouse_operations.publishing import release, warehouse

OLD_DAYS = 7  # age of the newest data above which publishing warns; OLDEST sets the age above which it refuses
PAGES = Path("target") / "dashboard"  # output folder of make dashboard


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 2 if the command is refused."""
    options = _parser().parse_args(arguments)
    commands = {"publish": _publish, "list": _list, "rollback": _rollback, "timings": _timings}
    try:
        for line in commands[options.command](options):
            print(line)
    except (release.PublishingError, OSError, duckdb.IOException) as error:  # the latter two: disk full, permission missing
        print(error, file=sys.stderr)
        return 2
    return 0


def _publish(options: argparse.Namespace) -> list[str]:
    variables = yaml.safe_load(options.vars) or {}
    published = warehouse.publish(options.warehouse, options.folder, variables, options.accept_fewer, options.oldest_data_days)
    said = [f"Published release {published.release}: {options.folder / release.DATABASE}, {options.folder / 'parquet'}"]
    age = f"its newest data are {published.data_age_days:.1f} days old (as of {published.as_of:%Y-%m-%d %H:%M} UTC)"
    said.append(f"Warning: {age}." if published.data_age_days > OLD_DAYS else f"  {age}")
    runs: dict[tuple, list[str]] = {}
    for table in published.tables:
        runs.setdefault((table.as_of, table.scope), []).append(table.name)
    if len(runs) > 1:
        for (as_of, scope), names in sorted(runs.items()):
            said.append(f"  {len(names)} tables as of {as_of}, made by a run of scope {scope}")
    if published.removed:
        said.append(f"Removed rows of erased customers from earlier releases: {published.removed}.")
        pages = sorted(str(page) for page in PAGES.glob("*.html"))
        if pages:
            said.append(f"Existing dashboard pages may still show them. Write them again or delete them: {', '.join(pages)}.")
    return said


def _list(options: argparse.Namespace) -> list[str]:
    kept = release.releases(options.folder)
    if not kept:
        return [f"There is no release in {options.folder}. Build and publish with make build."]
    said = []
    for manifest in kept:
        moments = f"as of {manifest['as_of']}, published {manifest['published_at'][:19]} UTC"
        mark = "  <- current" if manifest["is_current"] else ""
        said.append(f"{manifest['release']}  {manifest.get('scope', ''):7}  {moments}{mark}")
    return said


def _rollback(options: argparse.Namespace) -> list[str]:
    release.rollback(options.folder, options.release)
    return _list(options)


def _timings(options: argparse.Namespace) -> list[str]:
    rows = warehouse.timings(options.warehouse)
    if not rows:
        raise release.PublishingError(f"{options.warehouse} has no record of a successful run of scope all, lists or refresh.")
    most = max(seconds for *_, seconds, _ in rows)
    said = ["Total node seconds of the last run of each scope, summed over threads:"]
    for scope, started_at, count, seconds, tests in rows:
        nodes = f"{seconds:6.0f} s ({seconds / most:4.0%}) in {count} nodes, of which {tests:.0f} s in data tests"
        said.append(f"  {scope:7}  {nodes}; {started_at:%Y-%m-%d %H:%M} UTC")
    return said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="publishing", description="Publish a build, list releases, and roll back to a release.")
    commands = parser.add_subparsers(dest="command", required=True)
    publishing = commands.add_parser("publish", help="publish the newest build, or explain why it can't be published")
    listing = commands.add_parser("list", help="list the kept releases, newest first")
    going_back = commands.add_parser("rollback", help="make a kept release current")
    timing = commands.add_parser("timings", help="show the duration of the last run of each scope")
    for command in (publishing, listing, going_back):
        command.add_argument("--folder", type=Path, required=True, help="folder of the releases")
    for command in (publishing, timing):
        command.add_argument("--warehouse", type=Path, required=True, help="the DuckDB file that dbt builds")
    publishing.add_argument("--vars", default="", help="vars as YAML; they override those of the build")
    publishing.add_argument("--accept-fewer", action="store_true", help="accept fewer lists or rows than a release should have")
    publishing.add_argument("--oldest-data-days", type=float, help="refuse to publish data older than this number of days")
    going_back.add_argument("release")
    return parser


if __name__ == "__main__":
    sys.exit(main())
