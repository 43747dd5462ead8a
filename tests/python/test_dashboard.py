"""The dashboard's panels and page for a small published file: refusals, missing data, and escaping."""

import json
import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.conftest import PROJECT
from warehouse_operations.dashboard import lookup, page, summary
from warehouse_operations.dashboard.__main__ import main
from warehouse_operations.dashboard.page import MOST_ROWS, answer, build, embedded, plain
from warehouse_operations.dashboard.panels import DashboardError, Panel, fields, load_panels, load_sections

PANELS = PROJECT / "dashboard"
HEADER = {
    "section": "glance",
    "order": "10",
    "title": "Numbers",
    "unit": "pieces",
    "interval": "none: counted",
    "read": "Longer is more.",
    "empty": "Nothing was counted.",
}
SPEC = {"mark": "bar", "encoding": {"x": {"field": "n", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}}}
QUERY = "select name, n from marts.numbers order by name"
HOSTILE = "</script><script>alert(1)</script><!-- &amp; \u2028"


def write(folder: Path, name: str = "core/numbers", query: str = QUERY, spec: object = None, **changed: str | None) -> Path:
    """Write a valid panel with some values changed; a None removes the key from the header."""
    header = {**HEADER, **changed}
    lines = "".join(f"-- {key}: {value}\n" for key, value in header.items() if value is not None)
    path = folder / f"{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{lines}\n{query}\n")
    path.with_suffix(".json").write_text(json.dumps(SPEC if spec is None else spec))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one panel and two sections, the second without panels."""
    folder = tmp_path / "panels"
    folder.mkdir()
    sections = [
        {"key": "glance", "title": "Glance", "intro": "Overview.", "empty": "No panel."},
        {"key": "lookup", "title": "Lists", "intro": "Lists by customer.", "empty": "No list."},
    ]
    (folder / "_sections.json").write_text(json.dumps(sections))
    write(folder)
    return folder


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file with three numbers, one of them with a hostile name, and the lists of five customers."""
    path = tmp_path / "published" / "recommendations.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.numbers as from (values ('a', 1.5), ('b', 2.0)) as t (name, n)")
        connection.execute("insert into marts.numbers values (?, 3)", [HOSTILE])
        connection.execute(
            """
            create table marts.publication as
            select
                'shop' as dataset, 'r<1>' as release, 'refresh' as scope, timestamp '2025-06-30' as as_of,
                timestamp '2025-07-01' as published_at;
            create table marts.publication_tables as
            from (values
                ('marts', 'recommendations', 'refresh', timestamp '2025-06-30'),
                ('marts', 'products', 'refresh', timestamp '2025-06-30'),
                ('marts', 'gate_results', 'all', timestamp '2025-06-23')
            ) as t (schema_name, table_name, scope, as_of);
            create table marts.gate_results as from (values ('pass'), ('pass'), ('not_enough_data')) as t (status);
            create table marts.metric_registry as select 0.9 as confidence_level, 'bootstrap' as interval_method;
            create table marts.customers as
            select
                'c' || i as customer_id, 'history' as tier, '5-19' as activity_band, 's1' as segment, i as order_count
            from range(5) as t (i);
            create table marts.segment_profiles as select 'live' as cutoff_id, 's1' as segment, 'tea_lovers' as segment_name;
            create table marts.products as
            select
                'p' || i as product_id, 'Tea ' || i as name, 'tea' as category, 'Brand' as brand, 2.5 as price,
                i < 3 as is_available
            from range(4) as t (i);
            create table marts.short_lists as select 'c4' as customer_id, 2 as product_count, 'cold_start' as short_reason;
            create table marts.recommendations as
            select
                'c' || i as customer_id, 1 + j as rank, 'p' || j as product_id, 'Because' as reason_text,
                j = 1 as is_exploration, case when j = 0 then 2.0 end as score
            from range(5) as t (i), range(2) as u (j);
            create table marts.recommendation_evidence as
            from (values
                ('c0', 'p0', 'als', 0, null, 0.25), ('c0', 'p0', 'als', 1, 'p3', 0.5), ('c0', 'p0', 'content', 0, null, 1.0),
                ('c0', 'p0', 'content', 1, 'p2', 0.25), ('c0', 'p0', 'trending', 0, null, -0.125),
                ('c0', 'p0', 'popularity', 0, null, 0.0625)
            ) as t (customer_id, product_id, source, evidence_rank, evidence_product_id, contribution)
            """
        )
    return path.parent


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaces the drawing library by one word: loading it takes seconds, and few tests need it."""
    monkeypatch.setattr(page, "_library", lambda: "library")


def payload(text: str) -> dict:
    """Return the data that the page passes to its script."""
    found = re.search(r'<script type="application/json" id="dashboard-data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


# The panels of the project


def test_project_panels_are_valid_and_cover_all_sections() -> None:
    sections = load_sections(PANELS)
    panels = load_panels(PANELS, sections)
    assert {panel.section for panel in panels} | {page.LISTS_SECTION} == {section.key for section in sections}
    assert all(panel.read.endswith(".") and panel.empty.endswith(".") for panel in panels)


def test_charts_of_estimates_draw_their_intervals() -> None:
    """The header names an interval if and only if the spec draws its two ends."""
    for panel in load_panels(PANELS, load_sections(PANELS)):
        ends = {name for name in fields(panel.spec) if name.endswith(("low", "high")) and "share" not in name}
        drawn = re.search(r'"(x2|y2)"', json.dumps(panel.spec)) and ends
        assert bool(drawn) != panel.interval.startswith("none"), panel.name


def test_axis_formats_do_not_repeat_labels() -> None:
    """Fails if axis labels have few decimals: with small effects, ticks would read 0.01, 0.01, 0.01."""
    for path in PANELS.glob("*/*.json"):
        fixed = re.findall(r'"axis": \{[^}]*"format": "\+?\.\d[f%]"', path.read_text())
        assert not fixed, f"{path.name} rounds axis labels; the format .4~f removes only trailing zeros"


def test_project_charts_use_theme_colours() -> None:
    for path in PANELS.glob("*/*.json"):
        assert not re.search(r'"#[0-9a-fA-F]{3,8}"', path.read_text()), f"{path.name} has a colour that does not suit both themes"


def palettes() -> dict[str, dict[str, str]]:
    """Return the page's colours by theme; print uses those of the light theme."""
    style = (PROJECT / "warehouse_operations" / "dashboard" / "style.css").read_text()
    blocks = {
        "light": r":root \{",
        "dark": r':root\[data-theme="dark"\] \{',
        "dark by itself": r':root:not\(\[data-theme="light"\]\) \{',
    }
    found = {}
    for theme, opening in blocks.items():
        (block,) = re.findall(rf"(?m)^ *{opening}(.*?)\}}", style, re.DOTALL)[:1]
        found[theme] = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    return found


