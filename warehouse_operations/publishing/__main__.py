"""`python -m warehouse_operations.publishing`, as `make releases` and `make rollback` call it; see README, Publishing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from warehouse_operations.publishing import release

WAIT_SECONDS = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """List releases or roll back to one; returns the exit status, 2 where that can't be done."""
    parser = argparse.ArgumentParser(prog="publishing", description="What was published, and going back to it.")
    parser.add_argument("--folder", type=Path, required=True, help="where releases lie")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the releases that are kept, newest first")
    commands.add_parser("rollback", help="make a kept release the one that is read").add_argument("release")
    options = parser.parse_args(arguments)
    try:
        if options.command == "rollback":
            release.rollback(options.folder, options.release, WAIT_SECONDS)
        kept = release.releases(options.folder)
    except release.PublishingError as error:
        print(error, file=sys.stderr)
        return 2
    if not kept:
        print(f"Nothing was published in {options.folder}; dbt build publishes when all of its tests pass.")
    for manifest in kept:
        mark = "  <- is read" if manifest["is_current"] else ""
        print(f"{manifest['release']}  as of {manifest['as_of']}, published {manifest['published_at'][:19]} UTC{mark}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
