"""The published demo tables are complete: every metric is registered, and every table and section has content."""

import json

import pytest

from tests.conftest import PROJECT, Run


def test_published_metrics_are_registered_and_within_range(demo_build: Run) -> None:
    """Fails if a published metric is not registered, or if a registered metric occurs in no table."""
    columns = demo_build.query(
        """select table_name, column_name from duckdb_columns()
        where schema_name = 'marts' and column_name in ('metric', 'fairness_measure') and table_name <> 'metric_registry'"""
    )
    assert {table for table, _ in columns} >= {
        "model_performance",
        "fairness_audits",
        "mitigation_tradeoff",
        "experiment_results",
    }
    published = {
        metric for table, column in columns for (metric,) in demo_build.query(f"select distinct {column} from marts.{table}")
    }
    registered = {metric for (metric,) in demo_build.query("select metric from marts.metric_registry")}
    assert published - registered == set()
    names = {name for (name,) in demo_build.query("select column_name from duckdb_columns() where schema_name = 'marts'")}
    assert registered - published - names == {"cart_rate", "margin_per_mille"}, "the demo store logs no carts and has no costs"
    outside = """select published.metric, value, lowest, highest from (
            select metric, observed as value from marts.fairness_audits
            union all select metric, value from marts.experiment_results
            union all select metric, value from marts.assembly_effects
            union all select fairness_measure, unnest([fairness_before, fairness_after]) from marts.mitigation_tradeoff
        ) as published inner join marts.metric_registry using (metric)
        where value < lowest - 1e-9 or value > highest + 1e-9"""
    assert demo_build.query(outside) == []


def test_exposure_ratios_differ_between_customer_groups(demo_build: Run) -> None:
    """Every customer has the same number of rows, so exposure counted in rows would give a ratio of 1 for every group."""
    ratios = demo_build.query(
        "select ratio from marts.representation_audit where population = 'exposure' and side = 'customer' and ratio is not null"
    )
    assert len({round(ratio, 6) for (ratio,) in ratios}) > 3


def test_debiasing_does_not_increase_group_predictability(demo_build: Run) -> None:
    """Factors may predict the group without debiasing; with full debiasing they must not predict it better."""
    rows = demo_build.query(
        """select strength, fairness_before, fairness_after from marts.mitigation_tradeoff
        where mitigation = 'debias' and fairness_measure = 'group_predictability' order by strength"""
    )
    assert [strength for strength, _, _ in rows] == [0.5, 1.0]
    assert rows[1][2] <= rows[1][1]


def test_sales_equal_purchases_in_product_features(demo_build: Run) -> None:
    """Fails if a day or channel loses or double-counts purchases, or if returned purchases count as kept."""
    differing = """select product_id, sold.purchase_count, features.purchase_count, sold.returned_share, features.returned_share
        from (
            select product_id, sum(purchase_count) as purchase_count, sum(returned_count) / sum(purchase_count) as returned_share
            from marts.sales group by product_id
        ) as sold
        full outer join (
            select * from marts.product_features where cutoff_id = 'live' and purchase_count > 0
        ) as features using (product_id)
        where sold.purchase_count is distinct from features.purchase_count
            or abs(sold.returned_share - features.returned_share) > 1e-9"""
    assert demo_build.query(differing) == []
    totals = "select sum(repeat_count), sum(returned_count), sum(pieces), sum(amount), count(distinct channel) from marts.sales"
    assert min(demo_build.query(totals)[0]) > 0


def test_customer_history_has_all_evidence_and_only_consenting_customers(demo_build: Run) -> None:
    refused = """select count(*) from marts.customer_history inner join cleaning.customer_consents using (customer_id)
        where not is_personalisation_granted"""
    assert demo_build.query(refused) == [(0,)]
    lost = """select count(*) from marts.recommendation_evidence as evidence
        left join marts.customer_history as history
        on evidence.customer_id = history.customer_id and evidence.evidence_product_id = history.product_id
        where evidence_product_id is not null and history.product_id is null
        and evidence.customer_id not in (select customer_id from marts.customer_history where history_rank = 20)"""
    assert demo_build.query(lost) == [(0,)], "the history of a customer with fewer than 20 products lacks an evidence product"


def test_due_product_cycles_equal_planted_cycles(demo_build: Run) -> None:
    """Fails if the cycles of categories are not the planted cycles."""
    cycles = json.loads((PROJECT / "seeds" / "demo" / "expected.json").read_text())["planted"]["cycle_days"]
    found = dict(
        demo_build.query(
            """select category, median(cycle_days) from marts.due_products inner join marts.products using (product_id)
            where purchase_count >= 3 group by category having count(*) >= 10"""
        )
    )
    assert len(found.keys() & cycles.keys()) > 3
    for category in found.keys() & cycles.keys():
        assert found[category] == pytest.approx(cycles[category], rel=0.35), category


def test_audiences_are_sorted_by_the_score_of_the_lists(demo_build: Run) -> None:
    """Fails if audiences use another score than the lists, or are sorted differently."""
    assert demo_build.query(
        """select count(*) from marts.product_audience
        inner join marts.product_audience as better using (product_id)
        where better.audience_rank < product_audience.audience_rank and better.score < product_audience.score"""
    ) == [(0,)]
    in_list = """select count(*) from marts.recommendations inner join marts.product_audience using (product_id, customer_id)
        where abs(recommendations.score - product_audience.score) > 1e-9"""
    assert demo_build.query(in_list) == [(0,)]
    ((products, largest),) = demo_build.query("select count(distinct product_id), max(audience_rank) from marts.product_audience")
    assert products > 200
    assert largest == 100


def test_marketing_lists_cover_exactly_the_consenting_customers(demo_build: Run) -> None:
    marketing = "select customer_id from marts.customers where is_marketing_granted"
    sent = "select distinct customer_id from marts.marketing_recommendations"
    assert demo_build.query(f"({marketing}) except ({sent}) union all ({sent}) except ({marketing})") == []


def test_demo_has_rules_with_every_outcome(demo_build: Run) -> None:
    """At least one rule of each kind applies, one has expired, and one is not valid yet."""
    report = demo_build.query("select action, outcome, removed_count, moved_count, listed_count from marts.list_rule_report")
    outcomes = {(action, outcome) for action, outcome, *_ in report}
    assert outcomes >= {
        ("pin", "applied"),
        ("cap", "applied"),
        ("boost", "applied"),
        ("boost", "expired"),
        ("boost", "not_yet_valid"),
    }
    assert all(removed > 0 for action, outcome, removed, _, _ in report if (action, outcome) == ("cap", "applied"))
    pinned = """select count(*) from marts.recommendations inner join marts.list_rule_report using (rule_id)
        where action = 'pin' and recommendations.product_id = scope_value and rank = amount"""
    assert demo_build.query(pinned) != [(0,)]


def test_demo_has_short_lists_and_netted_purchases(demo_build: Run) -> None:
    lengths = demo_build.query("select product_count from marts.short_lists")
    assert lengths
    assert max(count for (count,) in lengths) < 10
    netted = (
        """select found_count from marts.cleaning_ledger where raw_table = 'order_lines' and rule = 'netted_by_cancellation'"""
    )
    assert demo_build.query(netted)[0][0] > 10
