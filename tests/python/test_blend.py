"""Search for blend weights: coordinate search, planted best blends, normalisations and activity bands."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from warehouse_recommender.ranking import blend
from warehouse_recommender.ranking.lists import Lists
from warehouse_recommender.ranking.proposals import log_ranks

RIGHT = [[2, 2, 2, -1], [-1, 2, 2, 2], [-1, -1, -1, -1]]  # 2: this source puts the label of this list first; -1: it does not


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=5))
def test_coordinate_search_finds_the_maximum_of_a_concave_function(heights: list[float]) -> None:
    top = np.array(heights) / sum(heights)
    simple = [*np.eye(len(top)), np.ones(len(top))]
    tried = blend.coordinate_search(lambda mix: -float(np.sum((mix - top) ** 2)), starts=simple, steps=20, rounds=50)
    mixes = np.array([mix for mix, _ in tried])
    np.testing.assert_allclose(mixes.sum(axis=1), 1)
    assert mixes.min() >= 0
    assert len(np.unique(np.round(mixes, 12), axis=0)) == len(mixes)
    best = max(quality for _, quality in tried)
    assert best >= max(-np.sum((mix / mix.sum() - top) ** 2) for mix in simple)
    assert best > -0.02


def test_first_start_wins_among_equal_blends() -> None:
    tried = blend.coordinate_search(lambda _: 0.5, starts=[*np.eye(3), np.ones(3)], steps=4, rounds=9)
    np.testing.assert_array_equal(tried[0][0], [1, 0, 0])


def pool(rows: list[tuple], sources: list[str]) -> pa.Table:
    """Make a pool of rows (mode, has_history, tier, band, list, product, source, scores, is_relevant, relevant_count).

    The first score is on min_max and also gives the ranks. The last score is on z_score; it may be the same one.
    """
    proposed: dict[tuple[int, str], list[tuple]] = {}
    for row in rows:
        proposed.setdefault((row[4], row[6]), []).append(row)
    values_of = {
        (number, row[5], source): (rank, row[7][0], row[7][-1])
        for (number, source), own in proposed.items()
        for rank, row in enumerate(sorted(own, key=lambda row: -row[7][0]), 1)
    }
    candidates = {row[4:6]: (*row[:6], *row[8:]) for row in rows}
    columns = [list(column) for column in zip(*(candidates[pair] for pair in sorted(candidates)), strict=True)]
    for place in range(3):
        columns.append([[values_of.get((*pair, source), (0, 0, 0))[place] for source in sources] for pair in sorted(candidates)])
    columns.append([log_ranks(9)[ranks] for ranks in columns[-3]])
    types = [pa.string(), pa.bool_(), *[pa.string()] * 2, *[pa.int32()] * 2, pa.bool_(), pa.int64()]
    types += [pa.list_(pa.int16()), *[pa.list_(pa.float32())] * 3]
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, types, strict=True)], names=list(blend.POOL_COLUMNS))


def sources_in_use(names: list[str], leads: str | None = None) -> pa.Table:
    """Return sources with equal default weights; the last one may lead a tier."""
    leading = pa.array([leads if name == names[-1] else None for name in names], pa.string())
    return pa.table({"source": names, "default_weight": [1 / len(names)] * len(names), "leads_tier": leading})


def searched(rows: list[tuple], sources: list[str], steps: int = 10, leads: str | None = None) -> pa.Table:
    return blend.search(pool(rows, sources), sources_in_use(sources, leads), depth=9, steps=steps, rounds=5, k=1)


def history(number: int, product: int, source: str, score: float, relevant: bool, band: str = "1-4") -> tuple:
    return ("all", True, "history", band, number, product, source, [score], relevant, 1)


def best_mix(trials: pa.Table, **group: str) -> dict[str, float]:
    wanted = {"activity_band": "all"} | group
    rows = [row for row in trials.to_pylist() if all(row[name] == value for name, value in wanted.items())]
    top = max(row["ndcg_at_k"] for row in rows)
    first = min(row["trial"] for row in rows if row["ndcg_at_k"] == top)
    return {row["source"]: row["weight"] for row in rows if row["trial"] == first}


def test_harmful_source_gets_less_weight() -> None:
    rows = []
    for number in range(6):
        rows += [history(number, 0, "good", 1.0, True), history(number, 1, "good", 0.2, False)]
        rows += [history(number, 0, "bad", 0.0, True), history(number, 1, "bad", 1.0, False)]
    trials = searched(rows, ["bad", "good"])
    assert best_mix(trials)["good"] > best_mix(trials)["bad"]
    assert set(trials["list_count"].to_pylist()) == {6}


def test_complementary_sources_share_the_weight() -> None:
    rows = []
    for number in range(4):
        right, wrong = ("left", "right") if number % 2 else ("right", "left")
        rows += [history(number, 0, right, 1.0, True), history(number, 1, wrong, 0.9, False)]
        rows += [history(number, 2, right, 0.0, False), history(number, 2, wrong, 0.5, False)]
    trials = searched(rows, ["left", "right"], steps=4)
    assert best_mix(trials) == {"left": 0.5, "right": 0.5}


def test_best_normalisation_is_found() -> None:
    rows = []
    for number in range(3):
        rows += [("all", True, "history", "1-4", number, 0, "s", [0.0, 1.0], True, 1)]
        rows += [("all", True, "history", "1-4", number, 1, "s", [1.0, 0.0], False, 1)]
    trials = searched(rows, ["s"], steps=2)
    quality = {row["normalisation"]: row["ndcg_at_k"] for row in trials.to_pylist() if row["activity_band"] == "all"}
    assert quality == {"min_max": 0.0, "z_score": 1.0, "reciprocal_rank": 0.0, "log_rank": 0.0}
    assert {row["normalisation"] for row in trials.to_pylist() if row["activity_band"] == "1-4"} == {"z_score"}


def test_activity_bands_get_their_own_weights() -> None:
    rows = []
    for number in range(8):
        band, good, bad = ("1-4", "x", "y") if number < 4 else ("5+", "y", "x")
        rows += [history(number, 1, good, 1.0, True, band), history(number, 0, bad, 1.0, False, band)]
    trials = searched(rows, ["x", "y"])
    assert best_mix(trials, activity_band="1-4")["x"] > 0.5
    assert best_mix(trials, activity_band="5+")["y"] > 0.5
    counts = {(row["activity_band"], row["list_count"]) for row in trials.to_pylist()}
    assert counts == {("all", 8), ("1-4", 4), ("5+", 4)}


def test_source_without_candidates_gets_no_weight_and_modes_are_separate() -> None:
    rows = [history(0, 0, "a", 1.0, True)]
    rows += [("discovery", True, "history", "1-4", 1, 0, "a", [1.0], False, 1)]
    rows += [("all", False, "popularity", "0", 2, 0, "a", [1.0], False, 1)]
    trials = searched(rows, ["silent", "a"], steps=2)
    quality = {(row["mode"], row["has_history"], row["ndcg_at_k"]) for row in trials.to_pylist() if row["tier"] == "all"}
    assert quality == {("all", True, 1.0), ("all", False, 0.0), ("discovery", True, 0.0)}
    assert {(row["source"], row["weight"]) for row in trials.to_pylist()} == {("silent", 0.0), ("a", 1.0)}


def test_tiers_share_a_start_and_get_their_own_weights() -> None:
    """Customers without stated tastes give no evidence on the survey's weight; customers with stated tastes raise it."""
    rows = []
    for number in range(4):
        tier, right, wrong = ("survey", "survey", "popularity") if number < 2 else ("context", "popularity", "trending")
        rows += [
            ("all", False, tier, "0", number, 1, right, [1.0], True, 1),
            ("all", False, tier, "0", number, 0, wrong, [1.0], False, 1),
        ]
    sources = ["trending", "popularity", "survey"]
    trials = searched(rows, sources)
    everybody = best_mix(trials, tier="all")
    assert everybody["survey"] > everybody["popularity"] > everybody["trending"]
    counts = {(row["tier"], row["activity_band"], row["list_count"]) for row in trials.to_pylist()}
    assert counts == {("all", "all", 4), ("survey", "0", 2), ("context", "0", 2)}