def linear(colour: str) -> list[float]:
    """Return red, green and blue in linear light, 0 to 1 (sRGB)."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def contrast(one: str, other: str) -> float:
    """Return the ratio of luminances, 1 to 21, as WCAG 2 defines it."""
    bright, dim = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other))), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def seen(colour: str, blindness: str) -> list[float]:
    """Return the linear light seen without one kind of cones (Viénot, Brettel and Mollon 1999)."""
    r, g, b = linear(colour)
    if blindness == "protanopia":
        return [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b]
    return [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b]


def test_contrast_equals_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert seen("#ffffff", "protanopia") == pytest.approx([1, 1, 1])
    assert seen("#ff0000", "deuteranopia")[0] == seen("#ff0000", "deuteranopia")[1], "red and green look different"


def test_text_and_marks_have_contrast_in_every_theme() -> None:
    found = palettes()
    assert found["dark"] == found["dark by itself"]
    for theme, colours in found.items():
        for name in ("ink", "soft", "accent"):
            assert contrast(colours[name], colours["card"]) >= 4.5, (theme, name)
            assert contrast(colours[name], colours["ground"]) >= 4.5, (theme, name)
        for name in ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "pass", "warn", "fail", "unknown"):
            assert contrast(colours[name], colours["card"]) >= 3, (theme, name)


@pytest.mark.parametrize("blindness", ["protanopia", "deuteranopia"])
def test_chart_colours_are_distinguishable_with_colour_blindness(blindness: str) -> None:
    """Compares the colours that one chart uses side by side; shapes distinguish the others."""
    for theme, colours in palettes().items():
        for names in (("c1", "c2", "c3"), ("pass", "warn", "fail")):
            lights = [seen(colours[name], blindness) for name in names]
            pairs = [(0, 1), (0, 2), (1, 2)]
            distances = [max(abs(a**0.45 - b**0.45) for a, b in zip(lights[i], lights[j], strict=True)) for i, j in pairs]
            assert min(distances) > 0.15, (theme, names, distances)


def tables_read(text: str) -> set[str]:
    return set(re.findall(r"\b(?:from|join)\s+(?:marts|ranking|interactions|operations|features)\.(\w+)", text))


def tables_exposed(path: Path) -> set[str]:
    return set(re.findall(r"ref\('(\w+)'\)", path.read_text()))


def test_panels_read_only_tables_of_their_exposures() -> None:
    models = PROJECT / "models"
    of_core = tables_exposed(models / "core" / "marts" / "_marts__exposures.yml")
    parts = {path.parent.name for path in PANELS.glob("*/*.sql")}
    exposed = {
        part: of_core if part == "core" else tables_exposed(models / "capabilities" / part / "marts" / f"_{part}__exposures.yml")
        for part in parts
    }
    for panel in load_panels(PANELS, load_sections(PANELS)):
        allowed = exposed[panel.part] | (exposed["evaluation"] | of_core if panel.part != "core" else set())
        assert tables_read(panel.sql) <= allowed, panel.name
    for path in PANELS.glob("*/_*.sql"):
        part = path.parent.name
        assert tables_read(path.read_text()) <= exposed[part] | exposed["evaluation"] | of_core, path


def test_core_exposure_names_the_tables_of_the_page() -> None:
    text = "\n".join(
        path.read_text() for path in [*PANELS.glob("core/*.sql"), *(PROJECT / "warehouse_operations").glob("dashboard/*.sql")]
    )
    read = tables_read(text + page.FACTS + page.RUNS + page.CLOSED + page.LISTED)
    exposures = yaml.safe_load((PROJECT / "models" / "core" / "marts" / "_marts__exposures.yml").read_text())["exposures"]
    (dashboard,) = [exposure for exposure in exposures if exposure["name"] == "dashboard"]
    assert {re.sub(r"ref\('(\w+)'\)", r"\1", name) for name in dashboard["depends_on"]} == read


# Invalid panels are refused, and the message names the file


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"unit": None}, "the header lacks unit"),
        ({"read": ""}, "the header lacks read"),
        ({"titel": "x"}, "line 8: unknown key 'titel'. Accepted: section, order, title, unit, interval, read, empty, width"),
        ({"width": "broad"}, "width must be 'wide' or omitted, not 'broad'"),
        ({"order": "first"}, "order must be a whole number, not 'first'"),
        ({"section": "nowhere"}, "unknown section 'nowhere'. _sections.json has: glance, lookup"),
        ({"query": ""}, "there is no query after the header"),
        ({"query": "-- title: again\nselect 1"}, None),
    ],
)
def test_invalid_panel_header_is_refused(folder: Path, changed: dict, message: str | None) -> None:
    path = write(folder, **changed)
    if message is None:  # a comment in the query, after the blank line that ends the header
        (panel,) = load_panels(folder, load_sections(folder))
        assert panel.sql == "-- title: again\nselect 1"
        return
    with pytest.raises(DashboardError, match=re.escape(message)) as raised:
        load_panels(folder, load_sections(folder))
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- title: one\n-- title: two\nselect 1", "line 2: title occurs twice"),
        ("--    more\nselect 1", "line 1: '--    more' is neither `-- key: value` nor"),
        ("-- title one\nselect 1", "line 1: '-- title one' is neither"),
    ],
)
def test_invalid_header_line_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "core" / "numbers.sql").write_text(text)
    with pytest.raises(DashboardError, match=re.escape(message)) as raised:
        load_panels(folder, load_sections(folder))
    assert "numbers.sql" in str(raised.value)


def test_header_value_can_continue_on_the_next_line(folder: Path) -> None:
    write(folder, read="Longer\n--    is more.")
    (panel,) = load_panels(folder, load_sections(folder))
    assert panel.read == "Longer is more."


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ([1], "not a Vega-Lite spec"),
        ({"encoding": {}}, "not a Vega-Lite spec"),
        ({**SPEC, "data": {"values": []}}, "must not have 'data'"),
        ({"layer": [{**SPEC, "data": {"url": "x"}}]}, "must not have 'data'"),
        ({**SPEC, "transform": [{"lookup": "a", "from": {"url": "x"}}]}, "must not have 'url'"),
        ({**SPEC, "encoding": {"href": {"field": "name"}}}, "must not have 'href'"),
    ],
)
def test_invalid_spec_is_refused(folder: Path, spec: object, message: str) -> None:
    path = write(folder, spec=spec)
    with pytest.raises(DashboardError, match=re.escape(message)) as raised:
        load_panels(folder, load_sections(folder))
    assert str(path.with_suffix(".json")) in str(raised.value)


def test_spec_that_is_not_json_is_refused_with_its_line(folder: Path) -> None:
    (folder / "core" / "numbers.json").write_text('{"mark": "bar",\n"encoding" {}}')
    with pytest.raises(DashboardError, match=r"numbers\.json, line 2: not JSON"):
        load_panels(folder, load_sections(folder))


@pytest.mark.parametrize(("gone", "left"), [("numbers.sql", "numbers.json"), ("numbers.json", "numbers.sql")])
def test_panel_with_one_file_is_refused(folder: Path, gone: str, left: str) -> None:
    (folder / "core" / gone).unlink()
    with pytest.raises(DashboardError, match=rf"{re.escape(left)}: {re.escape(gone)} is missing"):
        load_panels(folder, load_sections(folder))


def test_two_panels_with_the_same_order_are_refused(folder: Path) -> None:
    write(folder, "core/others")
    with pytest.raises(DashboardError, match=r"others\.sql: order 10 of section glance is already used by numbers\.sql"):
        load_panels(folder, load_sections(folder))


@pytest.mark.parametrize(
    "sections",
    [{"key": "a"}, [{"key": "a"}], [1], [{"key": key, "title": "t", "intro": "i", "empty": "e"} for key in ("a", "a")]],
)
def test_invalid_sections_are_refused(folder: Path, sections: object) -> None:
    (folder / "_sections.json").write_text(json.dumps(sections))
    with pytest.raises(DashboardError, match=r"_sections\.json: "):
        load_sections(folder)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select name from marts.numbers", r"numbers\.json: reads n, but numbers\.sql returns name"),
        ("select name, n, wrong from marts.numbers", r"numbers\.sql: Binder Error: .*wrong"),
        ("select name, n frm marts.numbers", r"numbers\.sql: Parser Error"),
        ("select 1; select 2", r"numbers\.sql: must contain one SELECT"),
        ("create table t as select 1 as n", r"numbers\.sql: must contain one SELECT"),
        ("set threads = 1", r"numbers\.sql: must contain one SELECT"),
        ("select 'x' as name, no_function(1) as n", r"numbers\.sql: Catalog Error: .*no_function"),
        (f"select 'x' as name, range as n from range({MOST_ROWS + 1})", rf"numbers\.sql: returns more than {MOST_ROWS} rows"),
        ("select content as name, 1 as n from read_text('/etc/hostname')", r"numbers\.sql: Permission Error"),
    ],
)
def test_invalid_query_is_refused(folder: Path, published: Path, library: None, query: str, message: str) -> None:
    write(folder, query=query)
    with pytest.raises(DashboardError, match=message):
        build(published, folder, 0)


def test_panel_can_have_the_maximum_number_of_rows(folder: Path, published: Path, library: None) -> None:
    write(folder, query=f"select 'x' as name, range as n from range({MOST_ROWS})")
    assert len(payload(build(published, folder, 0))["panels"]["numbers"]["rows"]) == MOST_ROWS


# Missing data is replaced by a note


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("select name, n from marts.numbers where n > 99", "Nothing was counted."),
        ("select name, n from marts.absent", "This release has no table absent, so there is no data to show."),
        ("select name, n from marts.numbers where exists (from marts.absent)", "This release has no table absent"),
    ],
)
def test_panel_without_data_shows_a_note(folder: Path, published: Path, library: None, query: str, sentence: str) -> None:
    write(folder, query=query)
    text = build(published, folder, 0)
    assert f'<p class="note">{sentence}' in text
    assert payload(text)["panels"] == {}
    assert 'class="chart"' not in text


@pytest.mark.parametrize(
    ("part", "closed", "sentence"),
    [
        ("fairness", {"fairness": "enable_fairness"}, "Not enabled: enable_fairness."),
        ("fairness", {"fairness": "enable_evaluation", "evaluation": "enable_evaluation"}, "Not enabled: enable_evaluation."),
        ("profiles", {"profiles": "on", "evaluation": "enable_evaluation"}, "Not enabled: enable_evaluation."),
        ("fairness", {"fairness": "on", "quality": "enable_quality"}, "This release has no table absent"),
        ("fairness", {}, "This release has no table absent"),
    ],
)
def test_panel_of_a_disabled_capability_names_the_switch(
    folder: Path, published: Path, library: None, part: str, closed: dict[str, str], sentence: str
) -> None:
    with duckdb.connect(str(published / "recommendations.duckdb")) as connection:
        connection.execute("create table marts.run_manifest (section varchar, name varchar, value varchar)")
        for name, value in closed.items():
            connection.execute("insert into marts.run_manifest values ('capability', ?, ?)", [name, value])
    write(folder, f"{part}/others", query="select name, n from marts.absent", order="20")
    text = build(published, folder, 0)
    assert f'<p class="note">{sentence}' in text
    assert payload(text)["panels"].keys() == {"numbers"}


def test_page_states_its_expiry_date(folder: Path, published: Path, library: None) -> None:
    text = build(published, folder, 0)
    assert "delete it by 2025-07-31." in text
    assert payload(text)["expires"] == "2025-07-31"


def test_panel_of_kept_releases_names_the_switch_of_a_disabled_capability(folder: Path, published: Path, library: None) -> None:
    with duckdb.connect(str(published / "recommendations.duckdb")) as connection:
        connection.execute(
            "create table marts.run_manifest as select 'capability' as section, 'fairness' as name, 'enable_fairness' as value"
        )
    write(folder, "fairness/others", query="select release as name, value as n from kept_releases", order="20")
    assert '<p class="note">Not enabled: enable_fairness.</p>' in build(published, folder, 0)


def test_panel_outside_a_part_folder_is_refused(folder: Path) -> None:
    (folder / "stray.sql").write_text("select 1")
    with pytest.raises(DashboardError, match=r"stray\.sql: a panel belongs in the folder of its part"):
        load_panels(folder, load_sections(folder))


def test_two_panels_with_the_same_name_are_refused(folder: Path) -> None:
    write(folder, "fairness/numbers", order="20")
    with pytest.raises(DashboardError, match=r"core also has a panel of this name"):
        load_panels(folder, load_sections(folder))


def test_empty_section_shows_a_note(folder: Path, published: Path, library: None) -> None:
    sections = json.loads((folder / "_sections.json").read_text())
    sections.append({"key": "experiments", "title": "Experiments", "intro": "Tests.", "empty": "None yet."})
    (folder / "_sections.json").write_text(json.dumps(sections))
    assert '<p class="note">None yet.</p>' in build(published, folder, 0)


def test_release_without_lists_has_a_page(folder: Path, published: Path, library: None) -> None:
    with duckdb.connect(str(published / "recommendations.duckdb")) as connection:
        connection.execute("drop table marts.recommendations")
    lists = payload(build(published, folder, 3))["lists"]
    assert lists["customers"] == []
    assert lists["note"].startswith("This release has no lists to show")


def test_page_names_the_runs_of_its_tables(folder: Path, published: Path, library: None) -> None:
    """Fails if readers could mistake figures of an earlier run for those of the lists."""
    path = str(published / "recommendations.duckdb")
    text = build(published, folder, 0)
    runs = "2 as of 2025-06-30 00:00 UTC (refresh), 1 as of 2025-06-23 00:00 UTC (all)"
    assert f"<dt>Tables from several runs</dt><dd>{runs}</dd>" in text
    with duckdb.connect(path) as connection:
        connection.execute("delete from marts.publication_tables where scope = 'all'")
    assert "Tables from several runs" not in build(published, folder, 0)


def test_page_counts_gates_or_states_that_there_are_none(folder: Path, published: Path, library: None) -> None:
    assert "<dt>Gates</dt><dd>2 passed, 0 failed, 1 without enough data</dd>" in build(published, folder, 0)
    with duckdb.connect(str(published / "recommendations.duckdb")) as connection:
        connection.execute("drop table marts.gate_results")
    assert "<dt>Gates</dt><dd>none in this release</dd>" in build(published, folder, 0)


# The page


def test_hostile_text_is_escaped(folder: Path, published: Path, library: None) -> None:
    write(folder, title=HOSTILE, read=HOSTILE, unit=HOSTILE, query=f"-- x\n{QUERY} -- {HOSTILE}")
    text = build(published, folder, 5)
    assert text.count("<script") == 3
    assert text.count("</script") == 3
    assert "alert(1)</script>" not in text
    assert [row[0] for row in payload(text)["panels"]["numbers"]["rows"]] == [HOSTILE, "a", "b"]
    assert "r&lt;1&gt;" in text
    assert "r<1>" not in text


def test_page_states_data_and_publication_times(folder: Path, published: Path, library: None) -> None:
    text = build(published, folder, 0)
    assert "<dd>2025-06-30 00:00 UTC, 1 day before publication</dd>" in text
    assert "Published 2025-07-01 00:00 UTC." in text


def test_lists_have_reasons_and_contributions_that_add_up(folder: Path, published: Path, library: None) -> None:
    lists = payload(build(published, folder, 5))["lists"]
    words, products = lists["words"], lists["products"]
    (customer,) = [entry for entry in lists["customers"] if entry[0] == "c0"]
    assert [words[customer[place]] for place in (1, 2, 3)] == ["history", "5-19", "tea lovers"]
    assert customer[4] == 0
    first, second = customer[5]
    assert [products[first[0]][0], words[products[first[0]][1]], words[first[1]]] == ["p0", "Tea 0", "Because"]
    assert (first[2], second[2]) == (0, 1)
    parts = [(words[source], None if own < 0 else products[own][0], part) for source, own, part in first[4]]
    assert parts == [
        ("content", None, 1.0),
        ("als", "p3", 0.5),
        ("als", None, 0.25),
        ("content", "p2", 0.25),
        ("trending", None, -0.125),
        ("popularity", None, 0.062),
    ]
    assert first[3] == pytest.approx(sum(part for *_, part in parts), abs=0.1)
    assert second[3:] == [None, []]


def test_products_have_their_similar_products(folder: Path, published: Path, library: None) -> None:
    (folder / "catalogue").mkdir()
    (folder / "catalogue" / "_companions.sql").write_text(
        "select 'similar' as kind, product_id, 1 as place, 'p3' as companion_id, 0.5 as value "
        "from marts.products where product_id = 'p1' and product_id in (select id from asked)"
    )
    lists = payload(build(published, folder, 5))["lists"]
    found = {entry[0]: entry for entry in lists["products"]}
    assert found.keys() == {"p0", "p1", "p2", "p3"}
    identity, name, category, brand, price, is_available, list_count, beside = found["p1"]
    assert [lists["words"][place] for place in (name, category, brand)] == ["Tea 1", "tea", "Brand"]
    assert (identity, price, is_available, list_count) == ("p1", 2.5, True, 5)
    assert beside == {"similar": [[lists["products"].index(found["p3"]), 0.5]]}
    assert found["p3"][5:7] == [False, 0]


def test_page_has_the_history_of_a_customer(folder: Path, published: Path, library: None) -> None:
    (folder / "profiles").mkdir()
    (folder / "profiles" / "_history.sql").write_text(
        "select customer_id, '2025-06-01', 'p2', 1, 3 from marts.customers where customer_id = 'c1' "
        "and customer_id in (select id from asked)"
    )
    lists = payload(build(published, folder, 5))["lists"]
    histories = {entry[0]: entry[6] for entry in lists["customers"]}
    assert histories["c1"] == [["2025-06-01", [entry[0] for entry in lists["products"]].index("p2"), 1, 3]]
    assert histories["c0"] == []


def test_page_holds_as_many_customers_as_fit(
    folder: Path, published: Path, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(payload(build(published, folder, None))["lists"]["customers"]) == 5
    monkeypatch.setattr(lookup, "MOST_BYTES", 150)
    lists = payload(build(published, folder, None))["lists"]
    assert 0 < len(lists["customers"]) < 5
    assert lists["everybody"] == 5


# The overview

RESULT = """
select
    10 as k, 0.54 as found, 0.5 as found_low, 0.58 as found_high, 0.18 as popular, null as popular_low, null as popular_high,
    308 as customer_count, timestamp '2025-06-02' as cutoff_at, timestamp '2025-06-30' as horizon_ends_at,
    {held_out} as is_held_out
