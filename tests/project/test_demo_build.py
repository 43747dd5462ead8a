"""The demo store's planted truths are found again in what the build publishes."""

import json

import yaml

from tests.conftest import PROJECT, Run

# What the generator planted, and the reason under which cleaning must book it. Dirt not listed here is kept.
REASONS = {
    "customers": {"exact_duplicate": ["exact_duplicate"], "missing_key": ["missing_key"]},
    "products": {"exact_duplicate": ["exact_duplicate"]},
    "order_lines": {
        "exact_duplicate": ["exact_duplicate"],
        "missing_key": ["missing_key"],
        "missing_time": ["missing_time", "unreadable_time"],
        "after_as_of": ["in_future"],
        "cancelled": ["cancelled"],
        "invalid_quantity": ["negative_quantity", "missing_quantity"],
        "invalid_price": ["zero_price", "unreadable_number"],
        "unknown_product": ["unknown_product"],
    },
    "events": {
        "exact_duplicate": ["exact_duplicate"],
        "missing_key": ["missing_key"],
        "missing_time": ["missing_time"],
        "after_as_of": ["in_future"],
        "unknown_event_type": ["unknown_event_type"],
        "unknown_product": ["unknown_product"],
    },
    "feedback": {"exact_duplicate": ["exact_duplicate"], "unknown_verdict": ["unknown_verdict"]},
    "impressions": {"exact_duplicate": ["exact_duplicate"], "outcome_before_shown": ["clicked_before_shown"]},
    "consents": {"exact_duplicate": ["exact_duplicate"]},
}


def test_planted_dirt_is_rejected_exactly_and_nothing_else_is(demo_build: Run) -> None:
    planted = json.loads((PROJECT / "seeds" / "demo" / "expected.json").read_text())["tables"]
    expected = {
        (table, reason): sum(planted[table]["dirt"][kind] for kind in kinds)
        for table, reasons in REASONS.items()
        for reason, kinds in reasons.items()
    }
    ledger = demo_build.query("select raw_table, reason, row_count from marts.cleaning_ledger where fate = 'rejected'")
    assert {(table, reason): count for table, reason, count in ledger} == expected
    totals = demo_build.query("select raw_table, cast(sum(row_count) as bigint) from marts.cleaning_ledger group by all")
    assert dict(totals) == {table: facts["rows"] for table, facts in planted.items()}


def test_the_blend_beats_every_source_on_planted_taste(demo_build: Run) -> None:
    compared = demo_build.query(
        """select baseline, ci_low from marts.model_comparisons
        where metric = 'ndcg_at_k' and k = 10 and mode = 'all' and slice = 'with_history'"""
    )
    assert {baseline for baseline, _ in compared} == {"popularity", "als", "content"}
    assert all(low > 0 for _, low in compared), compared


def test_nobody_is_left_out(demo_build: Run) -> None:
    missing = """select customer_id from cleaning.clean_customers
        except (select customer_id from marts.recommendations union all select customer_id from marts.short_lists)"""
    assert demo_build.query(missing) == []
    assert demo_build.query("select distinct reason_code from marts.recommendations where rung = 'popularity'") == [("popular",)]


def test_the_run_ends_by_showing_recommendations(demo_build: Run) -> None:
    assert "table marts.recommendations. For example:" in demo_build.output
    assert "1. P" in demo_build.output


def test_the_default_data_set_is_the_demo_file() -> None:
    default = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    demo = yaml.safe_load((PROJECT / "datasets" / "demo.yml").read_text())
    assert demo == {key: default[key] for key in demo}
    assert demo.keys() >= {"dataset", "raw"}


def test_the_folder_of_the_database_comes_with_the_project() -> None:
    """DuckDB makes files, not folders: without it the first build of a fresh clone fails."""
    assert (PROJECT / "warehouse").is_dir()
