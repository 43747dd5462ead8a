"""`python -m tests.lint_sql PATHS`: sqlfluff lint, with what its rules compute of a file again and again computed once.

Four layout rules build the same sequence of a file, which is half of their work. Linting changes no file, so it stays the same.
"""

import gc
import sys
from typing import Any

from sqlfluff.cli.commands import cli
from sqlfluff.utils.reflow import ReflowSequence


def build_sequences_once() -> None:
    """Let each rule take the sequence that the rule before it built of the same file."""
    build = ReflowSequence.from_root.__func__
    last: dict[str, Any] = {"root": None, "sequence": None}

    def from_root(cls: type, root_segment: Any, config: Any) -> ReflowSequence:
        if last["root"] is not root_segment:
            last.update(root=root_segment, sequence=build(cls, root_segment, config))
        return last["sequence"]

    ReflowSequence.from_root = classmethod(from_root)


if __name__ == "__main__":
    build_sequences_once()
    gc.set_threshold(100_000, 50, 100)  # dbt's manifest is a million objects that stay
    sys.exit(cli(["lint", "--nocolor", "--processes", "1", *sys.argv[1:]]))