"""


@pytest.mark.parametrize(
    ("held_out", "sentence"),
    [
        (
            "false",
            "The list of 10 contained 54% of the products that a customer chose in the next 28 days; the 10 bestsellers",
        ),
        (
            "true",
            "The list of 10 contained 54% of the products held out of each customer&#x27;s history; the 10 bestsellers",
        ),
    ],
)
def test_overview_states_the_result_in_a_sentence(
    folder: Path, published: Path, library: None, held_out: str, sentence: str
) -> None:
    assert "The quality of the lists was not measured in this release." in build(published, folder, 0)
    (folder / "evaluation").mkdir()
    (folder / "evaluation" / "_result.sql").write_text(RESULT.format(held_out=held_out))
    text = build(published, folder, 0)
    assert sentence in text
    assert "308 customers" in text
    assert "90% interval" in text
    assert "<small>50% to 58%</small>" in text
    assert text.count("<small>") == 1, "an interval is shown for bestsellers, which have none here"


def test_overview_has_the_figures_of_the_release(folder: Path, published: Path, library: None) -> None:
    text = build(published, folder, 0)
    assert "<dt>Age of the data</dt><dd>1 day</dd>" in text
    assert "<dt>Gates</dt><dd>0 failed</dd>" in text
    assert "<dt>Customers with a list</dt><dd>5</dd>" in text
    assert "4 of them have a complete list." in text


def test_overview_lists_tasks_with_the_most_urgent_first(folder: Path, published: Path, library: None) -> None:
    assert '<p class="tasks">No items in this release.</p>' in build(published, folder, 0)
    (folder / "core" / "_tasks.sql").write_text(
        "from (values ('look', '2 <b>short</b> lists.', 'lookup'), ('fail', 'A gate failed.', 'glance')) "
        "as t (status, sentence, section)"
    )
    (folder / "quality").mkdir()
    (folder / "quality" / "_tasks.sql").write_text("select 'warn', 'x', 'glance' from marts.absent")
    text = build(published, folder, 0)
    assert re.findall(r'<li class="(\w+)">', text) == ["fail", "look"]
    assert '<bdi>2 &lt;b&gt;short&lt;/b&gt; lists.</bdi> <a href="#lookup">Lists</a>' in text
    (folder / "quality" / "_tasks.sql").write_text("select 'odd', 'x', 'glance'")
    with pytest.raises(DashboardError, match=r"_tasks\.sql: unknown status 'odd'"):
        build(published, folder, 0)


@pytest.mark.parametrize(
    ("as_of", "published_at", "said"),
    [
        (datetime(2025, 6, 30, 23), datetime(2025, 7, 1), "0 days"),
        (datetime(2025, 6, 30), datetime(2025, 7, 1, 1), "1 day"),
        (datetime(2022, 6, 30), datetime(2025, 7, 1), "1,097 days"),
        (datetime(2025, 7, 2), datetime(2025, 7, 1), "0 days"),
        (None, datetime(2025, 7, 1), ""),
    ],
)
def test_age_of_the_data_is_in_days(as_of: datetime | None, published_at: datetime, said: str) -> None:
    assert summary.age(as_of, published_at) == said


def test_terms_are_explained_under_the_panel_that_uses_them(folder: Path, published: Path, library: None) -> None:
    terms = {"piece": "One <thing>.", "nDCG": "A measure.", "a": "The first row.", "counted well": "Never said."}
    (folder / "_terms.json").write_text(json.dumps(terms))
    text = build(published, folder, 0)
    assert "Terms: piece, a</summary>" in text, "a term of the unit (plural) or of a chart label is missing"
    assert "<dt>piece</dt><dd>One &lt;thing&gt;.</dd>" in text
    assert "A measure." not in text
    (folder / "_terms.json").write_text(json.dumps({"piece": "no sentence"}))
    with pytest.raises(DashboardError, match=r"_terms\.json: must be an object"):
        build(published, folder, 0)


def test_panels_can_read_kept_releases(folder: Path, published: Path, library: None) -> None:
    for release, value in (("r1", 0.25), ("r2", 0.5), ("damaged", None)):
        path = published / "releases" / release / "recommendations.duckdb"
        path.parent.mkdir(parents=True)
        if value is None:
            path.write_text("no database")
            continue
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts")
            connection.execute(
                f"""
                create table marts.publication as
                select '{release}' as release, timestamp '2025-06-30' as as_of, timestamp '2025-07-01' as published_at;
                create table marts.model_performance as
                select
                    'test' as cutoff_id, 'all' as mode, 'all' as slice, 10 as k, 'assembled' as source, 'ndcg_at_k' as metric,
                    {value} as value, null as ci_low, null as ci_high, 7 as customer_count
                """
            )
    write(folder, query="select release as name, value as n from kept_releases order by release")
    assert payload(build(published, folder, 0))["panels"]["numbers"]["rows"] == [["r1", 0.25], ["r2", 0.5]]


@pytest.mark.parametrize(("customers", "there"), [(0, 0), (2, 2), (5, 5), (99, 5)])
def test_number_of_customers_on_the_page_is_limited(
    folder: Path, published: Path, library: None, customers: int, there: int
) -> None:
    lists = payload(build(published, folder, customers))["lists"]
    assert len(lists["customers"]) == there
    assert lists["everybody"] == 5
    assert bool(lists["note"]) == (customers == 0)


def test_customer_sample_is_deterministic_and_nested(folder: Path, published: Path, library: None) -> None:
    def drawn(customers: int) -> list[str]:
        return [entry[0] for entry in payload(build(published, folder, customers))["lists"]["customers"]]

    assert drawn(3) == drawn(3)
    assert drawn(4)[:3] == drawn(3)
    assert drawn(5) != sorted(drawn(5)), "the sample consists of the first customers by id"


def test_page_is_self_contained(folder: Path, published: Path) -> None:
    text = build(published, folder, 5)
    markup = text.replace(page._library(), "")
    # Namespaces, and addresses in messages of the library. The page's content security policy forbids loading anything.
    addresses = set(re.findall(r"https?://[\w./-]+", text)) - {"http://www.w3.org/"}
    assert {address.split("/")[2] for address in addresses} <= {"www.w3.org", "vega.github.io", "github.com"}
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*\s(?:src|href)=\"(?!data:,\")", markup)
    assert "http" not in markup.replace("http-equiv", "")
    assert len(text.encode()) < 1_200_000
    assert "window.vegaEmbed=" in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.23456789, 1.2346),
        (float("nan"), None),
        (float("inf"), None),
        (True, True),
        (12345678, 12345678),
        (None, None),
        ([1.0], [1.0]),
    ],
)
def test_values_are_converted_to_json_values(value: object, shown: object) -> None:
    assert plain(value) == shown


def test_duckdb_values_are_converted_to_json_values() -> None:
    sql = "select 1.50::decimal(9, 4), date '2025-06-30', timestamp '2025-06-30 12:00:00', interval 1 day"
    assert [plain(value) for value in duckdb.execute(sql).fetchall()[0]] == [
        1.5,
        "2025-06-30",
        "2025-06-30T12:00:00",
        "1 day, 0:00:00",
    ]


def test_embedded_json_is_escaped_and_readable() -> None:
    assert json.loads(embedded({HOSTILE: [HOSTILE]})) == {HOSTILE: [HOSTILE]}
    assert not re.search("[<>&\u2028]", embedded(HOSTILE))


def test_fields_exclude_fields_that_the_spec_computes() -> None:
    made = {"transform": [{"calculate": "datum.a", "as": "b"}, {"fold": ["c"], "as": ["key", "value"]}]}
    assert fields({**made, "encoding": {"x": {"field": "a"}, "y": {"field": "b"}, "color": {"field": "value"}}}) == {"a"}


def test_answer_keeps_the_order_of_the_query(published: Path) -> None:
    panel = Panel(
        "core", "numbers", "glance", 1, "t", "u", "i", "r", "e", "select name, n from marts.numbers order by n desc limit 2", SPEC
    )
    with duckdb.connect(str(published / "recommendations.duckdb"), read_only=True) as connection:
        assert answer(connection, panel, Path("numbers.sql"), {}).rows == [[HOSTILE, 3.0], ["b", 2.0]]


# The command


def test_command_writes_the_page(
    folder: Path, published: Path, library: None, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    output = tmp_path / "made" / "shop.html"
    arguments = ["--panels", str(folder), "--customers", "2", "--output", str(output)]
    assert main(["--published", str(published), *arguments]) == 0
    assert f"Open {output}" in capsys.readouterr().out
    assert [path.name for path in output.parent.iterdir()] == ["shop.html"]
    assert main(["--published", str(tmp_path / "nowhere"), *arguments]) == 2
    assert "there is no release" in capsys.readouterr().err
    assert output.exists()
