"""The page: what panels say of a published file, put into one HTML file that needs neither a server nor any other file."""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from warehouse_operations.dashboard import summary
from warehouse_operations.dashboard.lookup import lookup
from warehouse_operations.dashboard.panels import (
    DashboardError,
    Panel,
    Section,
    fields,
    load_panels,
    load_sections,
    load_terms,
    terms_in,
)
from warehouse_operations.files import why_unusable

HOME = Path(__file__).parent
DATABASE = "recommendations.duckdb"
MOST_ROWS = 1000  # of one panel; a chart of more can't be read, and the page would grow with the data
NAMED_TERMS = 5  # in the line that opens the terms of a panel
PAGE_DAYS = 30  # after its release, for which a page may show customers: requests to be forgotten are to be met within a month
DIGITS = 5  # significant ones of a number on the page
LISTS_SECTION = "lookup"  # the section of what can be looked up
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
CLOSED = "select name, value from marts.run_manifest where section = 'capability' and value <> 'on'"
CONFIDENCE = "select max(confidence_level) from marts.metric_registry where interval_method is not null"
LISTED = """
select count(*), count(*) filter (where short.customer_id is null)
from (select distinct customer_id from marts.recommendations) as listed
left join marts.short_lists as short on listed.customer_id = short.customer_id
"""
KEPT = "kept_releases"  # what panels read of the releases that are kept beside this one
KEPT_COLUMNS = """
release varchar, as_of timestamp, published_at timestamp, source varchar, metric varchar, value double, ci_low double,
ci_high double, customer_count bigint
"""
KEPT_ROWS = """
select
    publication.release,
    publication.as_of,
    publication.published_at,
    performance.source,
    performance.metric,
    performance.value,
    performance.ci_low,
    performance.ci_high,
    performance.customer_count
from marts.model_performance as performance
cross join marts.publication as publication
where
    performance.cutoff_id = 'test'
    and performance.mode = 'all'
    and performance.slice = 'all'
    and performance.k = 10
    and performance.source in ('assembled', 'popularity')
"""


