"""Fairness metrics equal hand-computed values, chance is estimated, and harm is measured beyond a bound."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from warehouse_recommender.evaluation.bootstrap import poisson_weights
from warehouse_recommender.fairness import estimates

SETTINGS: dict[str, Any] = {"fewest": 2, "replicates": 200, "level": 0.95}
Term = tuple[str, str, str, str, str, float]  # side, attribute, group, measure, customer, term


def block(source: str, terms: list[Term], cutoff: str = "test") -> pa.Table:
    columns = [list(column) for column in zip(*sorted(terms), strict=True)]
    table = pa.table(dict(zip(estimates.TERM_COLUMNS, columns, strict=True)))
    return table.append_column("cutoff_id", pa.array([cutoff] * len(terms))).append_column(
        "source", pa.array([source] * len(terms))
    )


def checks(*rows: tuple[str, str, str, float], source: str = "als", catalogue: dict[str, float] | None = None) -> pa.Table:
    """Make checks from rows of (metric, attribute, group, bound)."""
    table = [
        {
            **{"check_name": "q", "metric": metric, "attribute": attribute, "source": source, "protected_group": group},
            **{"cutoff_id": "test", "severity": "fail", "bound": bound, "catalogue_share": (catalogue or {}).get(group)},
        }
        for metric, attribute, group, bound in rows
    ]
    types = [*((name, pa.string()) for name in estimates.KEY_COLUMNS), ("bound", pa.float64()), ("catalogue_share", pa.float64())]
    return pa.Table.from_pylist(table, pa.schema(types))


def shares(*rows: tuple[str, str, float, float]) -> pa.Table:
    """Make shares from rows of (population, group, ratio, standard error of the ratio)."""
    table = [
        {
            **{"cutoff_id": "test", "population": population, "attribute": "g", "protected_group": group},
            **{"customer_count": 40, "ratio": ratio, "ratio_error": error},
        }
        for population, group, ratio, error in rows
    ]
    types = [*((name, pa.string()) for name in estimates.SHARE_COLUMNS[:4]), ("customer_count", pa.int64())]
    return pa.Table.from_pylist(table, pa.schema([*types, ("ratio", pa.float64()), ("ratio_error", pa.float64())]))


def rows_of(table: pa.Table) -> dict[tuple[str, str], dict[str, Any]]:
    assert table.schema == estimates.ESTIMATE_SCHEMA
    return {(row["metric"], row["protected_group"]): row for row in table.to_pylist()}


def spread(group: str, count: int, measures: dict[str, float]) -> list[Term]:
    """Return terms that spread the sums of a group equally over its customers; `customers` counts every customer."""
    names = [f"{group}{number:02d}" for number in range(count)]
    terms = [("customer", "g", group, measure, name, total / count) for measure, total in measures.items() for name in names]
    return [term for term in terms if term[-1]]


def members(**counts: int) -> list[Term]:
    return [term for group, count in counts.items() for term in spread(group, count, {"customers": count})]


# Group f: 20 customers, nDCG sum 8 (mean 0.4), 10 hits (0.5), 20 personal lists, divergence 4 over 10 customers.
# Group m: 10 customers, nDCG sum 5 (0.5), 8 hits (0.8), 8 personal lists, divergence 1 over 10. Group x: one customer, all 0.
ALL_MEMBERS = members(f=20, m=10, x=1)
ALS = [
    *spread("f", 20, {"ndcg": 8, "hit": 10, "personal": 20, "divergence": 4, "divergence_customers": 10}),
    *spread("m", 10, {"ndcg": 5, "hit": 8, "personal": 8, "divergence": 1, "divergence_customers": 10}),
]
# Total exposure is 10. Brand a has 4 of it, 1 in 4 products, 8 of 10 labels and 2 hits. Brand b has exposure 6, 2 of 10 labels
# and 1 hit.
RELEVANT = [
    *(("product", "brand", "a", "relevant", f"c{number}", 1.0) for number in range(8)),
    *(("product", "brand", "b", "relevant", f"c{number}", 1.0) for number in range(2)),
]
LISTED = [
    *(("product", "brand", "a", measure, "c1", term) for measure, term in (("exposure", 4.0), ("hits", 2.0))),
    *(("product", "brand", "b", measure, "c0", term) for measure, term in (("exposure", 6.0), ("hits", 1.0))),
]
BY_HAND = {
    ("ndcg_shortfall", "f"): (5 / 11 - 0.4, 20),
    ("ndcg_shortfall", "m"): (8 / 21 - 0.5, 10),
    ("ndcg_shortfall", "x"): (13 / 30, 1),
    ("hit_rate_ratio", "f"): (0.5 / (8 / 11), 20),
    ("hit_rate_ratio", "x"): (0.0, 1),
    ("personal_list_ratio", "m"): (0.8 / (20 / 21), 10),
    ("calibration_excess", "f"): (0.4 - 0.1, 20),
    ("calibration_excess", "x"): (None, 1),
    ("exposure_parity", "a"): (0.4 / 0.25, 8),
    ("exposure_parity", "b"): (0.6 / 0.75, 2),
    ("exposure_merit", "a"): (0.4 / 0.8, 8),
    ("opportunity_ratio", "a"): (0.25 / 0.5, 8),
    ("ndcg_gap", "all"): (0.1, 10),
    ("hit_rate_disparity", "all"): (0.5 / 0.8, 10),
    ("personal_list_disparity", "all"): (0.8, 10),
    ("opportunity_disparity", "all"): (0.5, 2),
    ("opportunity_variation", "all"): (0.125 / 0.375, 2),
}


def test_fairness_metrics_equal_hand_computed_values() -> None:
    """Fails in one of these cases:

    - a group is compared with all customers instead of the others;
    - a gap or ratio is reversed;
    - an extreme uses a group that is too small (x, whose mean is 0);
    - exposure is compared with the wrong share.
    """
    of = [(metric, "brand" if group in "ab" or "opportunity" in metric else "g", group, 0.5) for metric, group in BY_HAND]
    blocks = [block("*", ALL_MEMBERS + RELEVANT), block("als", ALS + LISTED)]
    found = rows_of(estimates.estimates(blocks, checks(*of, catalogue={"a": 0.25, "b": 0.75}), shares(), **SETTINGS))
    assert {key: (row["observed"], row["customer_count"]) for key, row in found.items()} == {
        key: (None if value is None else pytest.approx(value), count) for key, (value, count) in BY_HAND.items()
    }


def test_harm_is_measured_beyond_bound_and_chance() -> None:
    """Fails if a ratio's harm has the wrong sign, chance is not subtracted, or the p value is not the harm's normal tail."""
    terms, everybody = [], members(f=40, m=40)
    for number, term in enumerate(sorted(everybody)):
        terms += [(*term[:3], "ndcg", term[4], 0.2 + number % 7 / 10 + (0.2 if term[2] == "m" else 0))]
        terms += [(*term[:3], "hit", term[4], 1.0)] if number % 2 or term[2] == "m" else []
    of = checks(("ndcg_gap", "g", "all", 0.1), ("hit_rate_disparity", "g", "all", 0.8), ("ndcg_shortfall", "g", "f", 0.05))
    found = rows_of(estimates.estimates([block("*", everybody), block("als", terms)], of, shares(), **SETTINGS))
    for row in found.values():
        z = stats.norm.isf(0.025)
        error = (row["harm_high"] - row["harm"]) / z
        assert row["p_value"] == pytest.approx(stats.norm.sf(row["harm"] / error), rel=1e-9)
        assert row["harm_low"] == pytest.approx(row["harm"] - z * error)
        assert row["ci_low"] < row["observed"] < row["ci_high"]
    gap, disparity, shortfall = found["ndcg_gap", "all"], found["hit_rate_disparity", "all"], found["ndcg_shortfall", "f"]
    assert 0 < gap["null_mean"] < gap["observed"]
    assert gap["harm"] == pytest.approx(gap["observed"] - gap["null_mean"] - 0.1)
    assert disparity["harm"] == pytest.approx(0.8 * disparity["null_mean"] - disparity["observed"])  # the denominator is 1
    assert shortfall["null_mean"] is None
    assert shortfall["harm"] == pytest.approx(shortfall["observed"] - 0.05)


def test_errors_equal_those_of_the_replicates() -> None:
    everybody = members(f=40, m=40)
    values = dict(zip([term[4] for term in everybody], np.random.default_rng(2).random(80), strict=True))
    terms = [(*term[:3], "ndcg", term[4], values[term[4]]) for term in everybody]
    of = checks(("ndcg_shortfall", "g", "f", 0.05))
    row = rows_of(estimates.estimates([block("*", everybody), block("als", terms)], of, shares(), **SETTINGS))[
        "ndcg_shortfall", "f"
    ]
    rates = {}
    for group in "fm":
        names = [term[4] for term in everybody if term[2] == group]
        weights = poisson_weights(names, 200)[:, 1:]
        rates[group] = np.array([values[name] for name in names]) @ weights / weights.sum(axis=0)
    differences = rates["m"] - rates["f"]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(np.quantile(differences, [0.025, 0.975])), rel=1e-9)
    assert (row["harm_high"] - row["harm"]) / stats.norm.isf(0.025) == pytest.approx(differences.std(ddof=1), rel=1e-9)
    assert row["has_spread"]


def test_null_means_use_random_groups_of_the_same_size() -> None:
    """Of two women and two men, one customer has nDCG 1 and the others 0. For any assignment, one group has the mean 0.5 and the
    other 0. All have a hit, so the ratio of hit rates is 1. x is too small to take part."""
    everybody = members(f=2, m=2, x=1)
    terms = [("customer", "g", "f", "ndcg", "f00", 1.0), *(((*term[:3], "hit", *term[4:])) for term in everybody)]
    deals = estimates.deals_of(block("*", everybody), 2)
    found = estimates.null_means(block("als", terms), deals)
    assert found["ndcg_gap", "g"] == 0.5
    assert found["hit_rate_disparity", "g"] == 1.0
    assert np.isnan(found["personal_list_disparity", "g"])
    assert len({tuple(order) for order in deals["g"].order}) > 5, "random assignments are equal"
    assert estimates.deals_of(block("*", members(f=2, m=1)), 2) == {}


def test_group_without_hits_has_no_spread() -> None:
    of = checks(("hit_rate_ratio", "g", "x", 0.8), ("hit_rate_ratio", "g", "f", 0.8))
    found = rows_of(
        estimates.estimates(
            [block("*", members(f=30, x=30)), block("als", spread("f", 30, {"hit": 10}))], of, shares(), **SETTINGS
        )
    )
    assert not found["hit_rate_ratio", "x"]["has_spread"]
    assert found["hit_rate_ratio", "x"]["harm"] == pytest.approx(0.8 / 3)
    assert found["hit_rate_ratio", "f"]["observed"] is None, "a ratio was computed although the other group has no hits"


def test_shares_use_their_given_errors() -> None:
    of = checks(("representation_ratio", "g", "f", 0.8), ("representation_ratio", "g", "m", 0.8), source="lists")
    found = rows_of(estimates.estimates([], of, shares(("lists", "f", 0.75, 0.1), ("lists", "m", 0.1, 0.0)), **SETTINGS))
    row, z = found["representation_ratio", "f"], stats.norm.isf(0.025)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.75 - z * 0.1, 0.75 + z * 0.1))
    assert (row["harm"], row["p_value"]) == pytest.approx((0.05, stats.norm.sf(0.5)))
    assert not found["representation_ratio", "m"]["has_spread"]
    assert found["representation_ratio", "m"]["ci_low"] == 0.1


def test_unknown_groups_metrics_and_cutoffs_give_no_rows() -> None:
    """Fails if there are rows for unknown groups or metrics, or if terms of another cutoff are used."""
    of = checks(("ndcg_gap", "age", "all", 0.1), ("ndcg_shortfall", "g", "nobody", 0.1), ("misspelt", "g", "f", 0.1))
    blocks = [block("*", ALL_MEMBERS, "test"), block("als", ALS, "test")]
    assert len(estimates.estimates(blocks, of, shares(), **SETTINGS)) == 0
    blocks = [block("*", ALL_MEMBERS, "other"), block("als", ALS, "test")]
    assert len(estimates.estimates(blocks, checks(("ndcg_shortfall", "g", "f", 0.1)), shares(), **SETTINGS)) == 0
