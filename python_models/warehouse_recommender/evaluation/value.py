"""Lists ordered by probability and value: revenue and accuracy at several weights of the value."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.evaluation.bootstrap import interval, remembered_weights, weighted_sums
from warehouse_recommender.evaluation.means import record_batch
from warehouse_recommender.metrics import ndcg, ranks_in_lists

GROUP_COLUMNS = ("cutoff_id", "mode")
CANDIDATE_COLUMNS = (
    *GROUP_COLUMNS,
    *("list_index", "customer_id", "list_rank", "probability", "is_relevant", "relevant_count", "price", "value"),
)
VALUE_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
PLACES = {"ndcg_at_k": 15, "revenue_at_k": 9, "expected_revenue_at_k": 9}  # by metric, decimals of the value of a customer
TRIAL_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in GROUP_COLUMNS),
        ("value_weight", pa.float64()),
        ("metric", pa.string()),
        *((name, pa.float64()) for name in ("value", "ci_low", "ci_high", "difference", "difference_low", "difference_high")),
    ]
)


def trials(candidates: pa.Table, *, k: int, replicates: int, level: float) -> pa.Table:
    """Order the lists by ``probability × value ^ weight``, for each of ``VALUE_WEIGHTS``, and measure their first k products.

    Parameters
    ----------
    candidates
        ``CANDIDATE_COLUMNS``, by list and rank. ``list_rank`` is the order without a value. A list whose ``probability`` is NULL
        keeps that order. A product without a price brings no revenue.
    k
        Length of the measured list, in products.
    replicates, level
        Number of bootstrap replicates over customers, and confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``TRIAL_SCHEMA``: mean over the customers of each metric, and the paired difference to weight 0. ``ndcg_at_k``: binary
        nDCG. ``revenue_at_k``: prices of the relevant products. ``expected_revenue_at_k``: sum of probability × price, over the
        customers whose lists have probabilities. A group without any price has no rows.
    """
    weights_of = remembered_weights(replicates)

    def measure() -> Iterator[pa.RecordBatch]:
        groups = candidates.group_by(list(GROUP_COLUMNS), use_threads=False).aggregate([])
        for key in sorted(zip(*(groups[name].to_pylist() for name in GROUP_COLUMNS), strict=True)):
            own = candidates
            for name, value in zip(GROUP_COLUMNS, key, strict=True):
                own = own.filter(pc.equal(own[name], value))
            if not pc.any(pc.is_valid(own["price"])).as_py():
                continue
            values, customers = measured(own, k)
            weights = weights_of(customers)
            for place, (metric, places) in enumerate(PLACES.items()):
                known = ~np.isnan(values[0, place])
                if not known.any():
                    continue
                totals = weights[known].sum(axis=0, dtype=np.float64)
                sums = weighted_sums(values[:, place, known], weights[known], places)
                means = np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
                changes = means - means[0]
                low, high = interval(means[:, 1:], level)
                columns = {name: [value] * len(means) for name, value in zip(GROUP_COLUMNS, key, strict=True)}
                columns |= {"value_weight": VALUE_WEIGHTS, "metric": [metric] * len(means)}
                columns |= {"value": means[:, 0], "ci_low": low, "ci_high": high, "difference": changes[:, 0]}
                low, high = interval(changes[:, 1:], level)
                yield record_batch(columns | {"difference_low": low, "difference_high": high}, TRIAL_SCHEMA)

    return pa.Table.from_batches(measure(), schema=TRIAL_SCHEMA)


def measured(own: pa.Table, k: int) -> tuple[np.ndarray, Sequence[str]]:
    """The metrics of each list at each of ``VALUE_WEIGHTS``, shape (weights, metrics, lists), and the customers of the lists."""
    indexes, starts, numbers = np.unique(own["list_index"].to_numpy(), return_index=True, return_inverse=True)
    count = len(indexes)
    probability, price, value = (numbers_of(own, name) for name in ("probability", "price", "value"))
    ranks, is_relevant = own["list_rank"].to_numpy(), own["is_relevant"].to_numpy()
    relevant_counts = own["relevant_count"].to_numpy()[starts]
    price = np.nan_to_num(price)
    is_unknown = np.bincount(numbers, weights=np.isnan(probability), minlength=count) > 0
    found = np.empty((len(VALUE_WEIGHTS), len(PLACES), count))
    for row, weight in enumerate(VALUE_WEIGHTS):
        worth = np.nan_to_num(probability * value**weight)
        order = np.lexsort((ranks, -worth, numbers))
        order = order[ranks_in_lists(numbers[order]) < k]
        lists, places = numbers[order], ranks_in_lists(numbers[order])
        hits = is_relevant[order]
        found[row, 0] = ndcg(lists[hits], places[hits], relevant_counts, k)
        found[row, 1] = np.bincount(lists, weights=price[order] * hits, minlength=count)
        found[row, 2] = np.bincount(lists, weights=np.nan_to_num(probability)[order] * price[order], minlength=count)
    found[:, 2, is_unknown] = np.nan
    return found, own["customer_id"].take(pa.array(starts)).to_pylist()


def numbers_of(table: pa.Table, name: str) -> np.ndarray:
    """A numeric column as float64, NULL as NaN."""
    return table[name].to_numpy(zero_copy_only=False).astype(np.float64)
