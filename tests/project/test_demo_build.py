"""The published tables recover the structure planted in the demo store."""

import json
import re
from collections import Counter

import pytest
import yaml
from sklearn.metrics import adjusted_rand_score

from tests.conftest import PROJECT, Run
from tests.python.test_demo_store import COUNTS, open_store
from warehouse_operations.demo_store.plan import CONSUMABLE_CYCLES
from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import planted_truth

# Kinds of planted dirt whose rule has another name.
RULES = {"in_future": "after_as_of", "missing_birth_date_and_age": "missing_age"}
# Rules that also apply to rows without planted dirt:
# - near duplicates of customers were written in capitals, e-mail address included;
# - many customers have a date of birth instead of an age, and some of these dates are in the future;
# - some near duplicates of products differ by spaces or capitals;
# - half of the planted amounts outside the bounds are quantities.
ALSO_FOUND = {
    ("order_lines", "outlier_quantity"),
    ("customers", "email_case"),
    ("customers", "age_from_birth_date"),
    ("customers", "unusable_birth_date"),
    ("products", "untrimmed_text"),
    ("products", "name_spelling"),
}


def test_ledger_finds_exactly_the_planted_dirt(demo_build: Run) -> None:
    planted = json.loads((PROJECT / "seeds" / "demo" / "expected.json").read_text())["tables"]
    # Rows of customers with an erasure request are not read, dirty or not; test_demo_store.py counts the whole files.
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
    found = {(table, rule): count for table, rule, count in by_rule if count and (table, rule) not in ALSO_FOUND}
    assert found == {key: count for key, count in expected.items() if count}
    sums = demo_build.query(
        "select raw_table, rows_in, kept_count + rejected_count from marts.cleaning_ledger where rule = 'all'"
    )
    assert {table: counts for table, *counts in sums} == {table: [facts["rows"]] * 2 for table, facts in planted.items()}


def test_near_duplicate_products_keep_the_name_of_the_first(demo_build: Run) -> None:
    """Fails if customers see a product name in lower case."""
    assert demo_build.query("select name from marts.products where name = lower(name)") == []


def test_blend_beats_every_source_on_planted_tastes(demo_build: Run) -> None:
    compared = demo_build.query(
        """select baseline, ci_low from marts.model_comparisons
        where metric = 'ndcg_at_k' and k = 10 and mode = 'all' and slice = 'with_history'"""
    )
    sources = {source for (source,) in demo_build.query("select source from ranking.candidate_sources")}
    assert {baseline for baseline, _ in compared} == sources | {"weighted", "stacked", "cascade", "assembled"}
    assert all(low > 0 for baseline, low in compared if baseline in sources), compared


@pytest.mark.parametrize("cutoff", ["live", "test", "tune_1"])
def test_segments_agree_with_planted_segments(demo_build: Run, cutoff: str) -> None:
    truth = planted_truth(Settings())
    planted = dict(zip(truth["customer_id"].to_pylist(), truth["segment"].to_pylist(), strict=True))
    found = demo_build.query_raw_ids(
        f"select customer_id, segment from marts.customer_features where cutoff_id = '{cutoff}' and segment <> 'none'"
    )
    pairs = [(planted[customer], segment) for customer, segment in found if customer in planted]
    assert len(pairs) > len(planted) / 2
    assert adjusted_rand_score(*zip(*pairs, strict=True)) >= 0.6


def test_every_customer_has_a_list_or_a_short_list(demo_build: Run) -> None:
    missing = """select customer_id from cleaning.clean_customers
        except (select customer_id from marts.recommendations union all select customer_id from marts.short_lists)"""
    assert demo_build.query(missing) == []
    reasons = """select distinct tier, reason_code from marts.recommendations
        where tier not in ('history', 'fold_in') and source <> 'rule' order by all"""
    known = {"popular", "popular_in_category", "popular_in_context", "trending", "exploration"}
    found = demo_build.query(reasons)
    assert {tier for tier, _ in found} == {"survey", "popularity"}
    assert {reason for tier, reason in found if tier == "popularity"} <= known
    assert {reason for tier, reason in found if tier == "survey"} <= known | {"stated_taste"}
    assert ("survey", "stated_taste") in found


def test_every_new_product_is_in_a_pool(demo_build: Run) -> None:
    """Fails if new products cannot be recommended: most new products of the demo store have no interaction yet."""
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


