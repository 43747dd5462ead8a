"""Reliability by decile: known values, intervals that respect customers, and errors of wrong probabilities."""

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.evaluation import reliability

SETTINGS = {"replicates": 200, "level": 0.95}


def candidates(customers: np.ndarray, probability: np.ndarray, is_relevant: np.ndarray, tier: str = "history") -> pa.Table:
    return pa.table(
        {
            "cutoff_id": ["test"] * len(customers),
            "mode": ["all"] * len(customers),
            "tier": [tier] * len(customers),
            "customer_id": [f"c{number}" for number in customers],
            "probability": probability,
            "is_relevant": is_relevant,
        }
    )


def planted(factor: float, customers: int = 400, products: int = 20) -> pa.Table:
    """Draw labels whose chance is `factor` times the probability."""
    rng = np.random.default_rng(1)
    probability = rng.uniform(0.01, 0.5, customers * products)
    return candidates(np.repeat(np.arange(customers), products), probability, rng.random(len(probability)) < factor * probability)


def test_bins_equal_hand_computed_values() -> None:
    """Ten candidates: eight with probability 0.1, one of them relevant, and two relevant ones with 0.5 and 0.9."""
    probability = np.array([0.1] * 8 + [0.5, 0.9])
    table = candidates(np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1]), probability, np.array([1, 0, 0, 0, 0, 0, 0, 0, 1, 1], bool))
    found = reliability.bins(table, **SETTINGS).to_pylist()
    values = [(row["bin"], row["predicted_share"], row["observed_share"]) for row in found]
    assert values == [(5, pytest.approx(0.1), 0.125), (9, 0.5, 1.0), (10, 0.9, 1.0)]
    assert [row["candidate_count"] for row in found] == [8, 1, 1]
    assert [row["customer_count"] for row in found] == [2, 1, 1]
    error = 0.8 * 0.025 + 0.1 * 0.5 + 0.1 * 0.1
    assert [row["expected_calibration_error"] for row in found] == [pytest.approx(error)] * 3


def test_right_probabilities_have_an_error_of_chance() -> None:
    found = reliability.bins(planted(1.0), **SETTINGS).to_pylist()
    assert [row["bin"] for row in found] == list(range(1, 11))
    assert [row["candidate_count"] for row in found] == [800] * 10
    covered = [row["ci_low"] <= row["predicted_share"] <= row["ci_high"] for row in found]
    assert sum(covered) >= 8
    assert found[0]["expected_calibration_error"] < 2 * found[0]["error_by_chance"]


def test_probabilities_twice_too_high_have_a_larger_error() -> None:
    found = reliability.bins(planted(0.5), **SETTINGS).to_pylist()
    assert found[0]["expected_calibration_error"] == pytest.approx(0.1275, abs=0.01)  # half of the mean probability, 0.255
    assert found[0]["expected_calibration_error"] > 10 * found[0]["error_by_chance"]
    assert all(row["ci_high"] < row["predicted_share"] for row in found[1:])


def test_intervals_are_clustered_by_customer() -> None:
    """All products of a customer have the same label, so 10,000 candidates know no more than 100 customers."""
    customers = np.repeat(np.arange(100), 100)
    table = candidates(customers, np.full(10_000, 0.5), customers % 2 == 0)
    (row,) = reliability.bins(table, **SETTINGS).to_pylist()
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * 1.96 * 0.05, rel=0.25)  # single candidates: a tenth of it


def test_groups_are_measured_separately_and_in_any_order() -> None:
    first, second = planted(1.0, 50), planted(0.5, 50).set_column(2, "tier", pa.array(["survey"] * 1000))
    both = reliability.bins(pa.concat_tables([second, first]), **SETTINGS)
    alone = pa.concat_tables([reliability.bins(first, **SETTINGS), reliability.bins(second, **SETTINGS)])
    assert both.equals(alone)
    shuffled = first.take(pa.array(np.random.default_rng(0).permutation(len(first))))
    assert reliability.bins(shuffled, **SETTINGS).equals(reliability.bins(first, **SETTINGS))


def test_no_candidates_give_no_bins() -> None:
    assert reliability.bins(planted(1.0)[:0], **SETTINGS).equals(reliability.BIN_SCHEMA.empty_table())
