"""`python -m warehouse_operations.configuration` (`make vars`): write the vars of dbt_project.yml and two reference pages.

The first page lists the vars, from the table in the macro public_vars, which dbt uses to validate a run. The second page lists
the privacy class of each published column, from the meta `privacy` of the models.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parent.parent
TABLE = PROJECT / "macros" / "core" / "configuration" / "public_vars.sql"
PROJECT_FILE = PROJECT / "dbt_project.yml"
PAGE = PROJECT / "docs" / "reference" / "vars.md"
PRIVACY_PAGE = PROJECT / "docs" / "reference" / "privacy.md"
WIDTH = 140  # characters of a line of dbt_project.yml
COMMENT_COLUMN = 34

Table = dict[str, dict[str, dict[str, Any]]]


def public_vars() -> Table:
    """The table of vars: section → name → default, accepts, unit and comment."""
    return yaml.safe_load(re.search(r"{%- set table -%}\n(.*?){%- endset -%}", TABLE.read_text(), re.DOTALL)[1])


def project_text(table: Table) -> str:
    """The text of dbt_project.yml with the vars of the table."""
    before = re.split(r"^vars:", PROJECT_FILE.read_text(), flags=re.MULTILINE)[0]
    lines = [before + "vars:   # written by `make vars` from macros/core/configuration/public_vars.sql"]
    for section, rows in table.items():
        lines += [f"  # ---- {section.replace('_', ' ').capitalize()} ----"]
        for name, row in rows.items():
            lines += _var_lines(name, row)
        lines += [""]
    return "\n".join(lines)


def page_text(table: Table) -> str:
    """The page of vars: one table per section."""
    lines = [
        "# Vars",
        "",
        "Written by `make vars` from `macros/core/configuration/public_vars.sql`. `dbt_project.yml` sets the defaults. A data",
        "set file (`datasets/<name>.yml`) or `--vars` sets a var for a run. A run with an unknown var, or with a value that is",
        "not accepted, stops before anything is built.",
    ]
    for section, rows in table.items():
        lines += ["", f"## {section.replace('_', ' ').capitalize()}", ""]
        lines += ["| var | default | accepted | unit | meaning |", "|---|---|---|---|---|"]
        for name, row in rows.items():
            default = "see dbt_project.yml" if isinstance(row["default"], dict) else f"`{_flow(row['default'])}`"
            accepted = " or ".join(f"`{alternative}`" for alternative in row["accepts"].split(" | "))
            lines += [f"| `{name}` | {default} | {accepted} | {row.get('unit', '')} | {_escaped(row['comment'])} |"]
    return "\n".join(lines) + "\n"


def privacy_text() -> str:
    """The page of published columns by privacy class."""
    lines = [
        "# Privacy classes of published columns",
        "",
        "Written by `make vars` from the meta `privacy` of the published models. README (Privacy) defines the classes.",
        "",
        "| table | class | columns |",
        "|---|---|---|",
    ]
    texts = [text for path in PROJECT.glob("models/**/*.yml") if "\n        privacy:\n" in (text := path.read_text())]
    for model in sorted((yaml.safe_load(text)["models"][0] for text in texts), key=lambda model: model["name"]):
        for name, columns in model["config"]["meta"]["privacy"].items():
            lines += [f"| `{model['name']}` | `{name}` | {', '.join(columns)} |"]
    return "\n".join(lines) + "\n"


def outdated() -> Iterator[Path]:
    """Files whose text differs from the text generated from the table."""
    for path, text in _files():
        if not path.exists() or path.read_text() != text:
            yield path


def _files() -> list[tuple[Path, str]]:
    table = public_vars()
    return [(PROJECT_FILE, project_text(table)), (PAGE, page_text(table)), (PRIVACY_PAGE, privacy_text())]


def _var_lines(name: str, row: dict[str, Any]) -> list[str]:
    if isinstance(row["default"], dict):
        value = [f"    {key}: {_flow(inner)}" for key, inner in row["default"].items()]
        return [*_beside(f"  {name}:", row["comment"]), *value]
    unit = f"; {row['unit']}" if "unit" in row else ""
    return _beside(f"  {name}: {_flow(row['default'])}", f"{row['comment']} ({row['accepts']}{unit})")


def _beside(text: str, comment: str) -> list[str]:
    """A line with its comment, wrapped beside it, or above it if there is too little room."""
    column = max(COMMENT_COLUMN, len(text) + 3)
    if column > WIDTH // 2:
        return [*(f"  # {line}" for line in textwrap.wrap(comment, WIDTH - 4)), text]
    wrapped = textwrap.wrap(comment, WIDTH - column - 2)
    starts = [text.ljust(column), *[" " * column] * (len(wrapped) - 1)]
    return [f"{start}# {line}" for start, line in zip(starts, wrapped, strict=True)]


def _flow(value: Any) -> str:
    """The value as YAML on one line."""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0") + ("0" if value.is_integer() else "")
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).removesuffix("\n...\n").strip()


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    for path, text in _files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sys.exit(0)
