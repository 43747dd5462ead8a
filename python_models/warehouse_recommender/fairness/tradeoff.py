"""Cost of mitigation in quality and its gain in fairness, compared with the same lists without mitigation."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.evaluation.bootstrap import interval, remembered_weights, weighted_sums
from warehouse_recommender.evaluation.means import record_batch
from warehouse_recommender.fairness.estimates import PLACES, gap, ratio

TRIAL_COLUMNS = ("basis", "mitigation", "strength")
TERM_COLUMNS = (
    *TRIAL_COLUMNS,
    "cutoff_id",
    "customer_id",
    "protected_group",
    "ndcg",
    "divergence",
    "training_weight",
    "group_predicted",
)
LIST_COLUMNS = (*TRIAL_COLUMNS, "cutoff_id", "customer_id", "list_rank", "protected_group")
TARGET_COLUMNS = ("cutoff_id", "protected_group", "target_share")
NOTHING = "none"  # mitigation of the lists with which the others are compared
MEASURES = ("ndcg", "ndcg_gap", "divergence", "representation_gap", "exposure_shortfall", "group_predictability")
BOUNDS = ("", "_low", "_high")
TRADEOFF_SCHEMA = pa.schema(
    [
        ("basis", pa.string()),
        ("mitigation", pa.string()),
        ("strength", pa.float64()),
        ("measure", pa.string()),
        *((f"{name}{bound}", pa.float64()) for name in ("value_before", "value_after", "change") for bound in BOUNDS),
    ]
)
Trial = tuple[str, str, float]  # TRIAL_COLUMNS
WeightsOf = Callable[[Sequence[str]], np.ndarray]


def tradeoffs(terms: pa.Table, lists: pa.Table, targets: pa.Table, *, fewest: int, replicates: int, level: float) -> pa.Table:
    """Measure the lists of each trial before and after, and the paired change, with bootstrap intervals.

    Parameters
    ----------
    terms
        ``TERM_COLUMNS``: measures of each customer's list, with the customer's group; NULL if there is none.
    lists
        ``LIST_COLUMNS``: the listed products, with their group; NULL if it is unknown.
    targets
        ``TARGET_COLUMNS``: target share of exposure of each group of products at each cutoff.
    fewest
        Minimum number of customers × cutoffs of a compared group of customers.
    replicates, level
        Number of bootstrap replicates over customers, and confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``TRADEOFF_SCHEMA``: one row per trial with mitigation and measure. ``ndcg``: mean nDCG. ``ndcg_gap``: largest minus
        smallest mean over the groups of customers that are large enough. ``divergence``: mean divergence of the list's categories
        from the history's. ``representation_gap``: sum over the groups of the shortfall of their share of the training weight
        against their share of the customers. ``exposure_shortfall``: sum over the groups of products of the shortfall of their
        exposure against their target share, averaged over several cutoffs. ``group_predictability``: mean over the large groups
        of the share of customers whose group can be predicted from the factors; 1 / number of groups by chance, NaN for lists
        without factors.
    """
    weights_of = remembered_weights(replicates)
    wanted = targets.filter(pc.is_in(targets["cutoff_id"], pc.unique(terms["cutoff_id"])))
    shares = (
        wanted.group_by(["protected_group"], use_threads=False).aggregate([("target_share", "sum")]).sort_by("protected_group")
    )
    cutoff_count = len(pc.unique(wanted["cutoff_id"]))
    wanted_shares = dict(
        zip(shares["protected_group"].to_pylist(), shares["target_share_sum"].to_numpy() / max(1, cutoff_count), strict=True)
    )
    large = large_groups(terms, fewest)
    values = {
        trial: measured(of_trial(terms, trial), of_trial(lists, trial), large, wanted_shares, weights_of)
        for trial in trials_of(terms)
    }
    batches = []
    for (basis, mitigation, strength), after in values.items():
        before = next((value for trial, value in values.items() if trial[:2] == (basis, NOTHING)), None)
        if mitigation == NOTHING or before is None:
            continue
        columns: dict[str, Any] = {"basis": [basis] * len(MEASURES), "mitigation": [mitigation] * len(MEASURES)}
        columns |= {"strength": [strength] * len(MEASURES), "measure": list(MEASURES)}
        for name, numbers in {"value_before": before, "value_after": after, "change": after - before}.items():
            low, high = interval(numbers[:, 1:], level)
            columns |= {name: numbers[:, 0], f"{name}_low": low, f"{name}_high": high}
        batches.append(record_batch(columns, TRADEOFF_SCHEMA))
    return pa.Table.from_batches(batches, schema=TRADEOFF_SCHEMA)


def trials_of(terms: pa.Table) -> list[Trial]:
    """Trials of the lists, sorted."""
    keys = terms.group_by(list(TRIAL_COLUMNS), use_threads=False).aggregate([])
    return sorted(zip(*(keys[name].to_pylist() for name in TRIAL_COLUMNS), strict=True))


def of_trial(table: pa.Table, trial: Trial) -> pa.Table:
    """Rows of one trial."""
    for name, value in zip(TRIAL_COLUMNS, trial, strict=True):
        table = table.filter(pc.equal(table[name], value))
    return table


def large_groups(terms: pa.Table, fewest: int) -> set[str]:
    """Groups of customers with enough lists in at least one trial."""
    known = terms.filter(pc.is_valid(terms["protected_group"]))
    counts = known.group_by([*TRIAL_COLUMNS, "protected_group"], use_threads=False).aggregate([([], "count_all")])
    return set(counts.filter(pc.greater_equal(counts["count_all"], fewest))["protected_group"].to_pylist())


def measured(
    terms: pa.Table, lists: pa.Table, large: set[str], wanted_shares: dict[str, float], weights_of: WeightsOf
) -> np.ndarray:
    """The ``MEASURES`` of one trial in the sample and in each replicate, shape (measures, 1 + replicates)."""
    groups = terms["protected_group"].combine_chunks().dictionary_encode("encode")
    names, codes = groups.dictionary.to_pylist(), groups.indices.to_numpy()
    divergence, predicted = terms["divergence"].to_numpy(), terms["group_predicted"].to_numpy()
    amounts = {
        "customers": np.ones(len(terms)),
        "ndcg": terms["ndcg"].to_numpy(),
        "divergence": np.nan_to_num(divergence),
        "divergence_customers": (~np.isnan(divergence)).astype(np.float64),
        "predicted": np.nan_to_num(predicted),
        "predicted_customers": (~np.isnan(predicted)).astype(np.float64),
        "training_weight": np.nan_to_num(terms["training_weight"].to_numpy()),
    }
    sums = {name: sums_by_group(codes, len(names), terms["customer_id"], amount, weights_of) for name, amount in amounts.items()}
    total = {name: amount.sum(axis=0) for name, amount in sums.items()}
    is_group = np.array([name is not None for name in names])
    is_large = np.array([name in large for name in names])
    customers, weight = (sums[name][is_group] for name in ("customers", "training_weight"))
    lacking = ratio(customers, customers.sum(axis=0)) - ratio(weight, weight.sum(axis=0))
    rates = ratio(sums["ndcg"][is_large], sums["customers"][is_large])
    gaps = np.where((~np.isnan(rates)).any(axis=0), gap(rates)[0], np.nan)
    right = ratio(sums["predicted"][is_large], sums["predicted_customers"][is_large])
    return np.stack(
        [
            ratio(total["ndcg"], total["customers"]),
            gaps,
            ratio(total["divergence"], total["divergence_customers"]),
            np.where(customers.sum(axis=0) > 0, np.maximum(lacking, 0).sum(axis=0), np.nan),
            exposure_shortfall(lists, wanted_shares, weights_of),
            ratio(np.nansum(right, axis=0), (~np.isnan(right)).sum(axis=0)),
        ]
    )


def exposure_shortfall(lists: pa.Table, wanted_shares: dict[str, float], weights_of: WeightsOf) -> np.ndarray:
    """Total shortfall of the exposure of groups of products against their target share, shape (1 + replicates,)."""
    known = lists.filter(pc.is_valid(lists["protected_group"]))
    groups = known["protected_group"].combine_chunks().dictionary_encode()
    exposure = 1 / np.log2(known["list_rank"].to_numpy() + 1)
    sums = sums_by_group(groups.indices.to_numpy(), len(groups.dictionary), known["customer_id"], exposure, weights_of)
    shares = dict(zip(groups.dictionary.to_pylist(), ratio(sums, sums.sum(axis=0)), strict=True))
    nothing = np.where(sums.sum(axis=0) > 0, 0.0, np.nan)
    lacking = [np.maximum(wanted - shares.get(group, nothing), 0) for group, wanted in sorted(wanted_shares.items())]
    return np.sum(lacking, axis=0) if lacking else np.full(sums.shape[1], np.nan)


def sums_by_group(
    codes: np.ndarray, count: int, customers: pa.ChunkedArray, terms: np.ndarray, weights_of: WeightsOf
) -> np.ndarray:
    """Terms summed per group, in the sample and in each replicate, shape (groups, 1 + replicates)."""
    ids = customers.combine_chunks().dictionary_encode()
    matrix = sparse.coo_array((terms, (codes, ids.indices.to_numpy())), shape=(count, len(ids.dictionary)))
    return weighted_sums(sparse.csr_array(matrix), weights_of(ids.dictionary.to_pylist()), PLACES)
