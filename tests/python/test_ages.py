"""Ages are estimated from similar customers, stay within the range of known ages, and are deterministic."""

import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_recommender.cleaning import ages

SETTINGS = {"fewest_rows": 1, "most_rows": 1000, "neighbours": 3, "trees": 20, "leaf_rows": 1, "seed": 7}
TEXT, NUMBER = pa.string(), pa.float64()
SAMPLE_SCHEMA = pa.schema([(name, NUMBER if name == "known_age" else TEXT) for name in ages.SAMPLE_COLUMNS])

Customer = tuple[float | None, str | None, str | None, str | None, str | None]


def estimate(policy: str, customers: Iterable[Customer], **changed: Any) -> dict[str, float]:
    """Return estimated ages by record id; ids are the numbers of the customers."""
    rows = [(f"{number:04d}", *customer) for number, customer in enumerate(customers)]
    samples = pa.Table.from_pylist([dict(zip(ages.SAMPLE_COLUMNS, row, strict=True)) for row in rows], schema=SAMPLE_SCHEMA)
    estimated = ages.estimates(samples, policy=policy, **{**SETTINGS, **changed})
    assert estimated.schema == ages.ESTIMATE_SCHEMA
    return dict(zip(*(column.to_pylist() for column in estimated.columns), strict=True))


def customer(
    age: float | None = None,
    gender: str | None = None,
    country: str | None = None,
    channel: str | None = None,
    categories: str | None = None,
) -> Customer:
    return age, gender, country, channel, categories


def test_knn_takes_the_mean_of_identical_customers() -> None:
    known = [customer(age, "female", "DE", "store", "tea|garden") for age in (20, 30, 46)]
    others = [customer(80, "male", "FR", "referral", "coffee") for _ in range(5)]
    asked = customer(None, "female", "DE", "store", "tea|garden")
    assert estimate("knn", [*others, *known, asked]) == {"0008": 32}


@pytest.mark.parametrize(
    ("trait", "value", "other"),
    [("gender", "female", "male"), ("country", "DE", "FR"), ("channel", "store", "referral"), ("categories", "tea", "coffee")],
)
def test_every_trait_affects_the_estimate(trait: str, value: str, other: str) -> None:
    alike = [customer(20, **{trait: value})] * 3
    different = [customer(60, **{trait: other})] * 3
    asked = [customer(None, **{trait: value}), customer(None, **{trait: other})]
    assert estimate("knn", [*alike, *different, *asked]) == {"0006": 20, "0007": 60}
    assert estimate("forest", [*alike, *different, *asked], trees=200) == pytest.approx({"0006": 20, "0007": 60}, abs=3)


def test_customers_with_a_shared_category_are_nearer() -> None:
    known = [customer(20, categories="tea|garden")] * 3 + [customer(60, categories="coffee|pets")] * 3
    assert estimate("knn", [*known, customer(categories="tea|toys")]) == {"0006": 20}


def test_spellings_of_a_trait_are_normalised() -> None:
    known = [customer(20, channel="Store", categories="Tea, garden")] * 3 + [customer(60, channel="web", categories="toys")] * 3
    assert estimate("knn", [*known, customer(channel=" store ", categories="garden|tea;")]) == {"0006": 20}


@pytest.mark.parametrize("policy", ages.POLICIES)
def test_ages_are_estimated_from_unseen_and_missing_values(policy: str) -> None:
    known = [customer(age, gender, "DE", "store") for age, gender in [(20, "female"), (30, "female"), (60, "male"), (70, "male")]]
    asked = [customer(None, "other", "FR", "moon", "never,seen"), customer(), customer(None, "female", "DE\x1f|", "store\x00")]
    estimated = estimate(policy, [*known, *asked])
    assert estimated.keys() == {"0004", "0005", "0006"}
    assert estimated["0004"] == estimated["0005"]
    assert all(20 <= age <= 70 for age in estimated.values())


