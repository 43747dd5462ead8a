"""Texts of the pages in docs/reference, from YAML, seeds and the Makefile. The module `configuration` writes the pages."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parent.parent
FOLDER = PROJECT / "docs" / "reference"
SEEDS = PROJECT / "seeds" / "reference"
GATES = SEEDS / "capabilities" / "evaluation" / "gates.csv"
CLEANING_RULES = SEEDS / "core" / "cleaning_rules.csv"
METRIC_DEFINITIONS = SEEDS / "capabilities" / "evaluation" / "metric_definitions.csv"
SEMANTIC_METRICS = PROJECT / "models" / "core" / "marts" / "_marts__metrics.yml"


def pages() -> list[tuple[Path, str]]:
    """The path and the text of each page."""
    return [
        (FOLDER / "tables.md", _tables()),
        (FOLDER / "privacy.md", _privacy()),
        (FOLDER / "gates.md", _gates()),
        (FOLDER / "cleaning-rules.md", _cleaning_rules()),
        (FOLDER / "metrics.md", _metrics()),
        (FOLDER / "targets.md", _targets()),
    ]


def published_models() -> Iterator[tuple[Path, dict[str, Any]]]:
    """The YAML path and the entry of each model that has the meta `privacy`, as every published table has; sorted by name."""
    texts = {path: path.read_text() for path in PROJECT.glob("models/**/*.yml")}
    models = [(path, yaml.safe_load(text)["models"][0]) for path, text in texts.items() if "\n        privacy:\n" in text]
    yield from sorted(models, key=lambda entry: entry[1]["name"])


def escaped(text: str) -> str:
    """The text as it may be written in a cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _tables() -> str:
    blocks = _doc_blocks()
    parts: dict[str, list[str]] = {}
    for path, model in published_models():
        folders = path.relative_to(PROJECT / "models").parts
        part = folders[0] if folders[0] == "core" else folders[1]
        schema = next(folder for folder in reversed(folders[:-1]) if folder != "unit_tests")
        keys = [constraint["columns"] for constraint in model.get("constraints", []) if constraint["type"] == "primary_key"]
        lines = parts.setdefault(part, [])
        lines += ["", f"### {model['name']}", "", f"Schema `{schema}`. {_resolved(model['description'], blocks)}", ""]
        lines += [f"Primary key: {', '.join(f'`{column}`' for column in keys[0])}.", ""] if keys else []
        lines += _header("column", "type", "description")
        for column in model["columns"]:
            lines += [_row(f"`{column['name']}`", f"`{column.get('data_type', '')}`", _described(column, blocks))]
    lines = [
        *_title("Published tables and columns", "the YAML files of the published models"),
        "[Connections](../connections.md) describes how to open the tables.",
        "[Privacy classes](privacy.md) has the privacy class of each column.",
    ]
    for part in ["core", *sorted(parts.keys() - {"core"})]:
        names = [line.removeprefix("### ") for line in parts[part] if line.startswith("### ")]
        lines += [
            "",
            f"## {part.replace('_', ' ').capitalize()}",
            "",
            ", ".join(f"[{name}](#{name})" for name in names),
            *parts[part],
        ]
    return _page(lines)


def _privacy() -> str:
    lines = [
        *_title("Privacy classes of published columns", "the meta `privacy` of the published models"),
        "The page [Privacy](../privacy.md#classes-of-columns) defines the classes.",
        "",
        *_header("table", "class", "columns"),
    ]
    for _, model in published_models():
        for name, columns in model["config"]["meta"]["privacy"].items():
            lines += [_row(f"`{model['name']}`", f"`{name}`", ", ".join(columns))]
    return _page(lines)


def _gates() -> str:
    lines = [
        *_title("Gates", f"`{GATES.relative_to(PROJECT)}`"),
        "Edit that file to change a bound. `marts.gate_results` has the value, the interval and the outcome of each gate.",
        "[Evaluation and gates](../capabilities/evaluation.md#gates) describes how a gate decides and how to react to a failure.",
        "",
        *_seed_table(GATES),
    ]
    return _page(lines)


def _cleaning_rules() -> str:
    lines = [
        *_title("Cleaning rules", f"`{CLEANING_RULES.relative_to(PROJECT)}`"),
        "`marts.cleaning_ledger` counts the rows that each rule rejected or corrected.",
    ]
    for table in dict.fromkeys(row["raw_table"] for row in _rows(CLEANING_RULES)):
        lines += ["", f"## {table}", "", *_seed_table(CLEANING_RULES, raw_table=table)]
    return _page(lines)


def _metrics() -> str:
    lines = [
        *_title("Metrics", f"`{METRIC_DEFINITIONS.relative_to(PROJECT)}` and `{SEMANTIC_METRICS.relative_to(PROJECT)}`"),
        "`marts.metric_registry` has the same definitions with the protocol of the build beside them.",
    ]
    for table in dict.fromkeys(row["published_in"] for row in _rows(METRIC_DEFINITIONS)):
        lines += ["", f"## {table}", "", *_seed_table(METRIC_DEFINITIONS, published_in=table)]
    lines += ["", "## Metrics for MetricFlow", "", "`make metrics ASK=...` queries them.", "", *_header("metric", "description")]
    for metric in yaml.safe_load(SEMANTIC_METRICS.read_text())["metrics"]:
        lines += [_row(f"`{metric['name']}`", escaped(metric["description"]))]
    return _page(lines)


def _targets() -> str:
    lines = [
        *_title("Make targets", "the `Makefile`"),
        "`make help` prints the same list.",
        "",
        *_header("target", "description"),
    ]
    for name, text in re.findall(r"^([a-z-]+):[^#\n]*## (.*)$", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE):
        lines += [_row(f"`{name}`", escaped(text))]
    return _page(lines)


def _title(title: str, origin: str) -> list[str]:
    return [f"# {title}", "", f"`make reference` writes this page from {origin}.", ""]


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _header(*names: str) -> list[str]:
    return [_row(*names), "|" + "---|" * len(names)]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _seed_table(path: Path, **fixed: str) -> list[str]:
    """The rows of a seed as a table, or only those with the fixed values, without the columns that are fixed."""
    rows = [row for row in _rows(path) if all(row[name] == value for name, value in fixed.items())]
    names = [name for name in rows[0] if name not in fixed]
    return [
        *_header(*(name.replace("_", " ") for name in names)),
        *(_row(*(escaped(row[name]) for name in names)) for row in rows),
    ]


def _doc_blocks() -> dict[str, str]:
    """The shared descriptions: name → text."""
    texts = "\n".join(path.read_text() for path in (PROJECT / "models" / "docs").glob("*.md"))
    return dict(re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", texts, flags=re.DOTALL))


def _resolved(description: str, blocks: dict[str, str]) -> str:
    return escaped(re.sub(r"{{ doc\('(\w+)'\) }}", lambda match: blocks[match[1]].strip(), description))


def _described(column: dict[str, Any], blocks: dict[str, str]) -> str:
    """The description of a column, and its unit, range and reason for NULL where its meta states them."""
    meta = column.get("config", {}).get("meta", {})
    stated = [("Unit", "unit"), ("Range", "range"), ("Values", "values"), ("NULL if", "null_reason")]
    notes = [f"{label}: {escaped(str(meta[key]))}." for label, key in stated if meta.get(key) is not None]
    return " ".join([_resolved(column["description"], blocks), *notes])