def test_new_products_share_half_of_the_exploration(demo_build: Run) -> None:
    """Half of the exploration draws go to new products in equal shares, unless withheld. The logged propensities agree."""
    new = """select product_id from marts.product_features inner join marts.products using (product_id)
        where cutoff_id = 'live' and age_days <= 30 and is_available"""
    products = {product for (product,) in demo_build.query(new)}
    assert len(products) > 10
    draws = demo_build.query("select product_id, is_new, propensity from marts.recommendations where is_exploration")
    shown = Counter(product for product, is_new, _ in draws if is_new)
    assert shown.keys() == products
    turns = dict(
        demo_build.query("""select product_id, count(*) from assembly.candidate_dispositions
        inner join cleaning.clean_products using (product_index)
        where cutoff_id = 'live' and is_new_turn and withheld_reason is null group by product_id""")
    )
    assert sum(turns.values()) > 0.9 * len(draws)
    # Every second turn draws its product. The chance that any product gets fewer than a third of those is below 1 in 1,000.
    assert {product: count for product, count in shown.items() if count < turns[product] / 6} == {}
    in_turn = sum(propensity >= 0.5 for _, _, propensity in draws)
    assert abs(in_turn - len(draws) / 2) < 2 * len(draws) ** 0.5  # four standard deviations of a binomial with p = 1/2
    assert all(0 < propensity < 1 for _, _, propensity in draws)


def test_repeats_are_listed_only_when_due(demo_build: Run) -> None:
    rows = demo_build.query("""select is_repeat, last_purchased_on, due_on, cast(as_of as date) from marts.recommendations""")
    assert all(is_repeat == (last is not None) for is_repeat, last, _, _ in rows)
    repeats = [(last, due, as_of) for is_repeat, last, due, as_of in rows if is_repeat]
    assert len(repeats) > 1000
    assert [row for row in repeats if row[1] is None or not row[0] <= row[1] <= row[2]] == []


def test_consumables_are_repeated_by_cycle_and_durables_are_not(demo_build: Run) -> None:
    early, durable = 0, 0
    repeats = demo_build.query(
        """select products.category, date_diff('day', last_purchased_on, cast(as_of as date)),
                coalesce(buyer_count, 0), repeat_buyer_share
        from marts.recommendations as lists
        inner join marts.products as products using (product_id)
        inner join marts.product_features as features on lists.product_id = features.product_id and features.cutoff_id = 'live'
        where is_repeat and source <> 'rule'"""
    )
    for category, days, buyers, repeat_share in repeats:
        early += days < CONSUMABLE_CYCLES.get(category, 0) / 4
        durable += buyers >= 10 and repeat_share < 0.1
    assert early <= len(repeats) / 100
    assert durable == 0


def test_cost_of_the_repeat_guard_is_published(demo_build: Run) -> None:
    price = """select mode, difference, ci_low, ci_high from marts.assembly_effects
        where step = 'repeat_guard' and metric = 'ndcg_at_k' and cutoff_id = 'test'"""
    found = {mode: values for mode, *values in demo_build.query(price)}
    assert found["discovery"] == [0, 0, 0]
    difference, low, high = found["all"]
    assert low < difference < high < 0


def test_assembled_lists_are_measured_to_their_shown_length(demo_build: Run) -> None:
    deepest = "select source = 'assembled', max(k) from marts.model_performance group by all"
    shown = "select max(rank) from marts.recommendations"
    depths = dict(demo_build.query(deepest))
    assert depths[True] == demo_build.query(shown)[0][0] < depths[False]


def test_run_prints_example_recommendations(demo_build: Run) -> None:
    assert "table marts.recommendations. For example:" in demo_build.output
    assert "1. P" in demo_build.output
    assert re.search(r"customer \w{12} \(history\), bought last: \w", demo_build.output)
    assert re.search(r"customer \w{12} \((context|popularity)\), bought last: nothing", demo_build.output)


def test_default_vars_equal_the_demo_dataset_file() -> None:
    default = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    demo = yaml.safe_load((PROJECT / "datasets" / "demo.yml").read_text())
    assert demo == {key: default[key] for key in demo}
    assert demo.keys() >= {"dataset", "raw"}


def test_warehouse_folder_exists_in_the_project() -> None:
    """DuckDB creates files but no folders, so without it the first build of a fresh clone fails."""
    assert (PROJECT / "warehouse").is_dir()
