"""`python -m warehouse_operations.dashboard` (`make dashboard`); see docs/dashboard.md."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from warehouse_operations.dashboard.page import build
from warehouse_operations.dashboard.panels import DashboardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; returns the exit status, 2 on failure."""
    parser = argparse.ArgumentParser(prog="warehouse_operations.dashboard", description="Write a page about a release.")
    parser.add_argument("--published", type=Path, required=True, help="the published DuckDB file, or its folder")
    parser.add_argument("--panels", type=Path, required=True, help="folder of the panels")
    parser.add_argument(
        "--customers", type=_customers, default=None, help="number of customers on the page, 0 for none, auto for all that fit"
    )
    parser.add_argument("--output", type=Path, required=True, help="the page to write")
    options = parser.parse_args(arguments)
    try:
        page = build(options.published, options.panels, options.customers)
    except DashboardError as error:
        print(error, file=sys.stderr)
        return 2
    options.output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.output.with_name(f".{options.output.name}-{os.getpid()}")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(options.output)
    print(f"Open {options.output} ({len(page.encode()) / 1e6:.1f} MB)")
    return 0


def _customers(text: str) -> int | None:
    """Parse a number of customers; None for `auto`."""
    if text == "auto":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be 0 or more, or auto")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
