"""Results of Hillstrom's e-mail experiment equal the published rates, and each number equals that of SciPy.

The data are not part of the project. Set HILLSTROM to a Parquet file of its 64,000 rows to run these tests.
"""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from scipy import stats

from warehouse_recommender.experiments import statistics

FILE = os.environ.get("HILLSTROM")
CONTROL, LEVEL, MARGIN = "No E-Mail", 0.95, 0.05
VISIT_RATES = {"No E-Mail": 0.1062, "Mens E-Mail": 0.1828, "Womens E-Mail": 0.1514}
METRICS = [
    ("clicked_share", "click_count", None, "two_proportion", None),
    ("bought_share", "purchase_count", None, "two_proportion", None),
    ("orders_per_customer", "order_count", None, "welch", None),
    ("revenue_per_customer", "revenue", None, "welch", 0.99),
]

pytestmark = pytest.mark.skipif(not FILE or not Path(FILE).exists(), reason="HILLSTROM names no file of the e-mail experiment")


@pytest.fixture(scope="module")
def customers() -> pa.Table:
    """Rows of experiment_customers: a visit is a click, a conversion an order, spend the revenue, and history the strength."""
    rows = pq.read_table(FILE, columns=["treatment", "visit", "conversion", "spend", "history"])
    numbers = {name: pc.cast(rows[name], pa.float64()) for name in rows.column_names if name != "treatment"}
    count = len(rows)
    return pa.table(
        {
            "experiment": pa.array(["hillstrom"] * count),
            "variant": rows["treatment"],
            "customer_id": [f"c{number}" for number in range(count)],
            "is_crossover": np.zeros(count, dtype=bool),
            "strength_before": numbers["history"],
            "click_count": numbers["visit"],
            "purchase_count": numbers["conversion"],
            "order_count": numbers["conversion"],
            "revenue": numbers["spend"],
        }
    )


@pytest.fixture(scope="module")
def found(customers: pa.Table) -> dict[tuple[str, str], dict[str, Any]]:
    kinds = [pa.string()] * 4 + [pa.float64()]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*METRICS, strict=True), kinds, strict=True)]
    planned = pa.table([["hillstrom"] * 3, list(VISIT_RATES), [1 / 3] * 3], names=statistics.PLANNED_COLUMNS)
    settings = {"control": CONTROL, "fewest_customers": 50, "relevant_change": 0.1, "margin": MARGIN, "level": LEVEL}
    table = statistics.tests(customers, pa.table(columns, names=statistics.METRIC_COLUMNS), planned, **settings)
    return {(row["variant"], row["metric"]): row for row in table.to_pylist()}


def arm(customers: pa.Table, variant: str, column: str) -> np.ndarray:
    return customers.filter(pc.equal(customers["variant"], variant))[column].to_numpy()


def test_visit_rates_equal_the_published_ones(found: dict) -> None:
    for variant in ("Mens E-Mail", "Womens E-Mail"):
        row = found[variant, "clicked_share"]
        assert (round(row["value"], 4), round(row["control_value"], 4)) == (VISIT_RATES[variant], VISIT_RATES[CONTROL])


def test_arms_are_thirds_of_64000_customers(customers: pa.Table, found: dict) -> None:
    sizes = [len(arm(customers, variant, "revenue")) for variant in VISIT_RATES]
    assert sum(sizes) == 64_000
    row = found[CONTROL, "sample_ratio"]
    assert (row["chi_square"], row["p_value"]) == pytest.approx(tuple(stats.chisquare(sizes)), rel=1e-9)
    assert row["p_value"] > 0.001


@pytest.mark.parametrize("variant", ["Mens E-Mail", "Womens E-Mail"])
@pytest.mark.parametrize(("metric", "column"), [("clicked_share", "click_count"), ("bought_share", "purchase_count")])
def test_shares_equal_scipy(customers: pa.Table, found: dict, variant: str, metric: str, column: str) -> None:
    row = found[variant, metric]
    hits, sizes = zip(
        *((int(values.sum()), len(values)) for values in (arm(customers, name, column) for name in (variant, CONTROL))),
        strict=True,
    )
    table = [[hit, size - hit] for hit, size in zip(hits, sizes, strict=True)]
    one, other = (stats.binomtest(hit, size).proportion_ci(LEVEL, "wilson") for hit, size in zip(hits, sizes, strict=True))
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    difference = shares[0] - shares[1]
    low = difference - math.hypot(shares[0] - one.low, other.high - shares[1])
    high = difference + math.hypot(one.high - shares[0], shares[1] - other.low)
    assert row["p_value"] == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-9)
    assert (row["difference"], row["ci_low"], row["ci_high"]) == pytest.approx((difference, low, high), rel=1e-9)


@pytest.mark.parametrize("variant", ["Mens E-Mail", "Womens E-Mail"])
@pytest.mark.parametrize(("metric", "column"), [("orders_per_customer", "order_count"), ("revenue_per_customer", "revenue")])
def test_means_and_guardrails_equal_scipy(customers: pa.Table, found: dict, variant: str, metric: str, column: str) -> None:
    """Revenue is cut at the 0.99 quantile of the buyers of all arms. Only 0.9 % buy, so a quantile of all would be 0."""
    everyone = customers[column].to_numpy()
    cap = np.quantile(everyone[everyone > 0], 0.99) if column == "revenue" else np.inf
    treated, control = (np.minimum(arm(customers, name, column), cap) for name in (variant, CONTROL))
    expected = stats.ttest_ind(treated, control, equal_var=False)
    row = found[variant, metric]
    assert row["difference"] == pytest.approx(treated.mean() - control.mean(), rel=1e-9)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(expected.confidence_interval(LEVEL)), rel=1e-9)
    kept = stats.ttest_ind(treated, (1 - MARGIN) * control, equal_var=False, alternative="greater")
    assert row["margin_p_value"] == pytest.approx(kept.pvalue, rel=1e-9)


def test_visit_effects_are_found_in_every_history_segment(customers: pa.Table) -> None:
    """The e-mail for men raises visits in each third of the customers' earlier spend."""
    terciles = np.quantile(customers["strength_before"].to_numpy(), [1 / 3, 2 / 3])
    thirds = np.array(["low", "middle", "high"], dtype=object)[np.searchsorted(terciles, customers["strength_before"].to_numpy())]
    count = len(customers)
    columns = [customers["experiment"], customers["customer_id"], pa.array(["history"] * count), pa.array(thirds)]
    segments = pa.table(columns, names=statistics.SEGMENT_COLUMNS)
    plans = pa.table({"experiment": ["hillstrom"], "primary_metric": ["clicked_share"]})
    kinds = [pa.string()] * 4 + [pa.float64()]
    metric = pa.table([pa.array([value], kind) for value, kind in zip(METRICS[0], kinds, strict=True)], statistics.METRIC_COLUMNS)
    table = statistics.segment_tests(customers, segments, metric, plans, control=CONTROL, fewest_customers=50, level=LEVEL)
    rows = [row for row in table.to_pylist() if row["variant"] == "Mens E-Mail"]
    assert len(rows) == 3
    assert all(row["ci_low"] > 0 for row in rows)
    assert sum(row["customer_count"] for row in table.to_pylist()) + sum(row["control_customer_count"] for row in rows) == 64_000