@pytest.mark.parametrize("policy", ages.POLICIES)
def test_equal_customers_get_equal_ages_in_every_run(policy: str) -> None:
    generator = np.random.default_rng(3)
    known = [
        customer(float(generator.integers(18, 90)), generator.choice(["female", "male"]), generator.choice(["DE", "FR", "PL"]))
        for _ in range(200)
    ]
    asked = [customer(None, "female", "DE"), customer(None, "male", "FR"), customer(None, "female", "DE")]
    first = estimate(policy, [*known, *asked])
    assert first["0200"] == first["0202"]
    assert estimate(policy, [*known, *asked]) == first
    assert estimate(policy, [*known, *asked, customer(None, "male", "PL")]).items() >= first.items()


def test_another_seed_grows_another_forest() -> None:
    generator = np.random.default_rng(3)
    known = [customer(float(generator.integers(18, 90)), generator.choice(["female", "male"])) for _ in range(50)]
    first, second = (estimate("forest", [*known, customer(None, "female")], seed=seed) for seed in (1, 2))
    assert first != second


@pytest.mark.parametrize("policy", ages.POLICIES)
def test_too_few_known_ages_give_no_estimates(policy: str) -> None:
    customers = [*([customer(20, "female")] * 4), customer(None, "female")]
    assert estimate(policy, customers, fewest_rows=5) == {}
    assert estimate(policy, customers, fewest_rows=4) == {"0004": 20}
    assert estimate(policy, customers, fewest_rows=4, most_rows=1) == {"0004": 20}


@pytest.mark.parametrize("policy", ages.POLICIES)
def test_no_estimates_without_known_traits(policy: str) -> None:
    assert estimate(policy, [*([customer(20, categories=" | ")] * 4), customer(None, "female")]) == {}


def test_fewer_known_ages_than_neighbours_are_all_neighbours() -> None:
    assert estimate("knn", [customer(20, "female"), customer(30, "male"), customer(None, "male")], neighbours=25) == {"0002": 25}


def test_training_uses_at_most_the_first_most_rows_customers() -> None:
    customers = [*([customer(20, "female")] * 3), *([customer(90, "female")] * 9), customer(None, "female")]
    assert estimate("knn", customers, most_rows=3, neighbours=9) == {"0012": 20}
    assert estimate("knn", customers, most_rows=4, neighbours=9) == {"0012": 37.5}


def test_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'median'. Accepted: knn, forest"):
        estimate("median", [customer(20, "female"), customer(None, "female")])


def test_scikit_learn_is_only_imported_for_an_estimate() -> None:
    """Its import takes seconds, which builds that fill ages by a median should not spend."""
    code = """
import sys
import pyarrow as pa
from warehouse_recommender.cleaning import ages
no_rows = pa.table({name: pa.array([], pa.float64() if name == "known_age" else pa.string()) for name in ages.SAMPLE_COLUMNS})
estimated = ages.estimates(no_rows, policy="knn", seed=1)
assert estimated.num_rows == 0 and estimated.schema == ages.ESTIMATE_SCHEMA
assert "sklearn" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


values = st.sampled_from([None, "", "a", "b", "c|d", "d,e"])
known_customers = st.tuples(st.integers(0, 12000).map(lambda hundredths: hundredths / 100), values, values, values, values)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ages.POLICIES),
    st.lists(known_customers, min_size=1, max_size=20),
    st.lists(st.tuples(st.none(), values, values, values, values), min_size=1, max_size=8),
    st.integers(1, 30),
    st.integers(1, 5),
)
def test_estimates_lie_within_the_known_ages(
    policy: str, known: list[Customer], asked: list[Customer], neighbours: int, leaf_rows: int
) -> None:
    estimated = estimate(policy, [*known, *asked], neighbours=neighbours, trees=3, leaf_rows=leaf_rows)
    lowest, highest = min(age for age, *_ in known), max(age for age, *_ in known)
    assert all(lowest <= age <= highest for age in estimated.values())
    assert len(estimated) in (0, len(asked))