def test_no_lists_give_no_trials() -> None:
    empty = pool([history(0, 0, "a", 1.0, True)], ["a", "b"]).slice(0, 0)
    trials = blend.search(empty, sources_in_use(["a", "b"]), depth=9, steps=2, rounds=5, k=1)
    assert len(trials) == 0
    assert trials.schema == blend.TRIAL_SCHEMA


def newcomer(number: int, product: int, source: str, score: float, relevant: bool, tier: str = "context") -> tuple:
    return ("all", False, tier, "0", number, product, source, [score], relevant, 1)


def test_tiers_without_history_compare_trials_with_the_leading_source() -> None:
    """`leading` is right in 1 of 4 lists, popularity in 3, `silent` in none. The expected differences are 1, 1, -1 and 1."""
    rows = []
    for number, right in enumerate(["popularity", "popularity", "leading", "popularity"]):
        rows += [newcomer(number, 0, right, 1.0, True), newcomer(number, 0, right, 0.0, True)]
        rows += [newcomer(number, 1, other, 1.0, False) for other in ("popularity", "leading") if other != right]
    trials = [
        row
        for row in searched(rows, ["popularity", "silent", "leading"], leads="context").to_pylist()
        if row["tier"] == "context"
    ]
    weights = {trial: {row["source"]: row["weight"] for row in trials if row["trial"] == trial} for trial in range(3)}
    assert weights[0] == {"popularity": 0, "silent": 0, "leading": 1}
    assert weights[1] == {"popularity": 1, "silent": 0, "leading": 0}
    assert len({row["trial"] for row in trials}) == 3
    best = max(
        (row for row in searched(rows, ["popularity", "leading"]).to_pylist() if row["tier"] == "all"),
        key=lambda r: r["ndcg_at_k"],
    )
    assert best["ndcg_at_k"] == 0.75
    assert weights[2]["silent"] == 0
    np.testing.assert_allclose(sum(weights[2].values()), 1)
    assert 0.49 < weights[2]["popularity"] < 0.53  # 4 lists favour popularity; equal weights count as 200 lists
    of_popularity = next(row for row in trials if row["trial"] == 1)
    assert (of_popularity["difference"], of_popularity["list_count"]) == (0.5, 4)
    np.testing.assert_allclose(of_popularity["standard_error"], np.std([1, 1, -1, 1], ddof=1) / 2)
    assert {row["difference"] for row in trials if row["trial"] == 0} == {0}


