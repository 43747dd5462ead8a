"""Differentially private counts and sums: each release takes its noise from OpenDP and its epsilon from a budget.

Two data sets are neighbours if one has one customer more. A customer is in one group, so groups compose in parallel. Statistics
of one release, and releases, compose sequentially: their epsilons and deltas add up (basic composition, Dwork and Roth 2014,
theorem 3.16).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

MECHANISMS = ("laplace", "gaussian")
INPUT_COLUMNS = ["statistic", "group_value", "value", "sensitivity"]
INPUT_KEY = ["statistic", "group_value"]
RELEASE_SCHEMA = pa.schema(
    [
        ("release_number", pa.int64()),
        ("statistic", pa.string()),
        ("group_value", pa.string()),
        ("value", pa.float64()),
        ("mechanism", pa.string()),
        ("noise_scale", pa.float64()),
        ("epsilon", pa.float64()),
        ("delta", pa.float64()),
    ]
)
ROUNDING = 1e-9  # tolerance when epsilons are compared with the budget


def next_release(
    inputs: pa.Table,
    previous: pa.Table,
    *,
    is_released: bool,
    mechanism: str,
    epsilon: float,
    delta: float,
    total_epsilon: float,
) -> pa.Table:
    """Add noise to the statistics of a release, if the budget has enough epsilon left.

    Parameters
    ----------
    inputs
        ``INPUT_COLUMNS``: per statistic and group the true value, and the maximum change that one customer can cause.
    previous
        Rows of ``RELEASE_SCHEMA``: all earlier releases.
    is_released
        Whether to make a release; if false, no noise is drawn and no epsilon is spent.
    mechanism
        ``laplace`` or ``gaussian``.
    epsilon, delta
        Budget of the release, split equally over its statistics; laplace ignores delta.
    total_epsilon
        Epsilon of all releases together.

    Returns
    -------
    pyarrow.Table
        Rows of ``RELEASE_SCHEMA``: the new release, with epsilon and delta per statistic; empty without a release.

    Raises
    ------
    ValueError
        If the mechanism is unknown or the remaining budget is too small.
    """
    if not is_released:
        return RELEASE_SCHEMA.empty_table()
    if mechanism not in MECHANISMS:
        raise ValueError(f"Mechanism '{mechanism}'. Accepted: {', '.join(MECHANISMS)}.")
    already = spent(previous)
    if already + epsilon > total_epsilon + ROUNDING:
        raise ValueError(
            f"The privacy budget has no room: {already:g} of private_total_epsilon = {total_epsilon:g} is spent, and this "
            f"release would cost {epsilon:g}. Set private_release to false; released values stay published."
        )
    statistics = sorted(set(inputs["statistic"].to_pylist()))
    share = epsilon / max(len(statistics), 1)
    delta_share = delta / max(len(statistics), 1) if mechanism == "gaussian" else 0.0
    number = max(previous["release_number"].to_pylist(), default=0) + 1
    rows, measurements = [], {}
    for row in inputs.to_pylist():
        sensitivity = row["sensitivity"]
        if sensitivity not in measurements:
            measurements[sensitivity] = _measurement(mechanism, sensitivity, share, delta_share)
        release_columns = {"release_number": number, "value": measurements[sensitivity](row["value"]), "mechanism": mechanism}
        scale = noise_scale(mechanism, sensitivity, share, delta_share)
        rows.append({**row, **release_columns, "noise_scale": scale, "epsilon": share, "delta": delta_share})
    return pa.Table.from_pylist(rows, schema=RELEASE_SCHEMA)


def spent(releases: pa.Table) -> float:
    """Return the epsilon of all releases: each statistic of a release counts once, whatever its groups."""
    columns = (releases[name].to_pylist() for name in ("release_number", "statistic", "epsilon"))
    return float(sum(epsilon for _, _, epsilon in set(zip(*columns, strict=True))))


def noise_scale(mechanism: str, sensitivity: float, epsilon: float, delta: float) -> float:
    """Return the scale of laplace noise, or the standard deviation of gaussian noise, required by the guarantee.

    laplace: sensitivity / epsilon. gaussian: the smallest that satisfies (epsilon, delta) by way of zero-concentrated privacy
    (Bun and Steinke 2016, proposition 1.3).
    """
    if mechanism == "laplace":
        return sensitivity / epsilon
    # rho + 2 sqrt(rho ln(1 / delta)) = epsilon, and rho = (sensitivity / scale)² / 2
    root = np.sqrt(np.log(1 / delta) + epsilon) - np.sqrt(np.log(1 / delta))
    return float(sensitivity / (np.sqrt(2.0) * root))


def _measurement(mechanism: str, sensitivity: float, epsilon: float, delta: float) -> Callable[[float], float]:
    """Return the function that adds the noise, after OpenDP has confirmed the guarantee."""
    try:
        import opendp.prelude as dp
    except ImportError as error:
        message = "private_release needs OpenDP: install the dependency group `privacy` (uv sync --group privacy)."
        raise ImportError(message) from error
    dp.enable_features("contrib")
    space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)
    scale = noise_scale(mechanism, sensitivity, epsilon, delta)
    if mechanism == "laplace":
        measurement = dp.m.make_laplace(*space, scale=scale)
        cost = measurement.map(sensitivity)
    else:
        measurement = dp.m.make_gaussian(*space, scale=scale)
        cost = dp.c.make_zCDP_to_approxDP(measurement).map(sensitivity).epsilon(delta)
    if cost > epsilon * (1 + ROUNDING):
        raise ValueError(f"OpenDP finds that {mechanism} noise of scale {scale:g} costs epsilon {cost:g}, not {epsilon:g}.")
    return measurement
