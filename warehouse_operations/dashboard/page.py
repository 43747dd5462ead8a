"""The page: what panels say of a published file, put into one HTML file that needs neither a server nor any other file."""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from warehouse_operations.dashboard.panels import DashboardError, Panel, Section, fields, load_panels, load_sections
from warehouse_operations.files import why_unusable

HOME = Path(__file__).parent
DATABASE = "recommendations.duckdb"
MOST_ROWS = 1000  # of one panel; a chart of more can't be read, and the page would grow with the data
DIGITS = 5  # significant ones of a number on the page
LISTS_SECTION = "recommendations"  # the section in which the searchable table stands
FACTS = """
select dataset, release, scope, as_of, published_at
from marts.publication
"""
RUNS = """
select scope, as_of, count(*) as table_count
from marts.publication_tables
group by scope, as_of
order by as_of desc, scope
"""
GATES = "select status, count(*) from marts.gate_results group by status"
OUTCOMES = {"pass": "passed", "warn": "warned", "fail": "failed", "not_enough_data": "without enough data"}
CLOSED = "select name, value from marts.run_manifest where section = 'capability' and value <> 'on'"
SEGMENTS = "select segment, segment_name from marts.segment_profiles where cutoff_id = 'live' and segment_name is not null"
CONFIDENCE = "select max(confidence_level) from marts.metric_registry where interval_method is not null"


