"""The demo store's planted truths are found again in what the build publishes."""

import json
import re

import pytest
import yaml
from sklearn.metrics import adjusted_rand_score

from tests.conftest import PROJECT, Run
from tests.python.test_demo_store import COUNTS, open_store
from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import planted_truth

# Planted kinds of dirt whose rule bears another name.
RULES = {"in_future": "after_as_of", "missing_birth_date_and_age": "missing_age"}
# What applies to rows besides the planted dirt: near duplicates of customers were written in capitals, e-mail address included;
# many customers state no age but a date of birth, some of them in the future; some near duplicates of products differ by blanks
# or capitals.
BESIDES = {
    ("customers", "email_case"),
    ("customers", "age_from_birth_date"),
    ("customers", "unusable_birth_date"),
    ("products", "untrimmed_text"),
    ("products", "name_spelling"),
}


def test_planted_dirt_is_found_exactly_and_nothing_else_is(demo_build: Run) -> None:
    planted = json.loads((PROJECT / "seeds" / "demo" / "expected.json").read_text())["tables"]
    # Rows of those who asked to be forgotten aren't read, dirty or not; test_demo_store.py counts the whole files.
    store = open_store(PROJECT / "seeds" / "demo", "csv")
    erased = {}
    for table in planted.keys() - {"products", "erasure_requests"}:
        forgotten = f"delete from {table} where customer_id in (select customer_id from erasure_requests)"
        ((erased[table, "erased"],),) = store.execute(forgotten).fetchall()
    assert all(count > 0 for count in erased.values())
    expected = {
        (table, RULES.get(kind, kind)): store.execute(COUNTS[table][kind]).fetchall()[0][0]
        for table, facts in planted.items()
        for kind in facts["dirt"]
    } | erased
    by_rule = demo_build.query("select raw_table, rule, found_count from marts.cleaning_ledger where rule <> 'all'")
    found = {(table, rule): count for table, rule, count in by_rule if count and (table, rule) not in BESIDES}
    assert found == {key: count for key, count in expected.items() if count}
    sums = demo_build.query(
        "select raw_table, rows_in, kept_count + rejected_count from marts.cleaning_ledger where rule = 'all'"
    )
    assert {table: counts for table, *counts in sums} == {table: [facts["rows"]] * 2 for table, facts in planted.items()}


def test_a_near_duplicate_has_the_name_of_the_first_product(demo_build: Run) -> None:
    """Catches product names that customers read in lower case."""
    assert demo_build.query("select name from marts.products where name = lower(name)") == []


def test_the_blend_beats_every_source_on_planted_taste(demo_build: Run) -> None:
    compared = demo_build.query(
        """select baseline, ci_low from marts.model_comparisons
        where metric = 'ndcg_at_k' and k = 10 and mode = 'all' and slice = 'with_history'"""
    )
    sources = {source for (source,) in demo_build.query("select source from ranking.candidate_sources")}
    assert {baseline for baseline, _ in compared} == sources | {"weighted", "stacked", "cascade", "assembled"}
    assert all(low > 0 for baseline, low in compared if baseline in sources), compared


@pytest.mark.parametrize("cutoff", ["live", "test", "tune_1"])
def test_segments_are_those_that_were_planted(demo_build: Run, cutoff: str) -> None:
    truth = planted_truth(Settings())
    planted = dict(zip(truth["customer_id"].to_pylist(), truth["segment"].to_pylist(), strict=True))
    found = demo_build.query_raw_ids(
        f"select customer_id, segment from marts.customer_features where cutoff_id = '{cutoff}' and segment <> 'none'"
    )
    pairs = [(planted[customer], segment) for customer, segment in found if customer in planted]
    assert len(pairs) > len(planted) / 2
    assert adjusted_rand_score(*zip(*pairs, strict=True)) >= 0.6


def test_nobody_is_left_out(demo_build: Run) -> None:
    missing = """select customer_id from cleaning.clean_customers
        except (select customer_id from marts.recommendations union all select customer_id from marts.short_lists)"""
    assert demo_build.query(missing) == []
    reasons = "select distinct rung, reason_code from marts.recommendations where rung not in ('history', 'fold_in') order by all"
    known = {"popular", "popular_in_category", "popular_in_context", "trending", "exploration"}
    found = demo_build.query(reasons)
    assert {rung for rung, _ in found} == {"survey", "context", "popularity"}  # the last is for those who refused to be profiled
    assert {reason for rung, reason in found if rung in ("context", "popularity")} <= known
    assert {reason for rung, reason in found if rung == "survey"} <= known | {"stated_taste"}
    assert ("survey", "stated_taste") in found


def test_every_new_product_is_in_some_pool(demo_build: Run) -> None:
    """Catches new products that nobody can meet: most of the demo store's were touched by nobody yet."""
    new = """
        select product_index from features.product_rhythm inner join interactions.cutoff_products using (cutoff_id, product_index)
        where cutoff_id = 'live' and age_days <= 30
    """
    assert len(demo_build.query(new)) > 10
    pooled = """
        select product_index from ranking.pool inner join ranking.lists using (list_index)
        where cutoff_id = 'live'
    """
    assert demo_build.query(f"{new} except {pooled}") == []


def test_the_run_ends_by_showing_recommendations(demo_build: Run) -> None:
    assert "table marts.recommendations. For example:" in demo_build.output
    assert "1. P" in demo_build.output
    assert re.search(r"customer \w{12} \(history\), bought last: \w", demo_build.output)
    assert re.search(r"customer \w{12} \((context|popularity)\), bought last: nothing", demo_build.output)


def test_the_default_data_set_is_the_demo_file() -> None:
    default = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    demo = yaml.safe_load((PROJECT / "datasets" / "demo.yml").read_text())
    assert demo == {key: default[key] for key in demo}
    assert demo.keys() >= {"dataset", "raw"}


def test_the_folder_of_the_database_comes_with_the_project() -> None:
    """DuckDB makes files, not folders: without it the first build of a fresh clone fails."""
    assert (PROJECT / "warehouse").is_dir()
