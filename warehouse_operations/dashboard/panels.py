"""Panels: pairs of files, `<part>/<name>.sql` with a header and `<part>/<name>.json` with a Vega-Lite spec; sections and terms.

The part is `core`, or the capability whose tables the panel shows. Files whose names begin with an underscore are not panels.

The header starts the SQL file, with one `-- key: value` per line; a line `--   more` (three blanks) continues the value above.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEYS = ("section", "order", "title", "unit", "interval", "read", "empty")
OPTIONAL_KEYS = ("width",)
WIDE = "wide"  # the only width a header may ask for: both columns of the page
SECTIONS = "_sections.json"
TERMS = "_terms.json"
SECTION_KEYS = ("key", "title", "intro", "empty")
NAME = re.compile(r"[a-z][a-z0-9_]*")
HEADER_LINE = re.compile(r"--\s?(?P<key>[A-Za-z_]+):(?P<value>.*)")
CONTINUATION = re.compile(r"--\s{3,}(?P<value>\S.*)")
OWN_KEYS = {"data": "the page inserts the rows of the SQL", "datasets": "the page inserts the rows of the SQL"}


class DashboardError(Exception):
    """An unusable panel, section or published file; the message names the file and the accepted content."""


@dataclass(frozen=True)
class Section:
    """A tab of the page.

    Attributes
    ----------
    key, title, intro
        Name in the headers of panels, title of the tab, and sentence below it.
    empty
        Text shown if the section has no panel.
    """

    key: str
    title: str
    intro: str
    empty: str


@dataclass(frozen=True)
class Panel:
    """A chart: its query, its Vega-Lite spec without data, and the values of its header.

    Attributes
    ----------
    part, name
        Folder of both files, and their base name.
    section, order
        Tab, and position within it, lowest first.
    title, unit, interval, read
        Texts around the chart: its content, its unit, the meaning of its intervals or why there are none, and how to read it.
    empty
        Text shown if the query returns no rows.
    sql, spec
        The query without the header, and the parsed spec.
    width
        `WIDE` for a panel across both columns, else empty.
    """

    part: str
    name: str
    section: str
    order: int
    title: str
    unit: str
    interval: str
    read: str
    empty: str
    sql: str
    spec: dict[str, Any]
    width: str = ""


def load_sections(folder: Path) -> list[Section]:
    """Read the sections of a folder of panels, in order.

    Raises
    ------
    DashboardError
        If the file is missing, isn't a list of objects with exactly the keys of `SECTION_KEYS`, or contains a section twice.
    """
    path = folder / SECTIONS
    document = _json(path)
    entries = document if isinstance(document, list) else [None]
    if not all(isinstance(entry, dict) and set(entry) == set(SECTION_KEYS) for entry in entries):
        raise DashboardError(f"{path}: must be a list of objects with the keys {', '.join(SECTION_KEYS)}.")
    sections = [Section(**{key: str(entry[key]) for key in SECTION_KEYS}) for entry in entries]
    keys = [section.key for section in sections]
    for key in keys:
        if not NAME.fullmatch(key) or keys.count(key) > 1:
            raise DashboardError(f"{path}: the key {key!r} must be unique, in lower-case letters, digits and underscores.")
    return sections


def load_terms(folder: Path) -> dict[str, str]:
    """Read the glossary of the page, by term; empty if the folder has none.

    Raises
    ------
    DashboardError
        If the file isn't an object of sentences.
    """
    path = folder / TERMS
    if not path.exists():
        return {}
    document = _json(path)
    if not isinstance(document, dict) or not all(isinstance(said, str) and said.endswith(".") for said in document.values()):
        raise DashboardError(f"{path}: must be an object whose keys are terms and whose values are sentences.")
    return document


def terms_in(text: str, terms: Mapping[str, str]) -> dict[str, str]:
    """Terms that occur in a text, as whole words in any case, also in the plural, with their meanings."""
    return {
        term: said for term, said in terms.items() if re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text, re.IGNORECASE)
    }


def load_panels(folder: Path, sections: Sequence[Section]) -> list[Panel]:
    """Read all panels in the parts of a folder, in the order of the page.

    Raises
    ------
    DashboardError
        If a panel isn't in the folder of a part, one of its two files is missing, a header or spec is invalid, or two panels have
        the same name or position.
    """
    files = [path for ending in ("sql", "json") for path in sorted(folder.rglob(f"*.{ending}")) if not path.name.startswith("_")]
    names: dict[str, Path] = {}
    for path in files:
        if path.parent.parent != folder:
            raise DashboardError(f"{path}: a panel belongs in the folder of its part, {folder}/core or {folder}/<capability>.")
        if names.setdefault(path.stem, path.parent) != path.parent:
            raise DashboardError(f"{path}: {names[path.stem].name} also has a panel of this name.")
    queries = {path.stem: path for path in files if path.suffix == ".sql"}
    specs = {path.stem: path for path in files if path.suffix == ".json"}
    for name in sorted(set(queries) ^ set(specs)):
        there = queries.get(name) or specs[name]
        missing = there.with_suffix(".json" if name in queries else ".sql")
        raise DashboardError(f"{there}: {missing.name} is missing; a panel has two files with the same name.")
    panels = [_panel(queries[name], specs[name], sections) for name in sorted(queries)]
    places: dict[tuple[str, int], Panel] = {}
    for panel in panels:
        other = places.setdefault((panel.section, panel.order), panel)
        if other is not panel:
            raise DashboardError(
                f"{queries[panel.name]}: order {panel.order} of section {panel.section} is already used by {other.name}.sql."
            )
    position = {section.key: number for number, section in enumerate(sections)}
    return sorted(panels, key=lambda panel: (position[panel.section], panel.order))


def parse_header(text: str, path: Path) -> tuple[dict[str, str], str]:
    """Split a panel's SQL file into its header and its query.

    Raises
    ------
    DashboardError
        If a line of the header is invalid, or a key is unknown, repeated, missing or without a value.
    """
    lines = text.split("\n")
    header: dict[str, str] = {}
    number, key = 0, ""
    while number < len(lines) and lines[number].startswith("--"):
        line = lines[number]
        if (more := CONTINUATION.fullmatch(line)) and key:
            header[key] += " " + more["value"].strip()
        elif entry := HEADER_LINE.fullmatch(line):
            key = entry["key"]
            if key not in (*KEYS, *OPTIONAL_KEYS):
                accepted = ", ".join((*KEYS, *OPTIONAL_KEYS))
                raise DashboardError(f"{path}, line {number + 1}: unknown key {key!r}. Accepted: {accepted}.")
            if key in header:
                raise DashboardError(f"{path}, line {number + 1}: {key} occurs twice.")
            header[key] = entry["value"].strip()
        else:
            raise DashboardError(
                f"{path}, line {number + 1}: {line!r} is neither `-- key: value` nor a continuation with three blanks."
            )
        number += 1
    missing = [key for key in KEYS if not header.get(key, "").strip()]
    if missing:
        raise DashboardError(f"{path}: the header lacks {', '.join(missing)}. It starts the file with lines `-- key: value`.")
    query = "\n".join(lines[number:]).strip()
    if not query:
        raise DashboardError(f"{path}: there is no query after the header.")
    return header, query


def fields(spec: Any) -> set[str]:
    """Columns that a spec reads: every `field`, except those that its transforms create."""
    read = {value for key, value in _entries(spec) if key == "field" and isinstance(value, str)}
    made = {
        name for key, value in _entries(spec) if key == "as" for name in (value if isinstance(value, list) else [value]) if name
    }
    return {name.replace("\\", "") for name in read - made}


def _panel(query_path: Path, spec_path: Path, sections: Sequence[Section]) -> Panel:
    name = query_path.stem
    if not NAME.fullmatch(name):
        raise DashboardError(f"{query_path}: the name of a panel consists of lower-case letters, digits and underscores.")
    header, sql = parse_header(query_path.read_text(encoding="utf-8"), query_path)
    if header["section"] not in {section.key for section in sections}:
        accepted = ", ".join(section.key for section in sections)
        raise DashboardError(f"{query_path}: unknown section {header['section']!r}. {SECTIONS} has: {accepted}.")
    if not re.fullmatch(r"[0-9]+", header["order"]):
        raise DashboardError(f"{query_path}: order must be a whole number, not {header['order']!r}.")
    if header.get("width", WIDE) != WIDE:
        raise DashboardError(f"{query_path}: width must be {WIDE!r} or omitted, not {header['width']!r}.")
    spec = _json(spec_path)
    if not isinstance(spec, dict) or not {"mark", "layer", "facet", "hconcat", "vconcat", "concat", "repeat"} & set(spec):
        raise DashboardError(f"{spec_path}: not a Vega-Lite spec; it needs `mark`, `layer` or similar.")
    spec.pop("$schema", None)
    for key, value in _entries(spec):
        if key in OWN_KEYS:
            raise DashboardError(f"{spec_path}: must not have {key!r}: {OWN_KEYS[key]}.")
        if key in ("url", "href"):
            raise DashboardError(f"{spec_path}: must not have {key!r}: the page uses no other files.")
        if key == "title" and value == "":
            raise DashboardError(f"{spec_path}: the title is empty; use null to remove a title.")
    return Panel(part=query_path.parent.name, name=name, sql=sql, spec=spec, **{**header, "order": int(header["order"])})


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DashboardError(f"{path}: file not found.") from None
    except json.JSONDecodeError as error:
        raise DashboardError(f"{path}, line {error.lineno}: not JSON: {error.msg}.") from None


def _entries(node: Any) -> Iterator[tuple[str, Any]]:
    """All keys with their values, at every level."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _entries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _entries(value)
