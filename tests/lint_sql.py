"""`python -m tests.lint_sql PATHS`: sqlfluff lint that builds each file's reflow sequence once.

Four layout rules build the same sequence of a file, which is half of their work. Linting changes no file, so the sequence
stays valid.
"""

import gc
import sys
from typing import Any

from sqlfluff.cli.commands import cli
from sqlfluff.utils.reflow import ReflowSequence


def build_sequences_once() -> None:
    """Let each rule reuse the sequence that the previous rule built for the same file."""
    build = ReflowSequence.from_root.__func__
    last: dict[str, Any] = {"root": None, "sequence": None}

    def from_root(cls: type, root_segment: Any, config: Any) -> ReflowSequence:
        if last["root"] is not root_segment:
            last.update(root=root_segment, sequence=build(cls, root_segment, config))
        return last["sequence"]

    ReflowSequence.from_root = classmethod(from_root)


if __name__ == "__main__":
    build_sequences_once()
    gc.set_threshold(100_000, 50, 100)  # dbt's manifest is a million long-lived objects
    sys.exit(cli(["lint", "--nocolor", "--processes", "1", *sys.argv[1:]]))
