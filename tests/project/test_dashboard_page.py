"""The dashboard of the demo build: what its panels say, how big and how fast it is, and in a Chromium that it works."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.conftest import PROJECT, Run
from tests.dashboard_browser import browser, chromium, take_screenshots, visit
from warehouse_operations.dashboard.page import build

PANELS = PROJECT / "dashboard"
CUSTOMERS = 300
# Panels that have nothing to show of a first build, in which nothing was tuned.
SILENT = {"last_release", "drift", "tuning"}
MOST_SECONDS = 10
MOST_BYTES = 2_000_000  # without the searchable table


@dataclass(frozen=True)
class Dashboard:
    """The page of the demo build, where it lies, and how long it took."""

    text: str
    path: Path
    seconds: float


@pytest.fixture(scope="module")
def dashboard(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Dashboard:
    started = time.monotonic()
    text = build(demo_build.published, PANELS, CUSTOMERS)
    seconds = time.monotonic() - started
    path = tmp_path_factory.mktemp("dashboard") / "demo.html"
    path.write_text(text, encoding="utf-8")
    return Dashboard(text, path, seconds)


@pytest.fixture(scope="module")
def launched() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine; CHROMIUM=<path> names one")
    with browser(executable) as found:
        yield found


def notes(text: str) -> dict[str, str]:
    """Panels that say something in place of a chart."""
    panels = re.findall(r'<article class="panel" id="panel-(\w+)"(.*?)</article>', text, re.DOTALL)
    found = {name: re.search(r'<p class="note">(.*?)</p>', body) for name, body in panels}
    return {name: note[1] for name, note in found.items() if note}


def test_every_panel_has_something_to_show(dashboard: Dashboard) -> None:
    silent = notes(dashboard.text)
    assert set(silent) == SILENT, silent
    assert "no table" not in " ".join(silent.values())


def test_it_is_small_and_fast(demo_build: Run, dashboard: Dashboard) -> None:
    assert dashboard.seconds < MOST_SECONDS
    assert len(build(demo_build.published, PANELS, 0).encode()) < MOST_BYTES


def test_it_is_the_same_page_each_time(demo_build: Run, dashboard: Dashboard) -> None:
    assert build(demo_build.published, PANELS, CUSTOMERS) == dashboard.text


def test_it_knows_no_customer_by_the_company_s_id(demo_build: Run, dashboard: Dashboard) -> None:
    ids = {raw for (raw,) in demo_build.query("select raw_customer_id from restricted.customer_identities")}
    pseudonyms = {known for (known,) in demo_build.query("select customer_id from restricted.customer_identities")}
    words = set(re.findall(r"\w+", dashboard.text))
    assert len(pseudonyms & words) == CUSTOMERS
    assert ids & words == set()


def test_a_release_of_empty_tables_has_a_page_of_sentences(demo_build: Run, tmp_path: Path) -> None:
    """As of a shop in which nothing could be measured yet; and one table is missing besides."""
    empty = tmp_path / "recommendations.duckdb"
    with duckdb.connect(str(empty)) as connection:
        connection.execute(f"attach '{demo_build.published / 'recommendations.duckdb'}' as whole (read_only)")
        tables = "select schema_name, table_name from duckdb_tables() where database_name = 'whole'"
        for schema, table in connection.execute(tables).fetchall():
            kept = "" if table == "publication" else "limit 0"
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as from whole.{schema}.{table} {kept}")
        connection.execute("drop table marts.fairness_audits")
    silent = notes(build(empty, PANELS, CUSTOMERS))
    assert set(silent) == {path.stem for path in PANELS.glob("*/*.sql")}
    assert silent["fairness_customers"] == "This release has no table fairness_audits, so there is nothing to show."


def test_every_chart_is_drawn_and_nothing_is_asked_for(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)
    charts = page.eval_on_selector_all(
        ".chart",
        """charts => charts.map(chart => [
            chart.dataset.panel,
            chart.querySelectorAll('svg .role-mark path, svg .role-mark line, svg .role-mark text').length,
            (chart.getAttribute('aria-label') ?? '').length,
        ])""",
    )
    assert len(charts) + len(notes(dashboard.text)) == len(list(PANELS.glob("*/*.sql")))
    assert [name for name, marks, label in charts if marks == 0 or label == 0] == []
    assert complaints == []
    page.close()


def test_the_search_finds_customers(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)
    page.click("#tab-recommendations")
    count = page.locator("#list-count")
    assert f"{CUSTOMERS} of {CUSTOMERS} customers" in count.inner_text()
    assert "are not on this page" in count.inner_text()
    rows = page.locator("#list-table tbody tr")
    assert rows.count() == 20
    page.click("#list-more")
    assert rows.count() == 120
    known = rows.nth(3).locator("th").inner_text()
    page.fill("#list-search", known[:8])
    assert count.inner_text().startswith("1 of ")
    assert rows.locator("th").all_inner_texts() == [known]
    rows.first.locator("summary").click()
    rows.first.locator("li").first.wait_for()
    assert rows.first.locator("li").count() == 10
    assert all(len(text.splitlines()) >= 2 for text in rows.first.locator("li").all_inner_texts()), "each with its reason"
    page.fill("#list-search", "CHOCOLATE")
    assert 0 < int(count.inner_text().split()[0]) < CUSTOMERS
    page.fill("#list-search", "nothing is called so")
    assert count.inner_text().startswith("0 of ")
    assert complaints == []
    page.close()


def test_tabs_work_by_mouse_keys_and_address(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)

    def shown() -> list[str]:
        return page.eval_on_selector_all(
            "[role=tabpanel]", "all => all.filter(one => one.offsetParent !== null).map(one => one.id)"
        )

    assert shown() == ["glance"]
    page.click("#tab-fairness")
    assert shown() == ["fairness"]
    assert page.get_attribute("#tab-fairness", "aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert shown() == ["experiments"]
    assert "treatment: click rate" in page.inner_text("#experiments")
    page.keyboard.press("ArrowRight")
    assert shown() == ["glance"], "after the last tab comes the first"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-experiments"
    page.goto(f"{dashboard.path.as_uri()}#sources")
    page.reload()
    assert shown() == ["sources"]
    assert [complaint for complaint in complaints if not complaint.startswith("request: file:")] == []
    page.close()


def test_the_theme_reaches_page_and_charts(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path, colours="dark")

    def colours() -> list[str]:
        script = """[
            getComputedStyle(document.documentElement).backgroundColor,
            getComputedStyle(document.querySelector('.chart svg .role-axis-label text')).fill,
            getComputedStyle(document.querySelector('.chart svg .mark-symbol path')).fill,
        ]"""
        return page.evaluate(script)

    automatic = colours()
    page.click("[data-theme-choice=light]")
    light = colours()
    assert all(one != other for one, other in zip(automatic, light, strict=True))
    assert page.get_attribute("[data-theme-choice=light]", "aria-pressed") == "true"
    page.click("[data-theme-choice=dark]")
    assert colours() == automatic
    page.click("[data-theme-choice=auto]")
    page.emulate_media(color_scheme="light")
    assert colours() == light
    assert complaints == []
    page.close()


def test_numbers_and_sql_stand_under_a_chart(launched: Browser, demo_build: Run, dashboard: Dashboard) -> None:
    page, _ = visit(launched, dashboard.path)
    panel = page.locator("#panel-gates")
    panel.locator(".numbers summary").click()
    panel.locator("tbody tr").first.wait_for()
    assert demo_build.query("select count(*) from marts.gate_results") == [(panel.locator("tbody tr").count(),)]
    assert panel.locator("thead th").first.inner_text() == "row label"
    panel.locator(".sql summary").click()
    assert "from marts.gate_results" in panel.locator("pre").inner_text()
    page.locator("#panel-gates .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "Bound" in page.inner_text("#vg-tooltip-element")
    page.close()


def test_it_fits_a_phone(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path, width=390, height=844)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab.inner_text()
    assert complaints == []
    page.close()


def test_it_prints_every_section(launched: Browser, dashboard: Dashboard) -> None:
    page, _ = visit(launched, dashboard.path, colours="dark")
    page.emulate_media(media="print")
    assert page.locator("[role=tabpanel]:visible").count() == page.locator("[role=tab]").count()
    assert page.locator("[role=tablist]").is_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_screenshots_can_be_taken(launched: Browser, dashboard: Dashboard, tmp_path: Path) -> None:
    """Those of the README: DASHBOARD_SCREENSHOTS=dashboard/screenshots keeps them."""
    folder = Path(os.environ.get("DASHBOARD_SCREENSHOTS", tmp_path))
    take_screenshots(launched, dashboard.path, folder)
    kept = {path.name for path in (PANELS / "screenshots").glob("*.png")}
    assert kept == {path.name for path in folder.glob("*.png")}
    assert all(10_000 < path.stat().st_size < 300_000 for path in folder.glob("*.png"))