@dataclass(frozen=True)
class Answer:
    """What a panel's query gave: columns and rows, or a note that says why there are none."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    note: str = ""


def build(published: Path, panels: Path, customers: int | None) -> str:
    """Make the page of what is published.

    Parameters
    ----------
    published
        The published DuckDB file, or the folder it is in. It is opened read-only, and queries reach no other file.
    panels
        Folder of the panels and their sections.
    customers
        Number of customers that can be looked up, 0 for none, None for as many as fit (`lookup.MOST_BYTES`).

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
    terms = load_terms(panels)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        connection.execute(f"create temp table {KEPT} ({KEPT_COLUMNS})")
        if kept := kept_releases(database):
            connection.executemany(f"insert into {KEPT} values (?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)
        closed = dict(_rows_if_any(connection, CLOSED))
        answers = {panel.name: answer(connection, panel, panels / panel.part / f"{panel.name}.sql", closed) for panel in loaded}
        facts = _facts(connection)
        facts["result"] = summary.result(connection, panels)
        facts["tasks"] = summary.tasks(connection, panels, [section.key for section in sections])
        lists = lookup(connection, panels, customers)
    return render(sections, loaded, answers, facts, lists, terms)


def kept_releases(database: Path) -> list[tuple]:
    """Quality of the lists in each release that is kept beside the published file, as columns of `KEPT_COLUMNS`.

    A release whose file can't be read, or lacks the tables, has no rows.
    """
    found = []
    for path in sorted((database.parent / "releases").glob(f"*/{DATABASE}")):
        try:
            with duckdb.connect(str(path), read_only=True) as connection:
                found += connection.execute(KEPT_ROWS).fetchall()
        except duckdb.Error:
            continue
    return found


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
    note = f"Not enabled: {closed[panel.part]}." if panel.part in closed else panel.empty
    return Answer(columns, [[plain(value) for value in row] for row in rows], "" if rows else note)


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
    terms: Mapping[str, str],
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
        drawn = "\n".join(_panel_markup(panel, answers[panel.name], terms) for panel in own if not answers[panel.name].note)
        silent = "\n".join(_panel_markup(panel, answers[panel.name], terms) for panel in own if answers[panel.name].note)
        content = f'<div class="panels">\n{drawn}\n</div>' if drawn else ""
        content += f'<div class="silent">\n<h3>Without data in this release</h3>\n{silent}\n</div>' if silent else ""
        if number == 0:
            content = _summary_markup(facts, sections) + content
        if section.key == LISTS_SECTION:
            content = _filled("lists.html", {"sql": html.escape(_part("lists.sql"))}) + content
        bodies.append(
            f'<section role="tabpanel" id="{section.key}" aria-labelledby="tab-{section.key}" tabindex="0"'
            f"{'' if number == 0 else ' hidden'}>\n<h2>{html.escape(section.title)}</h2>\n"
            f'<p class="intro">{html.escape(section.intro)}</p>\n'
            + (content or f'<p class="note">{html.escape(section.empty)}</p>')
            + "\n</section>"
        )
    expires = facts["published_at"] and facts["published_at"].date() + timedelta(days=PAGE_DAYS)
    parts = {
        "title": html.escape(f"Recommendations: {facts['dataset']}, {facts['release']}"),
        "dataset": html.escape(facts["dataset"]),
        "style": _part("style.css"),
        "facts": _facts_markup(facts),
        "tabs": "\n".join(tabs),
        "sections": "\n".join(bodies),
        "expiry": _expiry_markup(expires),
        "data": embedded(
            {"release": f"{facts['dataset']}-{facts['release']}", "expires": plain(expires), "panels": shown, "lists": lists}
        ),
        "library": _library(),
        "script": _part("page.js"),
    }
    return _filled("template.html", parts)


def _panel_markup(panel: Panel, found: Answer, terms: Mapping[str, str]) -> str:
    texts = {key: html.escape(getattr(panel, key)) for key in ("name", "title", "unit", "interval", "read", "sql")}
    if found.note:
        return _filled("silent.html", {**texts, "note": html.escape(found.note)})
    words = {value for row in found.rows for value in row if isinstance(value, str)}
    said = terms_in("\n".join([panel.title, panel.unit, panel.interval, panel.read, *sorted(words)]), terms)
    return _filled("panel.html", {**texts, "width": panel.width, "terms": _terms_markup(said)})


def _terms_markup(said: Mapping[str, str]) -> str:
    if not said:
        return ""
    names = ", ".join([*map(html.escape, list(said)[:NAMED_TERMS]), *(["…"] if len(said) > NAMED_TERMS else [])])
    entries = "".join(f"<div><dt>{html.escape(term)}</dt><dd>{html.escape(meaning)}</dd></div>" for term, meaning in said.items())
    return f'<details class="terms"><summary>What the words mean: {names}</summary><dl>{entries}</dl></details>'


def _expiry_markup(expires: date | None) -> str:
    """Until when the page may be kept; from then on, page.js shows no customer."""
    if expires is None:
        return ""
    return f"Customers who asked to be forgotten since this release are still on this page: delete it by {expires}. "


def _summary_markup(facts: dict[str, Any], sections: Sequence[Section]) -> str:
    """The first screen: result, release, gates, lists, and what a person should look at."""
    failed = facts["gates"].get("fail", 0)
    release = [
        ("Release", facts["release"], f"Published {summary.moment(facts['published_at'])}."),
        (
            "Age of the data",
            summary.age(facts["as_of"], facts["published_at"]) or "not known",
            f"From the newest event, {summary.moment(facts['as_of'])}, to publication.",
        ),
        (
            "Gates",
            f"{failed} failed" if facts["gates"] else "none",
            f"Bounds that lists must meet before they may be shown: {summary.gates(facts['gates'])}.",
        ),
    ]
    if len(facts["runs"]) > 1:
        release.append(("Tables of several runs", str(len(facts["runs"])), f"{_runs(facts)}."))
    if facts["listed"]:
        ((listed, full),) = facts["listed"]
        release.append(("Customers with a list", f"{listed:,}", f"{full:,} of them get all products that were planned."))
    titles = {section.key: section.title for section in sections}
    return summary.markup(facts["result"], facts["confidence_level"], release, facts["tasks"], titles)


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
    facts["listed"] = _rows_if_any(connection, LISTED)
    return facts


def _rows_if_any(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    """Rows of a query; none where a release without its table is published."""
    try:
        return connection.execute(query).fetchall()
    except duckdb.CatalogException:
        return []


def _facts_markup(facts: dict[str, Any]) -> str:
    """Which release each section is of."""
    age = summary.age(facts["as_of"], facts["published_at"])
    entries = {
        "Release": facts["release"],
        "Newest event": f"{summary.moment(facts['as_of'])}{f', {age} before publication' if age else ''}",
        "Gates": summary.gates(facts["gates"]),
    }
    if len(facts["runs"]) > 1:
        entries["Tables of several runs"] = _runs(facts)
    return "\n".join(f"<div><dt>{name}</dt><dd>{html.escape(str(value))}</dd></div>" for name, value in entries.items())


def _runs(facts: dict[str, Any]) -> str:
    """Count the tables of each run of which a release holds some."""
    return ", ".join(f"{count} as of {summary.moment(as_of)} ({scope})" for scope, as_of, count in facts["runs"])


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
