"""Private releases have the noise that their guarantee requires, stay within the budget, and are made only on request."""

import math

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.privacy import releases

SETTINGS = {"is_released": True, "mechanism": "laplace", "epsilon": 1.0, "delta": 1e-6, "total_epsilon": 2.0}
NOTHING = releases.RELEASE_SCHEMA.empty_table()


def inputs(*rows: tuple[str, str, float, float]) -> pa.Table:
    return pa.table(dict(zip(releases.INPUT_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))


TWO = inputs(
    ("count", "GB", 100.0, 1.0), ("count", "FR", 50.0, 1.0), ("amount", "GB", 1000.0, 40.0), ("amount", "FR", 10.0, 40.0)
)


def test_no_noise_and_no_budget_are_used_without_a_release() -> None:
    assert releases.next_release(TWO, NOTHING, **{**SETTINGS, "is_released": False}) == NOTHING


def test_epsilon_is_divided_among_statistics_and_not_among_groups() -> None:
    found = releases.next_release(TWO, NOTHING, **SETTINGS)
    assert found.schema == releases.RELEASE_SCHEMA
    assert found["epsilon"].to_pylist() == [0.5] * 4
    assert found["noise_scale"].to_pylist() == [2.0, 2.0, 80.0, 80.0]  # sensitivity / 0.5
    assert found["delta"].to_pylist() == [0.0] * 4
    assert releases.spent(found) == 1.0
    assert found["value"].to_pylist() != TWO["value"].to_pylist()


def test_budget_allows_two_releases_and_refuses_a_third() -> None:
    first = releases.next_release(TWO, NOTHING, **SETTINGS)
    second = releases.next_release(TWO, first, **SETTINGS)
    assert set(second["release_number"].to_pylist()) == {2}
    both = pa.concat_tables([first, second])
    with pytest.raises(ValueError, match=r"no room: 2 of private_total_epsilon = 2 is spent"):
        releases.next_release(TWO, both, **SETTINGS)


def test_laplace_noise_has_the_stated_scale_and_no_bias() -> None:
    """The mean of |noise| is the scale; 4,000 draws estimate it to within five standard errors."""
    found = releases.next_release(inputs(*[("count", str(i), 7.0, 1.0) for i in range(4000)]), NOTHING, **SETTINGS)
    noise = np.array(found["value"]) - 7
    assert abs(noise).mean() == pytest.approx(1.0, abs=5 / math.sqrt(4000))
    assert noise.mean() == pytest.approx(0.0, abs=5 * math.sqrt(2 / 4000))


def test_gaussian_noise_has_the_scale_of_epsilon_and_delta() -> None:
    settings = {**SETTINGS, "mechanism": "gaussian"}
    found = releases.next_release(inputs(*[("count", str(i), 7.0, 2.0) for i in range(4000)]), NOTHING, **settings)
    (scale,) = set(found["noise_scale"].to_pylist())
    rho = (2.0 / scale) ** 2 / 2
    assert rho + 2 * math.sqrt(rho * math.log(1e6)) == pytest.approx(1.0)
    assert set(found["delta"].to_pylist()) == {1e-6}
    noise = np.array(found["value"]) - 7
    assert noise.std() == pytest.approx(scale, rel=5 / math.sqrt(2 * 4000))


def test_unknown_mechanism_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Mechanism 'none'\. Accepted: laplace, gaussian"):
        releases.next_release(TWO, NOTHING, **{**SETTINGS, "mechanism": "none"})
