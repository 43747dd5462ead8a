"""The dashboard of the demo build: the texts of its panels, its size, and its behaviour in Chromium."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.conftest import PROJECT, Run
from tests.dashboard_browser import browser, chromium, take_screenshots, visit
from tests.python.test_dashboard import payload
from warehouse_operations.dashboard.page import build
from warehouse_operations.dashboard.panels import load_terms

PANELS = PROJECT / "dashboard"
PANEL_NAMES = {path.stem for path in PANELS.glob("*/*.sql") if not path.name.startswith("_")}
CUSTOMERS = 300
# Panels that have nothing to show after a first build without tuning.
SILENT = {"last_release", "release_trend", "backtests", "drift", "tuning", "bandit_shares", "off_policy"}
MOST_BYTES = 2_000_000  # without the searchable tables


@dataclass(frozen=True)
class Dashboard:
    """Text and path of the page of the demo build."""

    text: str
    path: Path


@pytest.fixture(scope="module")
def dashboard(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Dashboard:
    text = build(demo_build.published, PANELS, CUSTOMERS)
    path = tmp_path_factory.mktemp("dashboard") / "demo.html"
    path.write_text(text, encoding="utf-8")
    return Dashboard(text, path)


@pytest.fixture(scope="module")
def launched() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine; set CHROMIUM=<path>")
    with browser(executable) as found:
        yield found


def notes(text: str) -> dict[str, str]:
    """Return the note of each panel that shows a note instead of a chart."""
    panels = re.findall(r'<article class="[^"]*" id="panel-(\w+)"(.*?)</article>', text, re.DOTALL)
    found = {name: re.search(r'<p class="note">(.*?)</p>', body) for name, body in panels}
    return {name: note[1] for name, note in found.items() if note}


def test_only_panels_without_data_show_a_note(dashboard: Dashboard) -> None:
    silent = notes(dashboard.text)
    assert set(silent) == SILENT, silent
    assert "no table" not in " ".join(silent.values())


def test_page_without_lists_is_below_the_size_limit(demo_build: Run) -> None:
    assert len(build(demo_build.published, PANELS, 0).encode()) < MOST_BYTES


def test_page_is_deterministic(demo_build: Run, dashboard: Dashboard) -> None:
    assert build(demo_build.published, PANELS, CUSTOMERS) == dashboard.text


def test_page_holds_pseudonyms_and_no_raw_customer_ids(demo_build: Run, dashboard: Dashboard) -> None:
    ids = {raw for (raw,) in demo_build.query("select raw_customer_id from restricted.customer_identities")}
    pseudonyms = {known for (known,) in demo_build.query("select customer_id from restricted.customer_identities")}
    words = set(re.findall(r"\w+", dashboard.text))
    assert len(pseudonyms & words) == CUSTOMERS
    assert ids & words == set()


def test_release_of_empty_tables_gives_a_page_of_notes(demo_build: Run, tmp_path: Path) -> None:
    """The tables are empty, as in a shop where nothing could be measured yet, and one table is missing."""
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
    assert set(silent) == PANEL_NAMES
    assert silent["fairness_customers"] == "This release has no table fairness_audits, so there is no data to show."


def test_every_chart_is_drawn_without_network_requests(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)
    assert page.locator("#glance .absent").count() == 2, "expected one note each for last_release and release_trend"
    charts = page.eval_on_selector_all(
        ".chart",
        """charts => charts.map(chart => [
            chart.dataset.panel,
            chart.querySelectorAll('svg .role-mark path, svg .role-mark line, svg .role-mark text').length,
            (chart.getAttribute('aria-label') ?? '').length,
        ])""",
    )
    assert len(charts) + len(notes(dashboard.text)) == len(PANEL_NAMES)
    assert [name for name, marks, label in charts if marks == 0 or label == 0] == []
    assert complaints == []
    page.close()


def test_search_finds_customers(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)
    page.click("#tab-lookup")
    count = page.locator("#list-count")
    assert f"{CUSTOMERS} of {CUSTOMERS} customers" in count.inner_text()
    assert "are not on this page" in count.inner_text()
    rows = page.locator("#list-table > tbody > tr")
    assert rows.count() == 20
    page.click("#list-more")
    assert rows.count() == 120
    known = rows.nth(3).locator("th").inner_text()
    page.fill("#list-search", known[:8])
    assert count.inner_text().startswith("1 of ")
    assert rows.locator("> th").all_inner_texts() == [known]
    rows.first.locator("summary").first.click()
    rows.first.locator("ol li").first.wait_for()
    assert rows.first.locator("ol li").count() == 10
    assert all(len(text.splitlines()) >= 2 for text in rows.first.locator("ol li").all_inner_texts()), "a reason is missing"
    page.fill("#list-search", "CHOCOLATE")
    assert 0 < int(count.inner_text().split()[0]) < CUSTOMERS
    page.fill("#list-search", "nothing is called so")
    assert count.inner_text().startswith("0 of ")
    assert complaints == []
    page.close()


def test_page_can_hold_all_demo_customers(demo_build: Run) -> None:
    lists = payload(build(demo_build.published, PANELS, None))["lists"]
    assert demo_build.query("select count(distinct customer_id) from marts.recommendations") == [(len(lists["customers"]),)]


def test_expired_page_shows_no_customer(launched: Browser, dashboard: Dashboard, tmp_path: Path) -> None:
    path = tmp_path / "expired.html"
    path.write_text(re.sub('"expires":"[^"]+"', '"expires":"2020-01-31"', dashboard.text), encoding="utf-8")
    page, complaints = visit(launched, path)
    page.click("#tab-lookup")
    assert page.locator("#list-count").inner_text() == (
        "This page was allowed to show customers until 2020-01-31. Create a new page from a later release."
    )
    assert page.locator("#list-table > tbody > tr").count() == 0
    assert complaints == []
    page.close()


def test_shown_contributions_add_up_to_the_score(launched: Browser, dashboard: Dashboard) -> None:
    """The lines under a score add up to the score as shown, and the remainder is no larger than rounding explains."""
    page, complaints = visit(launched, dashboard.path)
    page.click("#tab-lookup")
    page.fill("#list-search", "history")
    for place in range(5):
        page.locator("#list-table > tbody > tr > td > details > summary").nth(place).click()
    for closed in page.locator("#list-table li details > summary").all():
        closed.click()
    tables = page.locator("#list-table li table.evidence")
    assert tables.count() > 30
    for table in tables.all():
        *parts, score = [float(text.replace("\u2212", "-")) for text in table.locator("td.number").all_inner_texts()]
        assert sum(parts) == pytest.approx(score, abs=1e-9)
        if table.locator("td", has_text="rest, from rounding").count():
            assert abs(parts[-1]) <= 0.0005 * 60
    assert complaints == []
    page.close()


def test_history_of_a_customer_is_listed_newest_first(launched: Browser, demo_build: Run, dashboard: Dashboard) -> None:
    held = payload(dashboard.text)["lists"]["customers"]
    known = max(held, key=lambda customer: len(customer[6]))[0]
    ((days, products),) = demo_build.query(
        f"""
        select list(cast(last_chosen_on as varchar) order by history_rank), list(name order by history_rank)
        from marts.customer_history inner join marts.products using (product_id)
        where customer_id = '{known}'
        """
    )
    page, _ = visit(launched, dashboard.path)
    page.click("#tab-lookup")
    page.fill("#list-search", known)
    page.locator("#list-table summary").first.click()
    lines = page.locator("#list-table > tbody > tr > td > details > table > tbody > tr")
    lines.first.wait_for()
    assert lines.locator("td:first-child").all_inner_texts() == days == sorted(days, reverse=True)
    assert lines.locator("td:nth-child(2)").all_inner_texts() == products
    page.close()


def test_search_finds_products_with_their_similar_and_companion_products(
    launched: Browser, demo_build: Run, dashboard: Dashboard
) -> None:
    ((product, name, companion),) = demo_build.query(
        """
        select pairs.product_id, products.name, companions.name
        from marts.bought_together as pairs
        inner join marts.products as products on pairs.product_id = products.product_id
        inner join marts.products as companions on pairs.companion_id = companions.product_id
        where companion_rank = 1 order by pair_order_count desc, pairs.product_id limit 1
        """
    )
    page, complaints = visit(launched, dashboard.path)
    page.click("#tab-lookup")
    assert page.locator("#product-results").is_hidden()
    page.fill("#list-search", product)
    rows = page.locator("#product-table > tbody > tr")
    assert rows.count() == 1
    rows.first.locator("summary").click()
    rows.first.locator("details table").first.wait_for()
    shown = rows.first.inner_text()
    assert name in shown
    assert companion in shown
    assert "Similar" in shown
    listed = int(page.locator("#list-count").inner_text().split()[0].replace(",", ""))
    held = payload(dashboard.text)["lists"]
    place = [entry[0] for entry in held["products"]].index(product)
    assert listed == sum(any(entry[0] == place for entry in customer[5]) for customer in held["customers"])
    page.locator("#list-table summary").first.click()
    other = page.locator("#list-table .find", has_not_text=product).first
    found = other.inner_text()
    other.click()
    assert page.input_value("#list-search") == found, "a click on a listed product did not search for it"
    assert rows.locator("th").all_inner_texts() == [found]
    assert complaints == []
    page.close()


def test_release_trend_compares_kept_releases(launched: Browser, demo_build: Run, tmp_path: Path) -> None:
    database = "recommendations.duckdb"
    (tmp_path / database).symlink_to((demo_build.published / database).resolve())
    for place, release in enumerate(("2026-03-01-a", "2026-03-31-b")):
        home = tmp_path / "releases" / release
        home.mkdir(parents=True)
        with duckdb.connect(str(home / database)) as connection:
            connection.execute(f"attach '{demo_build.published / database}' as whole (read_only); create schema marts")
            connection.execute("create table marts.model_performance as from whole.marts.model_performance")
            connection.execute(
                f"""create table marts.publication as select * replace (
                    '{release}' as release, published_at - {1 - place} * interval 1 day as published_at
                ) from whole.marts.publication"""
            )
    path = tmp_path / "trend.html"
    path.write_text(build(tmp_path, PANELS, 0), encoding="utf-8")
    page, complaints = visit(launched, path)
    labels = page.locator("#panel-release_trend svg .role-axis-label text").all_text_contents()
    assert {"2026-03-01-a", "2026-03-31-b"} <= set(labels)
    assert page.locator("#panel-release_trend svg .mark-symbol.role-mark path").count() == 4, "two releases by two methods"
    assert complaints == []
    page.close()


def test_tables_can_be_downloaded_as_csv(launched: Browser, demo_build: Run, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)
    page.locator("#panel-gates .numbers summary").click()
    with page.expect_download() as started:
        page.click("#panel-gates .csv")
    path = Path(started.value.path())
    assert started.value.suggested_filename.endswith("-gates.csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert demo_build.query("select count(*) from marts.gate_results") == [(len(rows) - 1,)]
    assert rows[0][:2] == ["row_label", "observed"]
    page.click("#tab-lookup")
    page.fill("#list-search", "history")
    with page.expect_download() as started:
        page.click("#list-csv")
    rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    found = int(page.locator("#list-count").inner_text().split()[0].replace(",", ""))
    assert len({row[0] for row in rows[1:]}) == found
    assert complaints == []
    page.close()


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x")',
    "{{ constructor.constructor('alert(1)')() }}",
    "\u202eright to left",
    "${alert(1)} </script><script>alert(2)</script>",
    "  +cmd|' /C calc'!A0",
    "__proto__",
]


def test_hostile_names_stay_text(launched: Browser, demo_build: Run, tmp_path: Path) -> None:
    """Product and segment names hold HTML, formulas, template braces and a right-to-left mark. The CSV holds no formula."""
    published = tmp_path / "recommendations.duckdb"
    shutil.copy(demo_build.published / "recommendations.duckdb", published)
    published.chmod(0o600)
    with duckdb.connect(str(published)) as connection:
        connection.execute("create temp table names (name varchar, place bigint)")
        connection.executemany("insert into names values (?, ?)", [(name, place) for place, name in enumerate(HOSTILE, 1)])
        connection.execute(
            """
            update marts.products set name = names.name from names where names.place = 1 + abs(hash(product_id) % 7);
            update marts.segment_profiles set segment_name = names.name
            from names where names.place = 1 + abs(hash(segment) % 7)
            """
        )
    path = tmp_path / "hostile.html"
    path.write_text(build(published, PANELS, 50), encoding="utf-8")
    page, complaints = visit(launched, path)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for tab in page.locator("[role=tab]").all():
        tab.click()
    page.click("#tab-lookup")
    page.fill("#list-search", "alert")
    page.locator("#product-table summary").first.click()
    page.locator("#list-table summary").first.click()
    assert "alert(1)" in page.locator("#product-table").inner_text()
    assert page.locator("img").count() == 0
    page.fill("#list-search", "hyperlink")
    with page.expect_download() as started:
        page.click("#list-csv")
    rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    cells = {cell for row in rows[1:] for cell in row}
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if re.match(r"\s*[=+@]", cell)]
    assert dialogs == []
    assert complaints == []
    page.close()


# Texts of the page


def test_first_screen_states_the_demo_result(demo_build: Run, dashboard: Dashboard) -> None:
    shares = dict(
        demo_build.query(
            """select source, value from marts.model_performance
            where cutoff_id = 'test' and mode = 'all' and slice = 'all' and metric = 'recall_at_k' and k = 10"""
        )
    )
    said = (
        f"The list of 10 contained {shares['assembled']:.0%} of the products that a customer chose in the next 28 days; "
        f"the 10 bestsellers alone contained {shares['popularity']:.0%}."
    )
    assert f'<p class="result">{said}</p>' in dashboard.text
    ((days,),) = demo_build.query("select date_diff('day', as_of, now()::timestamp) from marts.publication")
    (age,) = re.findall(r"<dt>Age of the data</dt><dd>([\d,]+) days</dd>", dashboard.text)
    assert abs(int(age.replace(",", "")) - days) <= 1
    warned = demo_build.query(
        "select count(*) from marts.fairness_audits where source = 'assembled' and is_gate and status = 'warn'"
    )
    assert f"Fairness checks with a warning: {warned[0][0]} (" in dashboard.text


def test_page_explains_every_source_and_method(dashboard: Dashboard) -> None:
    terms = load_terms(PANELS)
    held = payload(dashboard.text)["panels"]
    sources = {row[held["source_quality"]["columns"].index("source")] for row in held["source_quality"]["rows"]}
    assert sources <= terms.keys()
    assert {"nDCG", "repeats allowed", "test cutoff"} <= terms.keys()
    (panel,) = re.findall(r'id="panel-source_quality".*?</article>', dashboard.text, re.DOTALL)
    explained = set(re.findall(r"<dt>([^<]+)</dt><dd>", panel))
    assert sources | {"nDCG"} <= explained


def test_segments_have_one_name_across_the_page(demo_build: Run, dashboard: Dashboard) -> None:
    names = {
        name.replace("_", " ")
        for (name,) in demo_build.query("select segment_name from marts.segment_profiles where cutoff_id = 'live'")
    }
    held = payload(dashboard.text)
    found = set()
    for panel in held["panels"].values():
        if "segment" in panel["columns"]:
            found |= {row[panel["columns"].index("segment")] for row in panel["rows"]}
    found |= {held["lists"]["words"][customer[3]] for customer in held["lists"]["customers"]}
    assert len(found) > 3
    assert found <= names


def test_series_labels_are_unique(dashboard: Dashboard) -> None:
    """A line chart has one value per x position and label. A row chart has one mark per row, offset and colour."""
    for name, panel in payload(dashboard.text)["panels"].items():
        channels: dict[str, str] = {}
        for node in [panel["spec"], *panel["spec"].get("layer", [])]:
            for channel, definition in node.get("encoding", {}).items():
                if isinstance(definition, dict) and definition.get("field"):
                    channels.setdefault(channel, definition["field"])
                    if definition.get("type") == "nominal":
                        channels[channel] = definition["field"]
        nominal = [channels[key] for key in ("y", "yOffset", "color", "shape") if key in channels]
        is_line = '"line"' in json.dumps(panel["spec"])
        keys = [*dict.fromkeys([*([channels["x"]] if "x" in channels else []), *nominal])]
        if is_line:
            keys = [key for key in keys if key != channels.get("y")] + [
                key for key in ("fairness_measure", "strength", "measure", "value_weight", "decile") if key in panel["columns"]
            ]
        else:
            quantitative = {"x"} & channels.keys()
            spec = json.dumps(panel["spec"])
            if quantitative and f'"field": "{channels["x"]}", "type": "nominal"' not in spec:
                keys = [key for key in keys if key != channels["x"]]
        seen = [tuple(row[panel["columns"].index(key)] for key in keys) for row in panel["rows"]]
        assert len(seen) == len(set(seen)), (name, keys)


# Layout and interaction


def test_tabs_work_by_mouse_keyboard_and_address(launched: Browser, dashboard: Dashboard) -> None:
    page, complaints = visit(launched, dashboard.path)

    def shown() -> list[str]:
        return page.eval_on_selector_all(
            "[role=tabpanel]", "all => all.filter(one => one.offsetParent !== null).map(one => one.id)"
        )

    assert shown() == ["glance"]
    page.click("#summary a[href='#quality']")
    page.wait_for_selector("#quality:not([hidden])")
    assert shown() == ["quality"], "a link of the summary did not open its section"
    page.click("#tab-fairness")
    assert shown() == ["fairness"]
    assert page.get_attribute("#tab-fairness", "aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert shown() == ["experiments"]
    assert "treatment: click rate" in page.inner_text("#experiments")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert shown() == ["glance"], "the right arrow on the last tab did not wrap to the first"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-outcomes"
    page.goto(f"{dashboard.path.as_uri()}#sources")
    page.reload()
    assert shown() == ["sources"]
    assert [complaint for complaint in complaints if not complaint.startswith("request: file:")] == []
    page.close()


def test_theme_applies_to_page_and_charts(launched: Browser, dashboard: Dashboard) -> None:
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


def test_panel_shows_numbers_sql_and_tooltip(launched: Browser, demo_build: Run, dashboard: Dashboard) -> None:
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


@pytest.mark.parametrize("width", [1280, 390])
def test_page_and_charts_are_not_cut_off(launched: Browser, dashboard: Dashboard, width: int) -> None:
    """The page is no wider than the screen; chart texts stay inside their chart; tabs are visible; no label has an ellipsis."""
    page, complaints = visit(launched, dashboard.path, width=width, height=844)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab.inner_text()
        cut = page.evaluate(
            """() => [...document.querySelectorAll('section:not([hidden]) .chart svg')].flatMap(svg => {
                const edge = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter(text => {
                    const box = text.getBoundingClientRect();
                    return box.width && (text.textContent.includes('…')
                        || box.left < edge.left - 2 || box.right > edge.right + 2);
                }).map(text => svg.closest('.chart').dataset.panel + ': ' + text.textContent);
            })"""
        )
        assert cut == [], tab.inner_text()
    hidden = page.eval_on_selector_all(
        "[role=tab]", "tabs => tabs.filter(tab => tab.getBoundingClientRect().right > innerWidth).map(tab => tab.textContent)"
    )
    assert hidden == []
    assert complaints == []
    page.close()


def test_panels_fill_their_area_without_overlap(launched: Browser, dashboard: Dashboard) -> None:
    """Fails if a panel is stretched to its neighbour's height, or if much of the panel area is empty."""
    page, _ = visit(launched, dashboard.path)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        page.wait_for_timeout(200)
        slack = page.eval_on_selector_all(
            "section:not([hidden]) .panel",
            """panels => panels.map(panel => [panel.id, panel.getBoundingClientRect().bottom
                - panel.lastElementChild.getBoundingClientRect().bottom])""",
        )
        assert [name for name, left in slack if left > 40] == []
        overlaps = page.evaluate(
            """() => {
                const panels = [...document.querySelectorAll('section:not([hidden]) .panel')];
                const boxes = panels.map(panel => panel.getBoundingClientRect());
                return boxes.some((one, place) => boxes.slice(place + 1).some(other =>
                    one.left < other.right - 1 && other.left < one.right - 1
                    && one.top < other.bottom - 1 && other.top < one.bottom - 1));
            }"""
        )
        assert not overlaps, tab.inner_text()
        empty = page.evaluate(
            """() => {  // share of the panel area that no panel covers
                const room = document.querySelector('section:not([hidden]) .panels')?.getBoundingClientRect();
                if (!room) return 0;
                const panels = [...document.querySelectorAll('section:not([hidden]) .panels > .panel')];
                const boxes = panels.map(panel => panel.getBoundingClientRect());
                return 1 - boxes.reduce((sum, box) => sum + box.width * box.height, 0) / (room.width * room.height);
            }"""
        )
        assert empty < 0.25, tab.inner_text()
    page.close()


def test_printing_shows_every_section(launched: Browser, dashboard: Dashboard) -> None:
    page, _ = visit(launched, dashboard.path, colours="dark")
    page.emulate_media(media="print")
    assert page.locator("[role=tabpanel]:visible").count() == page.locator("[role=tab]").count()
    assert page.locator("[role=tablist]").is_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_screenshots_are_taken(launched: Browser, dashboard: Dashboard, tmp_path: Path) -> None:
    """The pictures of docs/images: `make screenshots` takes them from the demo's own dashboard."""
    take_screenshots(launched, dashboard.path, tmp_path)
    kept = {path.name: path.stat().st_size for path in (PROJECT / "docs" / "images").glob("*.png")}
    assert kept.keys() == {path.name for path in tmp_path.glob("*.png")}
    assert all(10_000 < size < 200_000 for size in kept.values()), kept
    assert all(10_000 < path.stat().st_size < 300_000 for path in tmp_path.glob("*.png"))
