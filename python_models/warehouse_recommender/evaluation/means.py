"""Means of metrics over customers, with bootstrap intervals, and paired differences between sources."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.evaluation.bootstrap import interval, remembered_weights, weighted_sums

CUSTOMER_METRICS = (
    *("ndcg_at_k", "recall_at_k", "recall_capped_at_k", "precision_at_k", "hit_rate_at_k", "mrr_at_k", "map_at_k"),
    "customer_coverage_share",
)
LIST_METRICS = (
    *("novelty_at_k", "popularity_quantile_at_k", "long_tail_share", "serendipity_at_k", "intra_list_diversity", "auc_at_k"),
)
BLOCK_COLUMNS = ("cutoff_id", "mode")  # constant within a block
KEY_COLUMNS = ("source", "customer_id", "k")  # unique within a block
SLICE_COLUMNS = ("cutoff_id", "slice", "slice_value", "customer_id")
EVERYBODY = ("all", "with_history", "without_history")  # slices measured at every k
PUBLISHED = "hybrid"  # source with which the others are compared
PLACES = 15  # decimals; metrics lie between 0 and 1
SMALLEST_DIFFERENCE = 1e-12  # between two means; smaller differences are rounding errors
MEAN_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in (*BLOCK_COLUMNS, "source", "slice", "slice_value")),
        ("k", pa.int32()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
        ("share_above_zero", pa.float64()),
        ("customer_count", pa.int64()),
        ("published_customer_count", pa.int64()),
    ]
)
STEP_COLUMNS = ("cutoff_id", "mode", "step_number", "customer_id", "ndcg_at_k", "intra_list_diversity")
STEP_METRICS = STEP_COLUMNS[-2:]
STEP_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("mode", pa.string()),
        ("step_number", pa.int32()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("difference", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
    ]
)
Estimates = tuple[np.ndarray, np.ndarray]  # means, shape (metrics, 1 + replicates), and customers, shape (metrics,)


def list_means(
    customer_blocks: Iterable[pa.Table],
    list_blocks: Iterable[pa.Table],
    slices: pa.Table,
    *,
    group_k: int,
    replicates: int,
    level: float,
) -> pa.Table:
    """Mean of every metric per source and slice with its interval, and the difference of the published lists from that mean.

    Both sides of a difference use the same customers in every replicate, so its interval is paired.

    Parameters
    ----------
    customer_blocks
        Tables of ``BLOCK_COLUMNS``, ``KEY_COLUMNS`` and ``CUSTOMER_METRICS``, by cutoff and mode.
    list_blocks
        The same with ``LIST_METRICS``; NULL if a metric is not defined for a customer. They cover a small sample of the customers
        and are measured only in the slice `all`.
    slices
        ``SLICE_COLUMNS``: the slices of each customer.
    group_k
        List length at which slices other than ``EVERYBODY`` are measured.
    replicates
        Number of bootstrap replicates.
    level
        Confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``MEAN_SCHEMA``. Bounds are NULL if a replicate contains no customer of the slice; differences are NULL for the published
        lists themselves.
    """
    weights_of = remembered_weights(replicates)
    everybody = slices.filter(pc.equal(slices["slice"], "all"))
    parts = [(customer_blocks, CUSTOMER_METRICS, slices), (list_blocks, LIST_METRICS, everybody)]
    batches = (batch for blocks, metrics, of in parts for batch in compared(blocks, metrics, of, group_k, weights_of, level))
    return pa.Table.from_batches(batches, schema=MEAN_SCHEMA)


def compared(
    blocks: Iterable[pa.Table],
    metrics: Sequence[str],
    slices: pa.Table,
    group_k: int,
    weights_of: Callable[[Sequence[str]], np.ndarray],
    level: float,
) -> Iterator[pa.RecordBatch]:
    """Yield rows of ``MEAN_SCHEMA``, one batch per cutoff, mode, slice, list length and source.

    All sources of a cutoff and mode are measured together, so that the weights of a slice are assembled once.
    """
    for (cutoff, mode), group in groupby(blocks, key=lambda block: (block["cutoff_id"][0].as_py(), block["mode"][0].as_py())):
        sources, ks, ids, values = stacked(group, metrics)
        weights = weights_of(ids.to_pylist()).astype(np.float64)
        for (name, value), members in members_of(slices.filter(pc.equal(slices["cutoff_id"], cutoff)), ids).items():
            measured = np.flatnonzero((name in EVERYBODY) | (ks == group_k))
            means, counts = bootstrap_means(values[:, :, measured][..., members], weights[members])
            for place, source in product(range(len(measured)), range(len(sources))):
                cell = {"slice": name, "slice_value": value, "k": int(ks[measured[place]])}
                constants = {"cutoff_id": cutoff, "mode": mode, "source": sources[source], **cell}
                published = sources.index(PUBLISHED) if PUBLISHED in sources and sources[source] != PUBLISHED else None
                other = None
                if published is not None and counts[published, :, place].any():
                    other = means[published, :, place], counts[published, :, place]
                yield batch(constants, metrics, means[source, :, place], counts[source, :, place], other, level)


def stacked(blocks: Iterable[pa.Table], metrics: Sequence[str]) -> tuple[list[str], np.ndarray, pa.Array, np.ndarray]:
    """Sources, list lengths and customers of some blocks, and the metrics, shape (sources, metrics, lengths, customers).

    A metric is NaN if a source has no row for a customer, or if the metric is not defined.
    """
    rows = pa.concat_tables(blocks)
    sources, ids = pa.array(sorted(pc.unique(rows["source"]).to_pylist())), pc.unique(rows["customer_id"])
    ks, lengths = np.unique(rows["k"].to_numpy(), return_inverse=True)
    of_source, of_customer = (
        pc.index_in(rows[name], value_set=known).to_numpy() for name, known in (("source", sources), ("customer_id", ids))
    )
    found = np.full((len(sources), len(metrics), len(ks), len(ids)), np.nan)
    for place, metric in enumerate(metrics):
        found[of_source, place, lengths, of_customer] = rows[metric].to_numpy()
    return sources.to_pylist(), ks, ids, found


def members_of(slices: pa.Table, ids: pa.Array) -> dict[tuple[str, str], np.ndarray]:
    """Positions in ``ids`` of the customers of each slice, for slices with at least one of them."""
    places = pc.index_in(slices["customer_id"], value_set=ids)
    known = slices.filter(pc.is_valid(places)).select(["slice", "slice_value"]).append_column("place", pc.drop_null(places))
    groups = known.group_by(["slice", "slice_value"]).aggregate([("place", "list")]).to_pydict()
    return {
        (name, value): np.sort(members)
        for name, value, members in zip(groups["slice"], groups["slice_value"], groups["place_list"], strict=True)
    }


def bootstrap_means(values: np.ndarray, weights: np.ndarray) -> Estimates:
    """Means over the customers with a value, in the sample and in each replicate, and the number of these customers.

    Parameters
    ----------
    values
        Shape (…, customers), NaN if there is no value.
    weights
        From :func:`poisson_weights`, shape (customers, 1 + replicates).

    Returns
    -------
    tuple
        Means of shape (…, 1 + replicates), NaN if no customer with a value has weight, and counts of shape (…).
    """
    rows = values.reshape(-1, values.shape[-1])
    is_known = ~np.isnan(rows)
    totals = weighted_sums(is_known, weights, 0) if not is_known.all() else weights.sum(axis=0, dtype=np.float64)[None, :]
    sums = weighted_sums(np.where(is_known, rows, 0.0), weights, PLACES)
    means = np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
    return means.reshape(*values.shape[:-1], -1), is_known.sum(axis=1).reshape(values.shape[:-1])


def batch(
    constants: dict[str, Any],
    metrics: Sequence[str],
    means: np.ndarray,
    counts: np.ndarray,
    published: Estimates | None,
    level: float,
) -> pa.RecordBatch:
    """Rows of ``MEAN_SCHEMA`` of one cell, for metrics that are defined for at least one customer."""
    known = np.flatnonzero(counts)
    others, other_counts = published if published else (np.full_like(means, np.nan), np.full(len(metrics), np.nan))
    means, changes = means[known], (others - means)[known]
    low, high = interval(means[:, 1:], level)
    columns = {name: [value] * len(known) for name, value in constants.items()}
    columns |= {"metric": [metrics[place] for place in known], "customer_count": counts[known], "value": means[:, 0]}
    columns |= {"ci_low": low, "ci_high": high, "published_customer_count": other_counts[known]}
    low, high = interval(changes[:, 1:], level)
    above = np.where(np.isnan(low), np.nan, (changes[:, 1:] > SMALLEST_DIFFERENCE).mean(axis=1))
    columns |= {"difference": changes[:, 0], "difference_low": low, "difference_high": high, "share_above_zero": above}
    return record_batch(columns, MEAN_SCHEMA)


def record_batch(columns: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    """Build a record batch from columns, with NaN as NULL."""
    arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def step_means(metrics: pa.Table, *, replicates: int, level: float) -> pa.Table:
    """Mean of every metric after each step of list assembly, and the paired difference to the previous step with its interval.

    Parameters
    ----------
    metrics
        ``STEP_COLUMNS``, by cutoff, mode, customer and step; NULL if a metric is not defined for a list.
    replicates, level
        As in :func:`list_means`.

    Returns
    -------
    pyarrow.Table
        ``STEP_SCHEMA``. A difference uses the customers with a value at both steps.
    """
    weights_of = remembered_weights(replicates)
    groups = metrics.group_by(["cutoff_id", "mode"], use_threads=False).aggregate([]).to_pylist()

    def measure() -> Iterator[pa.RecordBatch]:
        for keys in groups:
            rows = metrics.filter(
                pc.and_(pc.equal(metrics["cutoff_id"], keys["cutoff_id"]), pc.equal(metrics["mode"], keys["mode"]))
            )
            customers = rows["customer_id"].combine_chunks().dictionary_encode()
            steps, places = np.unique(rows["step_number"].to_numpy(), return_inverse=True)
            weights = weights_of(customers.dictionary.to_pylist())
            for metric in STEP_METRICS:
                values = np.full((len(steps), len(weights)), np.nan)
                values[places, customers.indices.to_numpy()] = rows[metric].to_numpy()
                means, _ = bootstrap_means(values, weights)
                changes, _ = bootstrap_means(np.diff(values, axis=0, prepend=np.nan), weights)
                low, high = interval(changes[:, 1:], level)
                columns = {name: [value] * len(steps) for name, value in keys.items()} | {"metric": [metric] * len(steps)}
                columns |= {"step_number": steps, "value": means[:, 0], "difference": changes[:, 0]}
                yield record_batch(columns | {"ci_low": low, "ci_high": high}, STEP_SCHEMA)

    return pa.Table.from_batches(measure(), schema=STEP_SCHEMA)