@dataclass(frozen=True)
class Answer:
    """What a panel's query gave: columns and rows, or a note that says why there are none."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    note: str = ""


def build(published: Path, panels: Path, customers: int) -> str:
    """Make the page of what is published.

    Parameters
    ----------
    published
        The published DuckDB file, or the folder it is in. It is opened read-only, and queries reach no other file.
    panels
        Folder of the panels and their sections.
    customers
        Number of customers in the searchable table; 0 leaves it empty.

    Returns
    -------
    str
        The whole HTML page.

    Raises
    ------
    DashboardError
        If nothing is published there, or a panel isn't right.
    """
    database = published / DATABASE if published.is_dir() else published
    if not database.exists():
        raise DashboardError(f"{database}: nothing is published there; make build builds and publishes.")
    if problem := why_unusable(database, remedy="make publish writes another release, make rollback goes back to one."):
        raise DashboardError(problem)
    sections = load_sections(panels)
    loaded = load_panels(panels, sections)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        closed = dict(_rows_if_any(connection, CLOSED))
        answers = {panel.name: answer(connection, panel, panels / panel.part / f"{panel.name}.sql", closed) for panel in loaded}
        facts = _facts(connection)
        lists = _lists(connection, customers)
    return render(sections, loaded, answers, facts, lists)


def answer(connection: duckdb.DuckDBPyConnection, panel: Panel, path: Path, closed: Mapping[str, str]) -> Answer:
    """Run a panel's query. A table that isn't published, or no rows, make a note; all other failures are errors.

    Parameters
    ----------
    connection, panel, path
        The published file, the panel, and the file of its query.
    closed
        Capabilities that are off in the release, each with the vars that switch it off. A panel reads the core, its own part and
        evaluation, so a missing table belongs to one of the two.

    Raises
    ------
    DashboardError
        If the query isn't one SELECT, fails, returns too many rows or lacks a column that the spec reads.
    """
    try:
        statements = connection.extract_statements(panel.sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise DashboardError(f"{path}: must hold one SELECT and nothing else.")
        cursor = connection.execute(statements[0])
    except duckdb.CatalogException as error:
        table = re.match(r"Catalog Error: Table with name (\w+) does not exist", str(error))
        if not table:
            raise DashboardError(f"{path}: {error}") from error
        switches = closed.get(panel.part) or closed.get("evaluation")
        if switches:
            return Answer(note=f"Not enabled: {switches}.")
        return Answer(note=f"This release has no table {table[1]}, so there is nothing to show.")
    except duckdb.Error as error:
        raise DashboardError(f"{path}: {error}") from error
    columns = [column[0] for column in cursor.description]
    missing = fields(panel.spec) - set(columns)
    if missing:
        raise DashboardError(
            f"{path.with_suffix('.json')}: reads {', '.join(sorted(missing))}, but {path.name} returns {', '.join(columns)}."
        )
    rows = cursor.fetchmany(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise DashboardError(f"{path}: returns more than {MOST_ROWS} rows; aggregate, or keep the first ones by a limit.")
    return Answer(columns, [[plain(value) for value in row] for row in rows], "" if rows else panel.empty)


def plain(value: Any) -> Any:
    """Turn a value of DuckDB into one of JSON: numbers shortened, times in ISO form, what is no number NULL."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def embedded(value: Any) -> str:
    """JSON that can stand within a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def render(
    sections: Sequence[Section],
    panels: Sequence[Panel],
    answers: dict[str, Answer],
    facts: dict[str, Any],
    lists: dict[str, Any],
) -> str:
    """Put everything into the template; markup here, drawing in page.js."""
    shown = {
        panel.name: {
            "title": panel.title,
            "read": panel.read,
            "spec": panel.spec,
            "columns": answers[panel.name].columns,
            "rows": answers[panel.name].rows,
        }
        for panel in panels
        if not answers[panel.name].note
    }
    tabs, bodies = [], []
    for number, section in enumerate(sections):
        own = [panel for panel in panels if panel.section == section.key]
        tabs.append(
            f'<button type="button" role="tab" id="tab-{section.key}" aria-controls="{section.key}" '
            f'aria-selected="{str(number == 0).lower()}" tabindex="{0 if number == 0 else -1}">'
            f"{html.escape(section.title)}</button>"
        )
        content = "\n".join(_panel_markup(panel, answers[panel.name]) for panel in own)
        if section.key == LISTS_SECTION:
            content += _filled("lists.html", {"sql": html.escape(_part("lists.sql"))})
        bodies.append(
            f'<section role="tabpanel" id="{section.key}" aria-labelledby="tab-{section.key}" tabindex="0"'
            f"{'' if number == 0 else ' hidden'}>\n<h2>{html.escape(section.title)}</h2>\n"
            f'<p class="intro">{html.escape(section.intro)}</p>\n'
            + (f'<div class="panels">\n{content}\n</div>' if content else f'<p class="note">{html.escape(section.empty)}</p>')
            + "\n</section>"
        )
    parts = {
        "title": html.escape(f"Recommendations: {facts['dataset']}, {facts['release']}"),
        "style": _part("style.css"),
        "facts": _facts_markup(facts),
        "tabs": "\n".join(tabs),
        "sections": "\n".join(bodies),
        "data": embedded({"panels": shown, "lists": lists}),
        "library": _library(),
        "script": _part("page.js"),
    }
    return _filled("template.html", parts)


def _panel_markup(panel: Panel, found: Answer) -> str:
    texts = {key: html.escape(getattr(panel, key)) for key in ("name", "title", "unit", "interval", "read", "sql")}
    body = f'<p class="note">{html.escape(found.note)}</p>' if found.note else _filled("chart.html", texts)
    return _filled("panel.html", {**texts, "body": body})


def _facts(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    try:
        cursor = connection.execute(FACTS)
        (row,) = cursor.fetchall()
    except (duckdb.Error, ValueError) as error:
        raise DashboardError(f"marts.publication doesn't say which release this is: {error}") from error
    facts = dict(zip((column[0] for column in cursor.description), row, strict=True))
    facts["confidence_level"] = next((level for (level,) in _rows_if_any(connection, CONFIDENCE)), None)
    facts["gates"] = dict(_rows_if_any(connection, GATES))
    facts["runs"] = _rows_if_any(connection, RUNS)
    return facts


def _rows_if_any(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    """Rows of a query; none where a release without its table is published."""
    try:
        return connection.execute(query).fetchall()
    except duckdb.CatalogException:
        return []


def _facts_markup(facts: dict[str, Any]) -> str:
    def moment(value: datetime | None) -> str:
        return f"{value:%Y-%m-%d %H:%M} UTC" if value else "not yet"

    counts = facts["gates"]
    shown = [status for status in OUTCOMES if status in ("pass", "fail") or status in counts]
    gates = [f"{counts.get(status, 0)} {OUTCOMES[status]}" for status in shown]
    entries = {
        "Data set": facts["dataset"],
        "Release": facts["release"],
        "As of": moment(facts["as_of"]),
        "Published": moment(facts["published_at"]),
        "Gates": ", ".join(gates) if counts else "none in this release",
    }
    if len(facts["runs"]) > 1:
        runs = [f"{count} as of {moment(as_of)} ({scope})" for scope, as_of, count in facts["runs"]]
        entries["Tables of several runs"] = ", ".join(runs)
    if facts["confidence_level"]:
        entries["Intervals"] = f"{facts['confidence_level']:.0%}"
    return "\n".join(f"<div><dt>{name}</dt><dd>{html.escape(str(value))}</dd></div>" for name, value in entries.items())


def _lists(connection: duckdb.DuckDBPyConnection, customers: int) -> dict[str, Any]:
    """Lists of a sample of customers, names written once and referred to by their numbers."""
    try:
        ((everybody,),) = connection.execute("select count(distinct customer_id) from marts.recommendations").fetchall()
        rows = connection.execute(_part("lists.sql"), {"customers": customers}).fetchall()
    except duckdb.CatalogException as error:
        note = f"This release has no lists to show: {error}".splitlines()[0]
        return {"customers": [], "words": [], "everybody": 0, "note": note}
    segments = dict(_rows_if_any(connection, SEGMENTS))
    words: dict[str, int] = {}

    def word(text: str | None) -> int | None:
        return None if text is None else words.setdefault(text, len(words))

    found: dict[str, list[Any]] = {}
    for customer, rung, band, segment, orders, _, name, category, reason, explored, sources, names in rows:
        named = segments.get(segment, segment).replace("_", " ")
        entry = found.setdefault(customer, [customer, word(rung), word(band), word(named), orders, []])
        spoke = [[word(source), part] for source, part in sources or []]
        entry[-1].append([word(name), word(category), word(reason), int(explored), spoke, [word(own) for own in names or []]])
    note = "" if found else "The table of customers was left out of this page."
    return {"customers": list(found.values()), "words": list(words), "everybody": everybody, "note": note}


def _library() -> str:
    """Vega, Vega-Lite and vega-embed as one script that sets `window.vegaEmbed`."""
    library = vl_convert.javascript_bundle()
    if re.search(r"</script|<!--", library, re.IGNORECASE):
        raise DashboardError("The bundle of vl-convert can't stand within a script element; pin another version.")
    return library


def _part(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def _filled(name: str, parts: dict[str, str]) -> str:
    """A template with its marks replaced, once: what is put in isn't looked at again."""
    return re.sub(r"<!--@(\w+)-->", lambda match: parts[match[1]], _part(name))
