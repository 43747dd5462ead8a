"""Slices of the unit interval for the experiments of each layer."""

import pyarrow as pa

EXPERIMENT_COLUMNS = ("experiment", "layer", "traffic_share", "starts_on", "ends_on")
SLICE_SCHEMA = pa.schema(
    [("experiment", pa.string()), ("layer", pa.string()), ("slice_low", pa.float64()), ("slice_high", pa.float64())]
)
PARTS = 1_000_000  # parts of the unit interval; whole numbers, so that shares such as 0.1 + 0.2 + 0.7 fill it exactly


def layer_slices(experiments: pa.Table) -> pa.Table:
    """Place the experiments of each layer on the unit interval.

    Experiments are placed in the order of their start, then of their name. Each takes the lowest parts of the interval that no
    earlier experiment of its layer with an overlapping period has. The slices of an experiment therefore depend only on the
    experiments before it: a new experiment and the end of an experiment move no other. In this order, an experiment finds room
    exactly if the shares of all experiments that run on its first day sum to at most 1 (greedy colouring of an interval graph).

    Parameters
    ----------
    experiments
        ``EXPERIMENT_COLUMNS``, one row per experiment. A NULL in ``traffic_share`` is 1, a NULL in ``ends_on`` is no end, and
        ``ends_on`` belongs to the period.

    Returns
    -------
    pyarrow.Table
        ``SLICE_SCHEMA``: the half-open slices [slice_low, slice_high) of each experiment, sorted by experiment and slice_low.

    Raises
    ------
    ValueError
        If the shares of a layer exceed 1 on some day, with the names of the experiments.
    """
    placed: list[dict] = []
    rows = []
    for row in sorted(experiments.to_pylist(), key=lambda row: (row["starts_on"], row["experiment"])):
        share = 1.0 if row["traffic_share"] is None else row["traffic_share"]
        others = [other for other in placed if other["layer"] == row["layer"] and _overlap(other, row)]
        slices, left = [], round(share * PARTS)
        for low, high in _free(sorted(found for other in others for found in other["slices"])):
            taken = min(high - low, left)
            if taken > 0:
                slices.append((low, low + taken))
                left -= taken
        if left > 0:
            names = ", ".join(sorted([row["experiment"], *(other["experiment"] for other in others)]))
            raise ValueError(f"The traffic shares of {names} in layer {row['layer']} exceed 1 on {row['starts_on']}.")
        placed.append(row | {"slices": slices})
        rows += [(row["experiment"], row["layer"], low / PARTS, high / PARTS) for low, high in slices]
    columns = list(zip(*sorted(rows), strict=True)) or [[]] * len(SLICE_SCHEMA)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, SLICE_SCHEMA, strict=True)], schema=SLICE_SCHEMA
    )


def _overlap(earlier: dict, later: dict) -> bool:
    """Return whether an experiment still runs when a later one starts."""
    return earlier["ends_on"] is None or earlier["ends_on"] >= later["starts_on"]


def _free(taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the gaps between sorted slices, which may touch but not overlap, in [0, PARTS)."""
    edges = [0, *(edge for found in taken for edge in found), PARTS]
    return list(zip(edges[::2], edges[1::2], strict=True))