def test_sources_are_tried_only_in_tiers_that_they_inform() -> None:
    rows = [newcomer(0, 0, "survey", 1.0, True, "survey"), newcomer(0, 1, "popularity", 1.0, False, "survey")]
    rows += [newcomer(1, 0, "popularity", 1.0, True, "popularity")]
    trials = searched(rows, ["popularity", "survey"], leads="survey").to_pylist()
    tried = {
        tier: {row["source"] for row in trials if row["tier"] == tier and row["weight"] > 0} for tier in ("survey", "popularity")
    }
    assert tried == {"survey": {"popularity", "survey"}, "popularity": {"popularity"}}
    first = {(row["tier"], row["source"]) for row in trials if row["trial"] == 0 and row["weight"] == 1 and row["tier"] != "all"}
    assert first == {("survey", "survey"), ("popularity", "popularity")}
    assert {row["standard_error"] for row in trials} == {None}  # a single list has no standard error


def test_trials_with_history_have_no_difference() -> None:
    assert {row["difference"] for row in searched([history(0, 0, "a", 1.0, True)], ["a"]).to_pylist()} == {None}


def test_blends_near_the_best_are_averaged_and_worse_ones_are_not() -> None:
    """4 lists of 2 candidates at depth 1: `first` is right in 3, `second` in another 3, `wrong` in none. Computed by hand."""
    relevant, count = np.array([True, False] * 4), np.ones(4, np.int64)
    lists = Lists(np.full(4, 2), relevant, count)
    first, second, wrong = (np.array(own, np.float32).repeat(2) * np.where(relevant, 1, -1) for own in RIGHT)
    tried = [(mix, blend.quality(lists, np.stack([first, second, wrong], axis=1), 1)(mix)) for mix in np.eye(3)]
    assert [value for _, value in tried] == [0.75, 0.75, 0.0]
    mix, value = blend.mean_of_near_best(lists, np.stack([first, second, wrong], axis=1), tried, 1)
    assert mix.tolist() == [0.5, 0.5, 0.0]
    assert value == 1.0
