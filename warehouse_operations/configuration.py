"""`python -m warehouse_operations.configuration` (`make reference`): write the vars of dbt_project.yml, and docs/reference.

The macro public_vars holds the table of vars; dbt validates each run against the same table. `reference` makes the other pages.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from warehouse_operations import reference
from warehouse_operations.reference import escaped

PROJECT = Path(__file__).parent.parent
TABLE = PROJECT / "macros" / "core" / "configuration" / "public_vars.sql"
PROJECT_FILE = PROJECT / "dbt_project.yml"
PAGE = PROJECT / "docs" / "reference" / "vars.md"
WIDTH = 140  # characters of a line of dbt_project.yml
COMMENT_COLUMN = 34

Table = dict[str, dict[str, dict[str, Any]]]


def public_vars() -> Table:
    """Read the table of vars: section → name → default, accepts, unit and comment."""
    return yaml.safe_load(re.search(r"{%- set table -%}\n(.*?){%- endset -%}", TABLE.read_text(), re.DOTALL)[1])


def project_text(table: Table) -> str:
    """Return the text of dbt_project.yml with the vars of the table."""
    before = re.split(r"^vars:", PROJECT_FILE.read_text(), flags=re.MULTILINE)[0]
    lines = [before + "vars:   # written by `make reference` from macros/core/configuration/public_vars.sql"]
    for section, rows in table.items():
        lines += [f"  # ---- {section.replace('_', ' ').capitalize()} ----"]
        for name, row in rows.items():
            lines += _var_lines(name, row)
        lines += [""]
    return "\n".join(lines)


def page_text(table: Table) -> str:
    """Return the text of the reference page: one table of vars per section."""
    lines = [
        "# Vars",
        "",
        "`make reference` writes this page from `macros/core/configuration/public_vars.sql`. `dbt_project.yml` holds the",
        "defaults. A mapping file (`datasets/<name>.yml`) or `--vars` sets a var for a run. A run with an unknown var, or with",
        "a value that is not accepted, stops before it builds anything.",
    ]
    for section, rows in table.items():
        lines += ["", f"## {section.replace('_', ' ').capitalize()}", ""]
        lines += ["| var | default | accepted | unit | meaning |", "|---|---|---|---|---|"]
        for name, row in rows.items():
            default = "see dbt_project.yml" if isinstance(row["default"], dict) else f"`{_flow(row['default'])}`"
            accepted = " or ".join(f"`{alternative}`" for alternative in row["accepts"].split(" | "))
            lines += [f"| `{name}` | {default} | {accepted} | {row.get('unit', '')} | {escaped(row['comment'])} |"]
    return "\n".join(lines) + "\n"


def outdated() -> Iterator[Path]:
    """Yield the generated files that differ from the table of vars or from other sources."""
    for path, text in _files():
        if not path.exists() or path.read_text() != text:
            yield path


def _files() -> list[tuple[Path, str]]:
    table = public_vars()
    return [(PROJECT_FILE, project_text(table)), (PAGE, page_text(table)), *reference.pages()]


def _var_lines(name: str, row: dict[str, Any]) -> list[str]:
    if isinstance(row["default"], dict):
        value = [f"    {key}: {_flow(inner)}" for key, inner in row["default"].items()]
        return [*_beside(f"  {name}:", row["comment"]), *value]
    unit = f"; {row['unit']}" if "unit" in row else ""
    return _beside(f"  {name}: {_flow(row['default'])}", f"{row['comment']} ({row['accepts']}{unit})")


def _beside(text: str, comment: str) -> list[str]:
    """Return a line with its comment, wrapped beside the line, or above it if there is too little room."""
    column = max(COMMENT_COLUMN, len(text) + 3)
    if column > WIDTH // 2:
        return [*(f"  # {line}" for line in textwrap.wrap(comment, WIDTH - 4)), text]
    wrapped = textwrap.wrap(comment, WIDTH - column - 2)
    starts = [text.ljust(column), *[" " * column] * (len(wrapped) - 1)]
    return [f"{start}# {line}" for start, line in zip(starts, wrapped, strict=True)]


def _flow(value: Any) -> str:
    """Return the value as YAML on one line."""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0") + ("0" if value.is_integer() else "")
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).removesuffix("\n...\n").strip()


if __name__ == "__main__":
    for path, text in _files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sys.exit(0)
