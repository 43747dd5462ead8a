"""Source settings chosen on later interactions: planted decay and size are found, and defaults win without evidence."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.candidates import trials
from warehouse_recommender.candidates.trials import Als, Recency, Sample, Trial

PATTERNS = {"most_patterns": 8, "largest_share": 0.5}
GIVEN = {"half_life_days": None, "most_factors": 8, "regularization": None, "alpha": None, **PATTERNS}
FIXED = {"half_life_days": 30.0, "most_factors": 8, "regularization": 2.0, "alpha": 7.0, **PATTERNS}
SETTINGS = {"start": "svd", "device": "cpu", "seed": 7}
TYPES = [pa.int32(), pa.int32(), pa.float64(), pa.int64(), pa.float64(), pa.bool_()]


def table(rows: list[tuple]) -> pa.Table:
    """Make rows of customer, product, weight, step, age in days, and whether the row is a label."""
    columns = list(zip(*rows, strict=True)) or [()] * len(TYPES)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, TYPES, strict=True)]
    return pa.Table.from_arrays(arrays, names=list(trials.ROW_COLUMNS))


def chosen(found: pa.Table, search: str) -> dict:
    (row,) = [row for row in found.to_pylist() if row["search"] == search and row["is_chosen"]]
    return row


def moving_on(count: int) -> pa.Table:
    """Customers move from one of 6 groups of 8 products to another and stay there, all on one day."""
    draw = np.random.default_rng(3)
    rows: list[tuple] = []
    for customer in range(count):
        old, new = draw.permutation(6)[:2]
        products = [*(old * 8 + draw.permutation(8)[:6]), *(new * 8 + draw.permutation(8))]
        rows += [(customer, int(product), 1.0, moment, 1.0, moment >= 9) for moment, product in enumerate(products[:12])]
    return table(rows)


def test_changing_tastes_choose_decay_by_steps() -> None:
    found = trials.trials(moving_on(400), horizon_days=28, **GIVEN, **SETTINGS)
    assert chosen(found, "recency")["step_weight"] == 0.8
    assert chosen(found, "recency")["difference"] > 0
    assert len(found.filter(pa.compute.equal(found["search"], "recency"))) == 6


def test_defaults_are_chosen_without_labels() -> None:
    for rows in ([], [(0, 0, 1.0, 1, 5.0, False), (0, 1, 1.0, 2, 4.0, False)], [(0, 0, 1.0, 1, -1.0, True)]):
        found = trials.trials(table(rows), horizon_days=28, **GIVEN, **SETTINGS)
        assert found.schema == trials.TRIAL_SCHEMA
        recency, size = chosen(found, "recency"), chosen(found, "als")
        assert (recency["trial"], recency["half_life_days"], recency["step_weight"]) == (0, 112.0, 1.0)
        assert (size["trial"], size["alpha"], size["factors"], size["ndcg_at_k"]) == (0, 5.0, 8, None)
        assert trials.chosen_share(found, "ease") == trials.chosen_share(found, "spectral") == 1.0


def test_given_settings_are_not_searched() -> None:
    found = trials.trials(moving_on(60), horizon_days=28, **FIXED, **SETTINGS)
    recency, size = chosen(found, "recency"), chosen(found, "als")
    assert (recency["half_life_days"], recency["step_weight"]) == (30.0, 1.0)
    assert (size["regularization"], size["alpha"], size["factors"]) == (2.0, 7.0, 8)
    assert [row["search"] for row in found.to_pylist() if row["search"] in ("recency", "als")] == ["recency", "als"]
    assert trials.als_penalty(found) == 2.0
    assert trials.als_settings(found, iterations=3, **SETTINGS).factors == 8


def test_longer_vectors_are_tried_only_if_allowed() -> None:
    for most, tried in ((8, {8}), (64, {64}), (100, {64, 100})):
        found = trials.trials(moving_on(80), horizon_days=28, **GIVEN | {"most_factors": most}, **SETTINGS)
        assert {row["factors"] for row in found.to_pylist() if row["search"] == "als"} == tried


def groups_of_taste(count: int) -> pa.Table:
    """Customers of 4 groups of 12 products chose 5 of their group and 5 random ones; 3 more of their group are labels."""
    draw = np.random.default_rng(5)
    rows: list[tuple] = []
    for customer in range(count):
        own = customer % 4 * 12 + draw.permutation(12)[:8]
        past = [*own[:5], *draw.permutation(48)[:5]]
        rows += [(customer, int(product), 1.0, 1, 1.0, False) for product in dict.fromkeys(past)]
        rows += [(customer, int(product), 1.0, 2, -1.0, True) for product in own[5:]]
    return table(rows)


def test_planted_rank_is_found_and_noise_leads_to_a_high_penalty() -> None:
    """4 of 8 patterns are planted, so half of them are best. The rest is noise, which a low penalty would learn."""
    found = trials.trials(groups_of_taste(600), horizon_days=28, **GIVEN, **SETTINGS)
    assert trials.chosen_share(found, "spectral") == 0.5
    assert trials.chosen_share(found, "ease") == 3.0


def test_strengths_decay_by_days_and_by_steps() -> None:
    """The first row is two steps and 56 days old. Its weight is 4, times 0.5² by days, times 0.8² by steps."""
    rows = [(5, 3, 4.0, 1, 56.0, False), (5, 4, 1.0, 2, 28.0, False), (5, 4, 1.0, 3, 0.0, False), (5, 4, 1.0, 4, -3.0, True)]
    sample = Sample.of(table(rows), seed=1)
    assert sample.strengths(Recency(28.0, 0.8), 1.0).toarray() == pytest.approx(np.array([[4 * 0.25 * 0.64, 0.5 * 0.8 + 1]]))
    assert sample.strengths(Recency(None, 1.0), 1.0).toarray().tolist() == [[4.0, 2.0]]
    assert sample.labels.toarray().tolist() == [[0, 1]]
    assert sample.evaluated(1.0) == 1


def test_option_must_be_significantly_better_than_the_default() -> None:
    default = Trial(Als(8, 1.0, 5.0), 10, 10, (0.1, 0.1), 0.0, 0.0)
    better = Trial(Als(8, 3.0, 5.0), 10, 10, (0.2, 0.2), 0.2, 0.1)
    early = replace(better, option=Als(8, 9.0, 5.0), trained=3, difference=0.9)
    assert trials.best_of([default, better, early]) == better.option
    assert trials.best_of([default, replace(better, standard_error=0.3)]) == default.option


def test_halving_keeps_the_default_and_the_best_options() -> None:
    sample = Sample.of(moving_on(40), seed=1)
    options = [Recency(float(number), 1.0) for number in range(8)]
    evaluated: dict[float, list[float]] = {}

    def evaluate(option: Recency, share: float) -> np.ndarray:
        evaluated.setdefault(share, []).append(option.half_life_days or 0.0)
        return np.full((2, sample.evaluated(share)), (option.half_life_days or 0.0) / 10 + 0.1)

    found = trials.halved(options, evaluate, sample)
    assert evaluated == {0.25: [0.0, 1, 2, 3, 4, 5, 6, 7], 1.0: [0.0, 7, 6, 5]}
    assert [trial.trained for trial in found] == [40, 10, 10, 10, 10, 40, 40, 40]
    assert found[7].ndcgs == pytest.approx((0.8, 0.8))
