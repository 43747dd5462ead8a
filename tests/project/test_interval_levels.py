"""The normal quantiles that SQL models use equal SciPy's for every confidence level."""

import re

import pytest
from scipy import stats

from tests.conftest import PROJECT


def test_interval_errors_equal_normal_quantiles() -> None:
    text = (PROJECT / "macros" / "core" / "configuration" / "interval_errors.sql").read_text()
    levels = {float(level): float(error) for level, error in re.findall(r"(0\.\d+): ([\d.]+)", text)}
    assert levels[0.95] == pytest.approx(1.96, abs=1e-4)
    assert levels == pytest.approx({level: stats.norm.isf((1 - level) / 2) for level in levels}, rel=1e-12)


def test_floor_counts_use_the_normal_quantile_of_their_alpha() -> None:
    text = (PROJECT / "macros" / "capabilities" / "fairness" / "floor_counts.sql").read_text()
    ((alpha, z),) = re.findall(r"set alpha, z = ([\d.]+), ([\d.]+)", text)
    assert float(z) == pytest.approx(stats.norm.isf(float(alpha)), rel=1e-12)
