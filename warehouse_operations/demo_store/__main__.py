"""Write the demo store: ``python -m warehouse_operations.demo_store``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.files import FORMATS, differing_files
from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import write_store

DEFAULT_DIRECTORY = Path("seeds/demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status, 1 if ``--check`` found a difference."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = Settings(options.customers, options.products, options.orders_per_customer, options.seed)
    except ValueError as error:
        parser.error(str(error))
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"--out {options.out} is a file, not a directory")
    if options.check:
        return _check(settings, options.out, options.format)
    write_store(settings, options.out, options.format, show_progress=True)
    return 0


def _check(settings: Settings, directory: Path, file_format: str) -> int:
    """Compare a directory with the output of these settings; print the files that differ to stderr."""
    with tempfile.TemporaryDirectory() as fresh:
        write_store(settings, Path(fresh), file_format)
        differing = differing_files(actual=directory, wanted=Path(fresh))
    for name in differing:
        print(f"{directory / name} differs from the generator's output", file=sys.stderr)
    return 1 if differing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m warehouse_operations.demo_store",
        description="Write a store with planted taste and planted dirt: eight raw tables, and expected.json with the facts "
        "that readers of the store must find. Equal arguments give equal bytes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=DEFAULT_DIRECTORY, metavar="DIR", help="output directory")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="file format of the tables")
    parser.add_argument(
        "--customers",
        type=int,
        default=plan.DEMO_CUSTOMERS,
        metavar="N",
        help=f"number of genuine customers, {plan.MIN_CUSTOMERS} to {plan.MAX_CUSTOMERS}",
    )
    parser.add_argument(
        "--products",
        type=int,
        default=plan.DEMO_PRODUCTS,
        metavar="N",
        help=f"number of genuine products, {plan.MIN_PRODUCTS} to {plan.MAX_PRODUCTS}",
    )
    parser.add_argument(
        "--orders-per-customer",
        type=float,
        default=plan.DEMO_ORDERS_PER_CUSTOMER,
        metavar="X",
        help="mean planned orders of a customer who stays for the whole window, in addition to repeat purchases",
    )
    parser.add_argument("--seed", type=int, default=plan.DEMO_SEED, metavar="N", help="0 or more")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; compare DIR with the output, and fail with the name of each file that differs",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
