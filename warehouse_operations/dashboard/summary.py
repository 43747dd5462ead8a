"""The first screen: the result in one sentence, key figures of the release, and items that need attention.

In the folder of the panels, `<part>/_result.sql` returns the figures (one row), `<part>/_tasks.sql` status, sentence and section.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse_operations.dashboard.panels import DashboardError

RESULT = "_result.sql"
TASKS = "_tasks.sql"
STATUSES = {"fail": "Failed", "warn": "Warning", "look": "To review"}  # of a task, most urgent first
OUTCOMES = {"pass": "passed", "warn": "warned", "fail": "failed", "not_enough_data": "without enough data"}
NOT_MEASURED = "The quality of the lists was not measured in this release."
CHOSE = "To choose means to buy, view, add to the cart or like, or any other counted interaction."


@dataclass(frozen=True)
class Task:
    """An item that needs attention.

    Attributes
    ----------
    status
        One of `STATUSES`.
    sentence
        Description of the item.
    section
        Key of the section with details.
    """

    status: str
    sentence: str
    section: str


def result(connection: duckdb.DuckDBPyConnection, panels: Path) -> dict[str, Any]:
    """Return the figures of the result by name; empty if nothing was measured.

    Raises
    ------
    DashboardError
        If the query of the result fails for a reason other than an unpublished table.
    """
    found: dict[str, Any] = {}
    for path in sorted(panels.glob(f"*/{RESULT}")):
        columns, rows = _read(connection, path)
        for row in rows:
            found.update(zip(columns, row, strict=True))
    return found


def tasks(connection: duckdb.DuckDBPyConnection, panels: Path, sections: Sequence[str]) -> list[Task]:
    """Return the items that need attention, most urgent first, then in the order of the sections.

    Raises
    ------
    DashboardError
        If a query fails for a reason other than an unpublished table, or returns an unknown status or section.
    """
    found = []
    for path in sorted(panels.glob(f"*/{TASKS}")):
        _, rows = _read(connection, path)
        for row in rows:
            task = Task(*row)
            if task.status not in STATUSES or task.section not in sections:
                raise DashboardError(f"{path}: unknown status {task.status!r} or section {task.section!r}.")
            found.append(task)
    order = list(STATUSES)
    return sorted(found, key=lambda task: (order.index(task.status), sections.index(task.section), task.sentence))


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], list[tuple]]:
    """Columns and rows of a query; none if the release lacks one of its tables."""
    try:
        cursor = connection.execute(path.read_text(encoding="utf-8"))
    except duckdb.CatalogException:
        return [], []
    except duckdb.Error as error:
        raise DashboardError(f"{path}: {error}") from error
    return [column[0] for column in cursor.description], cursor.fetchall()


def moment(value: datetime | None) -> str:
    """Format a time in UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "not yet"


def age(as_of: datetime | None, published_at: datetime | None) -> str:
    """Format the age of the data at publication; empty if either time is unknown."""
    if not as_of or not published_at:
        return ""
    days = max((published_at - as_of).days, 0)
    return f"{days:,} day{'' if days == 1 else 's'}"


def gates(counts: Mapping[str, int]) -> str:
    """Count the gates of a release by outcome."""
    if not counts:
        return "none in this release"
    shown = [status for status in OUTCOMES if status in ("pass", "fail") or status in counts]
    return ", ".join(f"{counts.get(status, 0)} {OUTCOMES[status]}" for status in shown)


def sentence(figures: Mapping[str, Any]) -> str:
    """Format the result as a sentence."""
    if not figures:
        return NOT_MEASURED
    days = round((figures["horizon_ends_at"] - figures["cutoff_at"]).total_seconds() / 86400)
    chosen = "held out of each customer's history" if figures["is_held_out"] else f"that a customer chose in the next {days} days"
    text = f"The list of {figures['k']} contained {figures['found']:.0%} of the products {chosen}"
    if figures["popular"] is None:
        return f"{text}."
    return f"{text}; the {figures['k']} bestsellers alone contained {figures['popular']:.0%}."


def markup(
    figures: Mapping[str, Any],
    confidence_level: float | None,
    facts: Sequence[tuple[str, str, str]],
    found: Sequence[Task],
    titles: Mapping[str, str],
) -> str:
    """Format the first screen as HTML.

    Parameters
    ----------
    figures
        Result of `result`.
    confidence_level
        Confidence level of the intervals, 0 to 1; None if none was measured.
    facts
        Label, value and explanation of each figure about the release.
    found
        Items that need attention.
    titles
        Title of each section by key.
    """
    parts = [f'<p class="result">{html.escape(sentence(figures))}</p>']
    if figures:
        parts.append(_bars(figures))
        basis = (
            f"Backtest: lists based on data until {figures['cutoff_at']:%Y-%m-%d}, compared with the products that "
            f"{figures['customer_count']:,} customers chose until {figures['horizon_ends_at']:%Y-%m-%d}; mean over customers."
        )
        line = f" The line through a bar is the {confidence_level:.0%} interval." if confidence_level else ""
        parts.append(f'<p class="basis">{html.escape(f"{basis} {CHOSE}{line}")}</p>')
    entries = "\n".join(
        f'<div><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd><dd class="why">{html.escape(why)}</dd></div>'
        for label, value, why in facts
    )
    parts.append(f'<dl class="figures">\n{entries}\n</dl>')
    parts.append("<h3>Needs attention</h3>")
    if found:
        lines = "\n".join(
            f'<li class="{task.status}"><span class="status">{STATUSES[task.status]}</span> '
            f'<bdi>{html.escape(task.sentence)}</bdi> <a href="#{task.section}">{html.escape(titles[task.section])}</a></li>'
            for task in found
        )
        parts.append(f'<ul class="tasks">\n{lines}\n</ul>')
    else:
        parts.append('<p class="tasks">No items in this release.</p>')
    return '<div class="summary" id="summary">\n' + "\n".join(parts) + "\n</div>"


def _bars(figures: Mapping[str, Any]) -> str:
    """Two bars on a scale from 0 to 100 %, each with its confidence interval."""
    rows = []
    for label, name in (("Final lists", "found"), ("Bestsellers", "popular")):
        value, low, high = (figures[key] for key in (name, f"{name}_low", f"{name}_high"))
        if value is None:
            continue
        interval, said = "", ""
        if low is not None and high is not None:
            interval = f'<i style="left:{low:.2%};width:{high - low:.2%}"></i>'
            said = f" <small>{low:.0%} to {high:.0%}</small>"
        rows.append(
            f'<div class="bar-row {name}"><span>{label}</span>'
            f'<span class="track"><b style="width:{value:.2%}"></b>{interval}</span>'
            f"<span><strong>{value:.0%}</strong>{said}</span></div>"
        )
    return f'<div class="bars">{"".join(rows)}</div>'
