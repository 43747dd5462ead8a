"""Reliability of probabilities: predicted against observed shares of chosen products, by decile of the prediction."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.evaluation.bootstrap import interval, remembered_weights, weighted_sums
from warehouse_recommender.evaluation.means import record_batch

GROUP_COLUMNS = ("cutoff_id", "mode", "tier")
CANDIDATE_COLUMNS = (*GROUP_COLUMNS, "customer_id", "probability", "is_relevant")
BIN_COUNT = 10  # deciles
WeightsOf = Callable[[Sequence[str]], np.ndarray]
PLACES = 12  # decimals of a customer's sum of probabilities; rounding makes it independent of the order of the rows
BIN_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in GROUP_COLUMNS),
        ("bin", pa.int32()),
        ("predicted_share", pa.float64()),
        ("observed_share", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("candidate_count", pa.int64()),
        ("customer_count", pa.int64()),
        ("expected_calibration_error", pa.float64()),
        ("error_by_chance", pa.float64()),
    ]
)


def bins(candidates: pa.Table, *, replicates: int, level: float) -> pa.Table:
    """Compare predicted and observed shares by decile of the probability, with intervals clustered by customer.

    The products of a customer are not independent, so an interval of single candidates (Wilson) would be too narrow.

    Parameters
    ----------
    candidates
        ``CANDIDATE_COLUMNS``, without NULLs, in any order.
    replicates, level
        Number of bootstrap replicates over customers, and confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``BIN_SCHEMA``. Equal probabilities share a decile, so that a decile may be missing. The errors are those of the group:
        ``expected_calibration_error`` is the mean over its candidates of the distance between the observed and the predicted
        share of the bin (Naeini, Cooper and Hauskrecht 2015). ``error_by_chance`` is what that error would be on average if the
        probabilities were right: the mean over the replicates of the distance that only the draw of customers causes.
    """
    weights_of = remembered_weights(replicates)
    groups = candidates.group_by(list(GROUP_COLUMNS), use_threads=False).aggregate([])
    keys = sorted(zip(*(groups[name].to_pylist() for name in GROUP_COLUMNS), strict=True))

    def measure() -> Iterator[pa.RecordBatch]:
        for key in keys:
            own = candidates
            for name, value in zip(GROUP_COLUMNS, key, strict=True):
                own = own.filter(pc.equal(own[name], value))
            yield group_bins(dict(zip(GROUP_COLUMNS, key, strict=True)), own, weights_of, level)

    return pa.Table.from_batches(measure(), schema=BIN_SCHEMA)


def group_bins(key: dict[str, str], own: pa.Table, weights_of: WeightsOf, level: float) -> pa.RecordBatch:
    """Rows of ``BIN_SCHEMA`` of one group."""
    customers = own["customer_id"].combine_chunks().dictionary_encode()
    probability, is_relevant = own["probability"].to_numpy(), own["is_relevant"].to_numpy()
    numbers, of_row = np.unique(deciles(probability), return_inverse=True)
    shape = (len(numbers), len(customers.dictionary))

    def by_customer(terms: np.ndarray) -> sparse.csr_array:
        return sparse.csr_array(sparse.coo_array((terms, (of_row, customers.indices.to_numpy())), shape=shape))

    weights = weights_of(customers.dictionary.to_pylist())
    counts = by_customer(np.ones(len(own)))
    totals = weighted_sums(counts, weights, 0)
    observed = shares(weighted_sums(by_customer(is_relevant.astype(np.float64)), weights, 0), totals)
    predicted = shares(weighted_sums(by_customer(probability), weights, PLACES), totals)
    low, high = interval(observed[:, 1:], level)
    gaps = observed - predicted
    mass = totals[:, :1] / totals[:, :1].sum()
    by_chance = (mass * np.abs(np.nan_to_num(gaps[:, 1:] - gaps[:, :1]))).sum(axis=0).mean()
    columns = {name: [value] * len(numbers) for name, value in key.items()}
    columns |= {"bin": numbers, "predicted_share": predicted[:, 0], "observed_share": observed[:, 0]}
    columns |= {"ci_low": low, "ci_high": high, "candidate_count": totals[:, 0].astype(np.int64)}
    columns |= {"customer_count": np.diff(counts.indptr)}
    columns |= {"expected_calibration_error": np.full(len(numbers), (mass * np.abs(gaps[:, :1])).sum())}
    return record_batch(columns | {"error_by_chance": np.full(len(numbers), by_chance)}, BIN_SCHEMA)


def deciles(probability: np.ndarray) -> np.ndarray:
    """Decile of each probability, 1 = lowest, by the middle rank of equal probabilities."""
    _, numbers, counts = np.unique(probability, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    return (np.floor(BIN_COUNT * middles / len(probability)).astype(np.int64) + 1)[numbers]


def shares(sums: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Sums as shares of totals; NaN where the total is 0."""
    return np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
